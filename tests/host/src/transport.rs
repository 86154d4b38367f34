//! One request over HTTP, and what became of it.

use std::io::{self, Read};
use std::net::IpAddr;
use std::time::Duration;

use qince_leads::{Failure, MAX_BODY, RawReply, SignedRequest};
use ureq::http::Uri;
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use ureq::{Agent, Body, SendBody};

/// Sends requests over HTTP, on connections that are kept alive. For https, turn on one of ureq's TLS features.
#[derive(Clone, Debug)]
pub struct Transport {
    agent: Agent,
}

/// A reply, whatever its status.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What the core reads.
    pub raw: RawReply,
    /// The text of `Retry-After`, where the service asks to wait.
    pub retry_after: Option<String>,
}

impl Transport {
    /// A transport to this address. `time_out` bounds each request, from its start to the reply's last byte.
    #[must_use]
    pub fn new(base_url: &str, time_out: Duration) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(time_out));
        if is_loopback(base_url) {
            config = config.proxy(None);
        }
        Self { agent: config.build().into() }
    }

    /// Sends a request and waits for the whole reply.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSent`] only where the body never began to leave, so that the service cannot have carried
    /// anything out: no name, no connection. Everything after that is [`Failure::Unknown`].
    pub fn send(&self, request: &SignedRequest) -> Result<Reply, Failure> {
        let mut body = Watched::new(&request.body);
        match self.exchange(request, &mut body) {
            Ok(reply) => Ok(reply),
            Err(_) if body.left => Err(Failure::Unknown),
            Err(_) => Err(Failure::NotSent),
        }
    }

    fn exchange(
        &self,
        request: &SignedRequest,
        body: &mut Watched<'_>,
    ) -> Result<Reply, ureq::Error> {
        let mut response = self
            .agent
            .post(&request.url)
            .header(CONTENT_TYPE, SignedRequest::CONTENT_TYPE)
            .header(CONTENT_LENGTH, request.body.len())
            .send(SendBody::from_reader(body))?;
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|text| Some(text.to_str().ok()?.to_owned()));
        let body = read(response.body_mut())?;
        Ok(Reply { raw: RawReply::new(response.status().as_u16(), body), retry_after })
    }
}

/// A body that knows whether any of it was asked for, which happens only once a connection stands. The error
/// alone does not tell: a time-out or an unreachable host may show before as well as after.
struct Watched<'b> {
    rest: &'b [u8],
    left: bool,
}

impl<'b> Watched<'b> {
    fn new(body: &'b str) -> Self {
        Self { rest: body.as_bytes(), left: false }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.left = true;
        self.rest.read(buffer)
    }
}

/// Beyond what the core would read, a reply counts as lost.
fn read(body: &mut Body) -> Result<Vec<u8>, ureq::Error> {
    body.with_config().limit(MAX_BODY as u64).read_to_vec()
}

/// Whether this is an address of this machine, which no proxy leads to.
fn is_loopback(base_url: &str) -> bool {
    let uri: Uri = base_url.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.is_loopback();
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(is_loopback)
}
