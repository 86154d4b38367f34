//! Plays the service's side of the Qince (勤策) sales-leads API over real HTTP: the seven operations and the
//! push, with leads in SQLite and faults on request.
//!
//! It is written from the service's specification alone and shares no code with the SDK, so that a mistake in
//! one of them cannot hide in the other. `README.md` describes it for those who test an integration with it.

mod account;
mod admin;
mod api;
mod clock;
mod faults;
mod leads;
mod lock;
mod log;
mod pages;
mod payload;
mod pushes;
mod quirks;
mod routes;
mod sandbox;
mod server;

use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::leads::LeadStore;
use crate::sandbox::Sandbox;

/// Plays the service's side of the Qince sales-leads API on 127.0.0.1.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Port to listen on; 0 lets the system choose one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// SQLite file that keeps the leads; `:memory:` keeps them until the end of the process
    #[arg(long, default_value = ":memory:")]
    db: PathBuf,
    /// The one openid that is known
    #[arg(long, default_value = "sandbox-openid")]
    openid: String,
    /// Key that requests are signed with
    #[arg(long, default_value = "sandbox-app-key")]
    app_key: String,
    /// Secret that pushes are signed with
    #[arg(long, default_value = "sandbox-push-secret")]
    push_secret: String,
    /// End as soon as standard input ends, so that nothing outlives a parent process
    #[arg(long)]
    exit_with_stdin: bool,
    /// Log one line per request to standard error
    #[arg(long)]
    verbose: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(run(options));
    // A push may still wait for its answer; nothing else should wait for that.
    runtime.shutdown_background();
    outcome
}

/// Serves until it is told to end.
async fn run(options: Options) -> anyhow::Result<()> {
    let leads = LeadStore::open(&options.db)
        .with_context(|| format!("cannot open the database {}", options.db.display()))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .await
        .with_context(|| format!("cannot listen on port {}", options.port))?;
    let account = Account {
        openid: options.openid,
        app_key: options.app_key,
        push_secret: options.push_secret,
    };
    announce(listener.local_addr()?.port(), &account)?;

    let router = routes::router(Arc::new(Sandbox::new(account, leads)));
    tokio::select! {
        () = server::accept(listener, router, options.verbose) => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = end_of_stdin(), if options.exit_with_stdin => {}
    }
    Ok(())
}

/// Prints the four lines by which a parent process learns where and as whom to connect.
fn announce(port: u16, account: &Account) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{:<12}http://127.0.0.1:{port}", "base_url")?;
    writeln!(stdout, "{:<12}{}", "openid", account.openid)?;
    writeln!(stdout, "{:<12}{}", "app_key", account.app_key)?;
    writeln!(stdout, "{:<12}{}", "push_secret", account.push_secret)?;
    Ok(stdout.flush()?)
}

/// Waits for the end of standard input. Its own thread reads it, since a blocking read on the runtime's would
/// keep the runtime from ending on Ctrl-C.
async fn end_of_stdin() {
    let (ended, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut ignored = [0; 1024];
        while matches!(stdin.read(&mut ignored), Ok(1..)) {}
        // The receiver is gone only when the process is ending anyway.
        let _ = ended.send(());
    });
    let _ = wait.await;
}
