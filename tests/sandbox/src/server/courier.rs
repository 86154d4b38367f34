//! Carrying pushes to their receivers.

use std::time::Duration;

use anyhow::Context;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::pushes::{Answer, Outgoing};

/// The service waits so long for an answer.
const TIME_OUT: Duration = Duration::from_secs(5);

/// So much of an answer is read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Carries a push, and waits for what its receiver answers.
pub(super) async fn carry(push: &Outgoing) -> Answer {
    match tokio::time::timeout(TIME_OUT, post(push)).await {
        Ok(Ok((status, text))) => Answer { http_status: Some(status), text },
        Ok(Err(error)) => Answer { http_status: None, text: format!("{error:#}") },
        Err(_) => Answer { http_status: None, text: "no answer came in time".to_owned() },
    }
}

async fn post(push: &Outgoing) -> anyhow::Result<(u16, String)> {
    let uri: hyper::Uri = push.url.parse()?;
    let authority = uri.authority().context("the address names no host")?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80)))
        .await
        .context("there is no connection")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // What goes wrong with the connection is told by the request.
    tokio::spawn(connection);
    let request = hyper::Request::post(uri.path_and_query().map_or("/", |target| target.as_str()))
        .header(HOST, authority.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::<Bytes>::from(push.body.clone()))?;
    let (head, body) = sender.send_request(request).await.context("no answer came")?.into_parts();
    let body =
        Limited::new(body, ANSWER_LIMIT).collect().await.map_err(anyhow::Error::from_boxed)?;
    Ok((head.status.as_u16(), String::from_utf8_lossy(&body.to_bytes()).into_owned()))
}
