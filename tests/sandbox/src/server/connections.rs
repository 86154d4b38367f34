//! Connections, and the requests that come through them.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinError;

use super::log::{self, Line};
use super::{Shared, courier, now_ms};
use crate::http::{Reply, Request};
use crate::sandbox::Step;

/// A larger body is refused.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// Serves every connection in a task of its own.
pub(super) async fn accept(listener: TcpListener, shared: Shared) {
    loop {
        // A connection that broke before it was accepted is no reason to stop.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(serve(stream, peer, shared.clone()));
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, shared: Shared) {
    // Without this, small replies on a connection that is kept alive wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, peer, shared.clone()));
    // An error here is a client that left, or a fault that closed the connection.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The response; an error makes hyper close the connection without one.
async fn answer(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    shared: Shared,
) -> Result<hyper::Response<Full<Bytes>>, ClosedOnPurpose> {
    let line = shared.verbose.then(|| Line::begin(request.method(), request.uri()));
    let reply = match read(request).await {
        Ok(request) if !may_ask(&request, peer, shared.open) => {
            Some(Reply::json(403, &json!({ "error": "only for this machine" })))
        }
        // A task of its own does not end with the connection: a request that is held back is carried out though
        // its client has left.
        Ok(request) => tokio::spawn(carry_through(shared, request)).await.unwrap_or_else(failed),
        Err(reply) => Some(reply),
    };
    if let Some(line) = line {
        line.end(reply.as_ref().map(|reply| reply.status));
    }
    reply.map(response).ok_or(ClosedOnPurpose)
}

/// Whether the request may come in: what tells the sandbox what to do comes from this machine, unless it is open.
fn may_ask(request: &Request, peer: SocketAddr, open: bool) -> bool {
    !request.is_for_sandbox() || open || peer.ip().is_loopback()
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, Reply> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await;
    Ok(Request {
        method: head.method.to_string(),
        target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        body: body.map_err(|_| Reply::page(413))?.to_bytes().into(),
    })
}

/// Does what the sandbox says until there is a reply, or none is wanted.
async fn carry_through(shared: Shared, request: Request) -> Option<Reply> {
    let mut step = shared.lock().handle(now_ms(), &request);
    loop {
        step = match step {
            Step::Reply(reply) => return Some(reply),
            Step::Close => return None,
            Step::Wait { ms, ticket } => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                shared.lock().resume(now_ms(), ticket)
            }
            Step::Push { push, ticket } => {
                let answer = courier::carry(&push).await;
                shared.lock().delivered(now_ms(), ticket, answer)
            }
        };
    }
}

/// The sandbox itself failed, which is no fault that was asked for.
fn failed(panic: JoinError) -> Option<Reply> {
    log::failure(&panic);
    Some(Reply::page(500))
}

fn response(reply: Reply) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::from(reply.body)).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::{Request, may_ask};

    fn may(target: &str, peer: &str, open: bool) -> bool {
        let request = Request { target: target.to_owned(), ..Request::default() };
        may_ask(&request, peer.parse().expect("an address"), open)
    }

    #[test]
    fn only_this_machine_may_use_the_admin_surface_unless_it_is_open() {
        assert!(may("/_sandbox/quirks", "127.0.0.1:50000", false));
        assert!(may("/_sandbox/quirks", "[::1]:50000", false));
        assert!(!may("/_sandbox/quirks", "10.0.0.1:50000", false));
        assert!(!may("/_sandbox", "10.0.0.1:50000", false));
        assert!(may("/_sandbox/quirks", "10.0.0.1:50000", true));
        assert!(may("/api/salesleads/v1/addSalesLeads/o/1/d/m", "10.0.0.1:50000", false));
    }
}
