//! A web server on this machine, for as long as somebody holds it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use axum::Router;
use tokio::runtime;
use tokio::sync::oneshot;

/// Serves on a free port of 127.0.0.1, in a thread of its own, until it is dropped.
pub struct LocalServer {
    address: SocketAddr,
    /// Its end is what the thread waits for.
    _running: oneshot::Sender<()>,
}

impl LocalServer {
    /// Begins to serve.
    ///
    /// # Errors
    ///
    /// Where no port is free, or no thread can be started.
    pub fn start(router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (running, ended) = oneshot::channel();
        let serve = async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                served = axum::serve(listener, router) => served,
                _ = ended => Ok(()),
            }
        };
        thread::Builder::new().spawn(move || runtime.block_on(serve))?;
        Ok(Self { address, _running: running })
    }

    /// The address of a path on this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
