//! The service as a transport meets it: what the sandbox says, and the fault of a case in between.

use std::io;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::RwLock;
use tokio::time::sleep;

use crate::fault::Fault;
use crate::http::{self, Head, Reply, Request};
use crate::upstream::Upstream;

/// Where redirects lead.
const ELSEWHERE: &str = "/elsewhere";

/// How often a request meets a fault where they are drawn.
const RATE: f64 = 0.25;

/// The pause between two octets that trickle.
const TRICKLE: Duration = Duration::from_millis(100);

/// How long a connection is kept before it is closed while idle.
const IDLE: Duration = Duration::from_millis(100);

/// Says that a connection does not outlive a reply.
const CLOSE: &str = "Connection: close\r\n";

/// How much later than the client's time-out something comes that is late.
const LATER: Duration = Duration::from_millis(1000);

/// What one case meets.
pub(crate) struct Peer {
    upstream: Upstream,
    /// The client's time-out.
    time_out: Duration,
    connections: Connections,
    state: Mutex<State>,
    /// Read while a request may still be carried out.
    carrying_out: RwLock<()>,
}

struct State {
    plan: Plan,
    seen: Seen,
}

/// Which connections outlive a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connections {
    /// All.
    Kept,
    /// All but those on which a browser asked whether it may send, so that a request that is the first of other clients on a
    /// connection is the first of a browser too.
    Fresh,
    /// None.
    Closed,
}

/// Which requests meet a fault.
pub(crate) enum Plan {
    /// The first one that can.
    Once(Fault),
    /// Each, by chance.
    Drawn(fastrand::Rng),
}

/// What came.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// The message ids of requests to add, as often as each came.
    pub(crate) adds: Vec<String>,
    /// The digests of all requests.
    pub(crate) digests: Vec<String>,
    /// Requests that followed a redirect.
    pub(crate) followed: usize,
    /// Requests that brought a cookie.
    pub(crate) cookies: usize,
    /// Times that a proxy was asked to connect.
    pub(crate) connects: usize,
}

/// What becomes of a connection after a request.
enum After {
    Keep,
    Close,
    Reset,
}

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Add,
    Query,
    Other,
}

impl Peer {
    pub(crate) fn new(
        upstream: Upstream,
        time_out: Duration,
        connections: Connections,
        plan: Plan,
    ) -> Arc<Self> {
        let state = Mutex::new(State { plan, seen: Seen::default() });
        Arc::new(Self { upstream, time_out, connections, state, carrying_out: RwLock::default() })
    }

    /// Waits until nothing is carried out any more, and tells what came.
    pub(crate) async fn seen(&self) -> Seen {
        let _all_through = self.carrying_out.write().await;
        self.state().seen.clone()
    }

    /// Takes note that a proxy was asked to connect.
    pub(crate) fn note_connect(&self) {
        self.state().seen.connects += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a connection to its end.
    pub(crate) async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        // What fails from here on is a client that left.
        let _ = stream.set_nodelay(true);
        while let Ok(Some(head)) = Head::peek(&stream).await {
            match self.answer(head, &mut stream).await {
                Ok(After::Keep) => {}
                Ok(After::Close) | Err(_) => break,
                Ok(After::Reset) => {
                    let _ = stream.set_zero_linger();
                    break;
                }
            }
        }
    }

    async fn answer(&self, head: Head, stream: &mut TcpStream) -> io::Result<After> {
        if head.method == "OPTIONS" {
            head.read(stream).await?;
            let closes = self.connections != Connections::Kept;
            let reply = http::allowed(if closes { CLOSE } else { "" });
            stream.write_all(&reply.bytes()).await?;
            return Ok(if closes { After::Close } else { After::Keep });
        }
        let carrying_out = self.carrying_out.read().await;
        let fault = self.fault_for(&head);
        match fault {
            Fault::ResetBeforeReading | Fault::KeptResetBeforeReading => return Ok(After::Reset),
            Fault::ResetWhileReading => {
                head.read(stream).await?;
                return Ok(After::Reset);
            }
            _ => {}
        }
        let request = Request::read(head, stream).await?;
        match fault {
            Fault::ResetAfterReading => return Ok(After::Reset),
            Fault::ClosedAfterReading | Fault::KeptClosedAfterReading => return Ok(After::Close),
            Fault::CarriedOutLate => sleep(self.time_out + LATER).await,
            Fault::DeliveredTwice => drop(self.upstream.carry_out(&request).await?),
            _ => {}
        }
        let mut reply = match instead_of_carrying_out(fault) {
            Some(reply) => reply,
            None => self.upstream.carry_out(&request).await?,
        };
        drop(carrying_out);
        if self.connections == Connections::Closed {
            reply.headers.push_str(CLOSE);
        }
        self.hand_over(fault, &request, reply, stream).await
    }

    /// Sends the reply, or what the fault makes of it.
    async fn hand_over(
        &self,
        fault: Fault,
        request: &Request,
        reply: Reply,
        stream: &mut TcpStream,
    ) -> io::Result<After> {
        let half = reply.body.len() / 2;
        match fault {
            Fault::ResetAfterCarryingOut => return Ok(After::Reset),
            Fault::ClosedAfterCarryingOut | Fault::KeptClosedAfterCarryingOut => {
                return Ok(After::Close);
            }
            Fault::StatusLineOnly => {
                let line = format!("HTTP/1.1 {}\r\n", reply.status);
                stream.write_all(line.as_bytes()).await?;
            }
            Fault::ClosedInHead => {
                let line = format!("HTTP/1.1 {}\r\nContent-Len", reply.status);
                stream.write_all(line.as_bytes()).await?;
            }
            Fault::ClosedInBody => {
                let whole = reply.bytes();
                stream.write_all(&whole[..whole.len() - half]).await?;
            }
            Fault::ResetInBody => {
                let whole = reply.bytes();
                stream.write_all(&whole[..whole.len() - half]).await?;
                // What is in the client's hands is not taken back by the reset.
                sleep(IDLE).await;
                return Ok(After::Reset);
            }
            Fault::ChunkedAndCut | Fault::CutBeforeLastChunk => {
                let head = reply.head_with("Transfer-Encoding: chunked\r\n");
                let (first, second) = reply.body.split_at(half);
                let chunks = [chunk(first), chunk(second)].concat();
                let cut = if fault == Fault::ChunkedAndCut { half / 2 } else { 0 };
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(&chunks[..chunks.len() - cut]).await?;
            }
            Fault::GzipLabelOnPlainText => {
                let length = reply.body.len();
                let headers = format!("Content-Encoding: gzip\r\nContent-Length: {length}\r\n");
                stream.write_all(reply.head_with(&headers).as_bytes()).await?;
                stream.write_all(&reply.body).await?;
            }
            Fault::TrickledHead => trickle(&reply.bytes(), stream).await?,
            Fault::TrickledBody => {
                stream.write_all(reply.head().as_bytes()).await?;
                trickle(&reply.body, stream).await?;
            }
            Fault::Late => {
                sleep(self.time_out + LATER).await;
                stream.write_all(&reply.bytes()).await?;
            }
            Fault::ContinueFirst => {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
                stream.write_all(&reply.bytes()).await?;
                return Ok(self.keep_or_close(request));
            }
            Fault::EarlyHintsFirst => {
                let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";
                stream.write_all(hints).await?;
                stream.write_all(&reply.bytes()).await?;
                return Ok(self.keep_or_close(request));
            }
            Fault::LongHeader => {
                let headers = format!(
                    "X-Long: {}\r\nContent-Length: {}\r\n",
                    "x".repeat(7000),
                    reply.body.len()
                );
                stream.write_all(reply.head_with(&headers).as_bytes()).await?;
                stream.write_all(&reply.body).await?;
                return Ok(self.keep_or_close(request));
            }
            Fault::Answered408 => {
                let reply = Reply::new("408 Request Timeout", "", "");
                stream.write_all(&reply.bytes()).await?;
            }
            Fault::Answered503 => {
                let reply = Reply::new("503 Service Unavailable", "Retry-After: 0\r\n", "");
                stream.write_all(&reply.bytes()).await?;
            }
            Fault::Cookie => {
                let reply = Reply {
                    headers: format!("{}Set-Cookie: session=1; Path=/\r\n", reply.headers),
                    ..reply
                };
                stream.write_all(&reply.bytes()).await?;
                return Ok(self.keep_or_close(request));
            }
            Fault::KeptClosedWhileIdle => {
                stream.write_all(&reply.bytes()).await?;
                sleep(IDLE).await;
            }
            Fault::KeptTimedOut => {
                stream.write_all(&reply.bytes()).await?;
                sleep(IDLE).await;
                let farewell = Reply::new("408 Request Timeout", CLOSE, "");
                stream.write_all(&farewell.bytes()).await?;
            }
            Fault::GzipBomb => {
                let headers =
                    format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", BOMB.len());
                stream.write_all(reply.head_with(&headers).as_bytes()).await?;
                stream.write_all(&BOMB).await?;
            }
            Fault::EndlessBody => {
                let head = reply.head_with("Transfer-Encoding: chunked\r\n");
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(&chunk(ENDLESS_BEGIN)).await?;
                let more = chunk(&[b'x'; 64 * 1024]);
                loop {
                    stream.write_all(&more).await?;
                }
            }
            _ => {
                stream.write_all(&reply.bytes()).await?;
                return Ok(self.keep_or_close(request));
            }
        }
        Ok(After::Close)
    }

    fn keep_or_close(&self, request: &Request) -> After {
        let keeps = request.head.keeps_alive() && self.connections != Connections::Closed;
        if keeps { After::Keep } else { After::Close }
    }

    /// Takes note of a request, and says what goes wrong with it.
    fn fault_for(&self, head: &Head) -> Fault {
        let State { plan, seen } = &mut *self.state();
        seen.cookies += usize::from(head.header("cookie").is_some());
        seen.followed += usize::from(head.target.starts_with(ELSEWHERE));
        let operation = operation(head);
        let mut last = head.target.rsplit('/');
        let (msg_id, digest) = (last.next(), last.next());
        if operation == Operation::Add {
            seen.adds.extend(msg_id.map(str::to_owned));
        }
        seen.digests.extend(digest.filter(|digest| !digest.is_empty()).map(str::to_owned));
        match plan {
            Plan::Once(fault) if operation == struck_by(*fault) => {
                std::mem::replace(fault, Fault::Healthy)
            }
            Plan::Once(_) => Fault::Healthy,
            Plan::Drawn(random) => {
                let drawn = random.usize(..Fault::OF_ONE_REQUEST.len());
                if random.f64() < RATE { Fault::OF_ONE_REQUEST[drawn] } else { Fault::Healthy }
            }
        }
    }
}

/// Which request a fault strikes.
fn struck_by(fault: Fault) -> Operation {
    match fault {
        Fault::KeptClosedWhileIdle | Fault::KeptTimedOut | Fault::Cookie => Operation::Query,
        _ => Operation::Add,
    }
}

fn operation(head: &Head) -> Operation {
    let is = |name| head.target.split('/').any(|segment| segment == name);
    match () {
        () if is("addSalesLeads") => Operation::Add,
        () if is("querySalesLeads") => Operation::Query,
        () => Operation::Other,
    }
}

/// The reply to a request that is not carried out.
fn instead_of_carrying_out(fault: Fault) -> Option<Reply> {
    let status = match fault {
        Fault::Redirect301 => "301 Moved Permanently",
        Fault::Redirect302 => "302 Found",
        Fault::Redirect303 => "303 See Other",
        Fault::Redirect307 => "307 Temporary Redirect",
        Fault::Redirect308 => "308 Permanent Redirect",
        Fault::Unauthorized => {
            let headers = "WWW-Authenticate: Basic realm=\"leads\"\r\n";
            return Some(Reply::new("401 Unauthorized", headers, ""));
        }
        _ => return None,
    };
    Some(Reply::new(status, &format!("Location: {ELSEWHERE}\r\n"), ""))
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

async fn trickle(bytes: &[u8], stream: &mut TcpStream) -> io::Result<()> {
    for octet in bytes {
        stream.write_all(&[*octet]).await?;
        sleep(TRICKLE).await;
    }
    Ok(())
}

/// How a body begins that has no end.
const ENDLESS_BEGIN: &[u8] = br#"{"return_code":"0","return_msg":""#;

/// 300 MB in 300 kB.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let more = vec![b'x'; 1_000_000];
    let written = (0..300).try_for_each(|at| {
        io::Write::write_all(&mut encoder, if at == 0 { ENDLESS_BEGIN } else { &more })
    });
    written.and_then(|()| encoder.finish()).unwrap_or_default()
});

/// Makes what takes long to make.
pub(crate) fn prepare_bomb() {
    LazyLock::force(&BOMB);
}

#[cfg(test)]
mod tests;
