//! The accept loop. It stands below axum's own server so that a fault can close a connection without a reply.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::log::Line;

/// Marks a response that must never be sent: the connection is closed instead.
#[derive(Clone, Copy)]
pub(crate) struct CloseConnection;

/// The other end of the connection that a request came through.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serves every connection in a task of its own.
pub(crate) async fn accept(listener: TcpListener, router: Router, verbose: bool) {
    loop {
        // A connection that broke before it was accepted is no reason to stop.
        let Ok((stream, address)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(serve(stream, Peer(address), router.clone(), verbose));
    }
}

async fn serve(stream: TcpStream, peer: Peer, router: Router, verbose: bool) {
    // Without this, small replies on a connection that is kept alive wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, peer, router.clone(), verbose));
    // An error here is a client that left, or a fault that closed the connection.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The router's response; an error makes hyper close the connection without a reply.
async fn answer(
    mut request: Request<Incoming>,
    peer: Peer,
    router: Router,
    verbose: bool,
) -> Result<Response<axum::body::Body>, ClosedOnPurpose> {
    let line = verbose.then(|| Line::begin(request.method(), request.uri()));
    request.extensions_mut().insert(peer);
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never as Infallible {},
    };
    let closes = response.extensions().get::<CloseConnection>().is_some();
    if let Some(line) = line {
        line.end((!closes).then(|| response.status()));
    }
    if closes { Err(ClosedOnPurpose) } else { Ok(response) }
}

/// A fault asked for the connection to be closed.
#[derive(Debug)]
struct ClosedOnPurpose;

impl std::fmt::Display for ClosedOnPurpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is closed without a reply, as asked for")
    }
}

impl std::error::Error for ClosedOnPurpose {}
