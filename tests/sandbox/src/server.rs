//! The sandbox behind real HTTP: what its machine says is done with sockets, timers and threads.

mod connections;
mod courier;
mod log;

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
#[cfg(feature = "sqlite")]
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::sandbox::Sandbox;

/// Plays the service's side of the Qince sales-leads API on this machine.
#[derive(Parser)]
#[command(name = "qince-sandbox", version)]
struct Options {
    /// Port to listen on; 0 lets the system choose one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Address to listen on; any but that of this machine lets others in, to the admin surface too
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Host, besides this machine, that pushes may go to; may be repeated
    #[arg(long, value_name = "NAME")]
    push_host: Vec<String>,
    /// SQLite file that keeps the leads; without it, they are kept until the end of the process
    #[cfg(feature = "sqlite")]
    #[arg(long)]
    db: Option<PathBuf>,
    /// The one openid that is known
    #[arg(long, default_value_t = Account::default().openid)]
    openid: String,
    /// Key that requests are signed with
    #[arg(long, default_value_t = Account::default().app_key)]
    app_key: String,
    /// Secret that pushes are signed with
    #[arg(long, default_value_t = Account::default().push_secret)]
    push_secret: String,
    /// End as soon as standard input ends, so that nothing outlives a parent process
    #[arg(long)]
    exit_with_stdin: bool,
    /// Log one line per request to standard error
    #[arg(long)]
    verbose: bool,
}

/// What all connections share.
#[derive(Clone)]
struct Shared {
    sandbox: Arc<Mutex<Sandbox>>,
    /// Whether others than this machine may tell the sandbox what to do.
    open: bool,
    verbose: bool,
}

impl Shared {
    /// Locks the sandbox, also after a thread panicked while it held it: one broken request must not end it.
    fn lock(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the program with the arguments of the process.
///
/// # Errors
///
/// If the database cannot be opened, or the address not be listened on.
pub fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(run(options));
    // A push may still wait for its answer; nothing else should wait for that.
    runtime.shutdown_background();
    outcome
}

/// Serves until it is told to end.
async fn run(options: Options) -> anyhow::Result<()> {
    let account = Account {
        openid: options.openid,
        app_key: options.app_key,
        push_secret: options.push_secret,
    };
    let mut sandbox = Sandbox::new(account.clone(), now_ms().unsigned_abs());
    for host in options.push_host {
        sandbox.push_to(host);
    }
    #[cfg(feature = "sqlite")]
    if let Some(file) = &options.db {
        crate::database::Database::open(file)
            .and_then(|database| sandbox.keep_in(Box::new(database)))
            .map_err(anyhow::Error::from_boxed)
            .with_context(|| format!("cannot open the database {}", file.display()))?;
    }
    let at = SocketAddr::new(options.listen, options.port);
    let listener = TcpListener::bind(at).await.with_context(|| format!("cannot listen on {at}"))?;
    announce(listener.local_addr()?, &account)?;

    let shared = Shared {
        sandbox: Arc::new(Mutex::new(sandbox)),
        open: !options.listen.is_loopback(),
        verbose: options.verbose,
    };
    tokio::select! {
        () = connections::accept(listener, shared) => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = end_of_stdin(), if options.exit_with_stdin => {}
    }
    Ok(())
}

/// Prints the four lines by which a parent process learns where and as whom to connect.
fn announce(at: SocketAddr, account: &Account) -> anyhow::Result<()> {
    if !at.ip().is_loopback() {
        log::warning(
            "anyone who reaches this address can read, change and redirect all that the sandbox does",
        );
    }
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{:<12}http://{at}", "base_url")?;
    writeln!(stdout, "{:<12}{}", "openid", account.openid)?;
    writeln!(stdout, "{:<12}{}", "app_key", account.app_key)?;
    writeln!(stdout, "{:<12}{}", "push_secret", account.push_secret)?;
    Ok(stdout.flush()?)
}

/// Milliseconds since the epoch.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
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
