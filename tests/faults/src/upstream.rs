//! The service behind this program: the sandbox.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{Reply, Request};

/// How many leads are listed at once.
const LISTED_AT_ONCE: usize = 1000;

/// Where the sandbox listens.
#[derive(Clone, Copy)]
pub(crate) struct Upstream(pub(crate) SocketAddr);

#[derive(Deserialize)]
struct Listed {
    total: usize,
    leads: Vec<Lead>,
}

#[derive(Deserialize)]
struct Lead {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    cus_name: String,
}

impl Upstream {
    /// Has the sandbox carry out a request, and gives its reply.
    pub(crate) async fn carry_out(self, request: &Request) -> io::Result<Reply> {
        self.exchange(&request.head.method, &request.head.target, &request.body).await
    }

    /// How many leads there are of each name.
    pub(crate) async fn stored(self) -> anyhow::Result<HashMap<String, usize>> {
        let mut stored = HashMap::new();
        let mut offset = 0;
        loop {
            let target = format!("/_sandbox/leads?limit={LISTED_AT_ONCE}&offset={offset}");
            let reply = self.exchange("GET", &target, b"").await.context("the sandbox is gone")?;
            let listed: Listed =
                serde_json::from_slice(&reply.body).context("the sandbox lists no leads")?;
            offset += listed.leads.len();
            let is_last = listed.leads.is_empty() || offset >= listed.total;
            for lead in listed.leads {
                *stored.entry(lead.payload.cus_name).or_default() += 1;
            }
            if is_last {
                return Ok(stored);
            }
        }
    }

    async fn exchange(self, method: &str, target: &str, body: &[u8]) -> io::Result<Reply> {
        let mut stream = TcpStream::connect(self.0).await?;
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.0,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).await?;
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await?;
        Reply::parse(&reply)
    }
}
