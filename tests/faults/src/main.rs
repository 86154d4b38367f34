//! A peer that misbehaves below HTTP in front of the sandbox, and judges what a transport reports of it. `README.md`
//! says how to drive a transport through it.

mod certificates;
mod control;
mod fault;
mod front;
mod http;
mod judge;
mod peer;
mod runs;
mod table;
#[cfg(test)]
mod testing;
mod upstream;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::certificates::Authority;
use crate::runs::Setting;
use crate::table::Table;
use crate::upstream::Upstream;

/// Misbehaves below HTTP, on 127.0.0.1, in front of a running sandbox.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Where the sandbox listens, as it prints it
    #[arg(long, env = "QINCE_BASE_URL")]
    base_url: String,
    /// The sandbox's openid
    #[arg(long, env = "QINCE_OPENID")]
    openid: String,
    /// The sandbox's app key
    #[arg(long, env = "QINCE_APP_KEY", hide_env_values = true)]
    app_key: String,
    /// File to write the certificate of the authority to that drivers trust
    #[arg(long)]
    ca_file: PathBuf,
    /// File to write to, after each run, what `GET /matrix` says
    #[arg(long)]
    matrix: Option<PathBuf>,
    /// Port of the control server; 0 lets the system choose one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// End as soon as standard input ends, so that nothing outlives a parent process
    #[arg(long)]
    exit_with_stdin: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let upstream: SocketAddr = options
        .base_url
        .trim_start_matches("http://")
        .parse()
        .with_context(|| format!("{} is no address of a sandbox", options.base_url))?;
    let authority = Authority::new()?;
    std::fs::write(&options.ca_file, &authority.pem)
        .with_context(|| format!("cannot write {}", options.ca_file.display()))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    announce(&format!("http://{}", listener.local_addr()?))?;
    let setting = Setting {
        upstream: Upstream(upstream),
        openid: options.openid,
        app_key: options.app_key,
        table: Table::read()?,
        authority,
        ca_file: std::path::absolute(options.ca_file)?,
    };
    let router = control::router(setting, options.matrix);
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = end_of_stdin(), if options.exit_with_stdin => {}
    }
    Ok(())
}

/// Prints the line by which a parent process learns where drivers are to ask.
fn announce(control: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{:<12}{control}", "control")?;
    Ok(stdout.flush()?)
}

/// Waits for the end of standard input. Its own thread reads it, since a blocking read on the runtime's would keep the
/// runtime from ending on Ctrl-C.
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
