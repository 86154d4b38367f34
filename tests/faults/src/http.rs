//! As much of HTTP/1.1 as one needs in order to break it.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// What browsers want to see on every reply before they show it to a page.
const FOR_BROWSERS: &str = "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\n";

/// The longest head that is read.
const MAX_HEAD: usize = 64 * 1024;

/// How long the rest of a head may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first lines of a request.
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    length: usize,
}

/// A whole request.
pub(crate) struct Request {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

/// A whole reply.
pub(crate) struct Reply {
    /// Such as `200 OK`.
    pub(crate) status: String,
    /// Lines, each with its end.
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

impl Head {
    /// Waits for a head, and leaves it unread. `None` where the connection ends before.
    pub(crate) async fn peek(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut buffer = vec![0; MAX_HEAD];
        let mut began = None;
        loop {
            let there = stream.peek(&mut buffer).await?;
            if let Some(end) = find(&buffer[..there], b"\r\n\r\n") {
                return Ok(Some(Self::parse(&buffer[..end + 4])));
            }
            let waited = began.get_or_insert_with(Instant::now).elapsed();
            if there == 0 || there == MAX_HEAD || waited > PATIENCE {
                return Ok(None);
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let headers = lines.filter_map(|line| line.split_once(':'));
        Self {
            method: words.next().unwrap_or_default(),
            target: words.next().unwrap_or_default(),
            headers: headers
                .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            length: bytes.len(),
        }
    }

    /// The value of a header, whose name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the client wants the connection to last.
    pub(crate) fn keeps_alive(&self) -> bool {
        !self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Reads the head that was peeked at.
    pub(crate) async fn read(&self, stream: &mut TcpStream) -> io::Result<()> {
        stream.read_exact(&mut vec![0; self.length]).await.map(drop)
    }
}

impl Request {
    /// Reads the whole request whose head was peeked at.
    pub(crate) async fn read(head: Head, stream: &mut TcpStream) -> io::Result<Self> {
        head.read(stream).await?;
        let body = if head.header("transfer-encoding").is_some() {
            read_chunks(stream).await?
        } else {
            let length = head.header("content-length").unwrap_or("0");
            let mut body = vec![0; length.parse().map_err(io::Error::other)?];
            stream.read_exact(&mut body).await?;
            body
        };
        Ok(Self { head, body })
    }
}

async fn read_chunks(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(stream).await?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        let begin = body.len();
        body.resize(begin + size, 0);
        stream.read_exact(&mut body[begin..]).await?;
        read_line(stream).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

async fn read_line(stream: &mut TcpStream) -> io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await?);
    }
    String::from_utf8(line).map_err(io::Error::other)
}

impl Reply {
    pub(crate) fn new(status: &str, headers: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: status.to_owned(), headers: headers.to_owned(), body: body.into() }
    }

    /// Takes apart what a service sent until it closed the connection.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Self> {
        let broken = || io::Error::other("the service broke off its reply");
        let end = find(bytes, b"\r\n\r\n").ok_or_else(broken)?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let status = head.lines().next().and_then(|line| line.split_once(' '));
        let (_, status) = status.ok_or_else(broken)?;
        let kind = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-type:"));
        let headers = kind.map(|line| format!("{line}\r\n")).unwrap_or_default();
        Ok(Self { status: status.to_owned(), headers, body: bytes[end + 4..].to_vec() })
    }

    /// The head, with these headers instead of the body's length.
    pub(crate) fn head_with(&self, headers: &str) -> String {
        let Self { status, headers: own, .. } = self;
        format!("HTTP/1.1 {status}\r\n{own}{FOR_BROWSERS}{headers}\r\n")
    }

    /// The head.
    pub(crate) fn head(&self) -> String {
        self.head_with(&format!("Content-Length: {}\r\n", self.body.len()))
    }

    /// The whole reply.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head().as_bytes(), &self.body].concat()
    }
}

/// The answer to what a browser asks before it sends, with more headers: that it may.
pub(crate) fn allowed(more: &str) -> Reply {
    let headers = "Access-Control-Allow-Methods: *\r\nAccess-Control-Allow-Headers: *\r\n\
                   Access-Control-Allow-Private-Network: true\r\nAccess-Control-Max-Age: 600\r\n";
    Reply::new("204 No Content", &format!("{headers}{more}"), "")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
