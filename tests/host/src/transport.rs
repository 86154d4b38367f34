//! One request over HTTP, and what became of it.

use std::fmt;
use std::io::{self, Read};
use std::net::IpAddr;
use std::time::Duration;

use qince_leads::{Failure, MAX_BODY, RawReply, SignedRequest};
use ureq::http::Uri;
use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, SendBody};

/// Sends requests over HTTP, on connections that are kept alive.
#[derive(Clone)]
pub struct Transport {
    agent: Agent,
}

/// The way that requests take, see [`Transport::by`].
#[derive(Clone)]
pub struct Route {
    /// Bounds each request, from its start to the reply's last byte.
    pub time_out: Duration,
    /// Bounds the part of it in which a connection is made.
    pub connect_time_out: Duration,
    /// The proxy's URL, with user and password if it wants them. Without one the environment says it, but for addresses
    /// of this machine.
    pub proxy: Option<String>,
    /// The certificate, as PEM, of an authority that is trusted in place of the public ones.
    pub authority: Option<String>,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            time_out: Duration::from_secs(30),
            connect_time_out: Duration::from_secs(10),
            proxy: None,
            authority: None,
        }
    }
}

/// Shows nothing of it: proxies have passwords.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

/// No reply came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Whether the request was sent.
    pub failure: Failure,
    /// What the HTTP client says of it, without openid and digest.
    pub why: String,
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
        let route = Route { time_out, ..Route::default() };
        Self::with(base_url, &route, None, None)
    }

    /// A transport to this address by such a route.
    ///
    /// # Errors
    ///
    /// Where the proxy's URL or the authority's certificate cannot be read.
    pub fn by(base_url: &str, route: &Route) -> Result<Self, ureq::Error> {
        let proxy = route.proxy.as_deref().map(Proxy::new).transpose()?;
        let authority = route.authority.as_deref().map(str::as_bytes);
        let authority = authority.map(Certificate::from_pem).transpose()?;
        Ok(Self::with(base_url, route, proxy, authority))
    }

    fn with(
        base_url: &str,
        route: &Route,
        proxy: Option<Proxy>,
        authority: Option<Certificate<'static>>,
    ) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(route.time_out))
            .timeout_connect(Some(route.connect_time_out.min(route.time_out)));
        if proxy.is_some() || is_loopback(base_url) {
            config = config.proxy(proxy);
        }
        if let Some(authority) = authority {
            let roots = RootCerts::from([authority]);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Self { agent: config.build().into() }
    }

    /// Sends a request and waits for the whole reply.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSent`] only where the body never began to leave, so that the service cannot have carried
    /// anything out: no name, no connection. Everything after that is [`Failure::Unknown`].
    pub fn send(&self, request: &SignedRequest) -> Result<Reply, Lost> {
        let mut body = Watched::new(&request.body);
        self.exchange(request, &mut body).map_err(|error| {
            let failure = if body.left { Failure::Unknown } else { Failure::NotSent };
            let by = self
                .agent
                .config()
                .proxy()
                .map(|proxy| format!(" (by the proxy {}:{})", proxy.host(), proxy.port()));
            let why = format!("{error}{}", by.unwrap_or_default());
            Lost { failure, why: request.redact(&why) }
        })
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

/// Beyond what the core would read, a reply counts as lost: before ureq has unfolded it, which is the limit's, and after.
fn read(body: &mut Body) -> Result<Vec<u8>, ureq::Error> {
    let most = MAX_BODY as u64;
    let mut bytes = Vec::new();
    body.with_config().limit(most).reader().take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BODY {
        return Err(ureq::Error::BodyExceedsLimit(most));
    }
    Ok(bytes)
}

/// Whether this is an address of this machine, which no proxy leads to.
fn is_loopback(base_url: &str) -> bool {
    let uri: Uri = base_url.parse().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: IpAddr| address.is_loopback();
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(is_loopback)
}
