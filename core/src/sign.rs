//! From a payload to a request that is ready to be sent.
//!
//! `digest = md5(body | app_key | timestamp)` over UTF-8, in 32 lower-case hex digits. The body is the
//! exact text sent, so nothing may touch it after signing.

use std::fmt;

use md5::{Digest, Md5};

use crate::account::{Account, Key};
use crate::error::Error;
use crate::operation::Request;
use crate::payload::dynamic::Payload;
use crate::stamp::Stamp;
use crate::url::percent_encode;

/// A request that a host sends as it stands: `POST` [`url`](Self::url) with
/// [`CONTENT_TYPE`](Self::CONTENT_TYPE) and [`body`](Self::body).
///
/// Its URL holds openid and digest. Logs take [`redacted_url`](Self::redacted_url), and so does
/// `Debug`, which leaves out the body too.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// Where to send it.
    pub url: String,
    /// The exact text to send, UTF-8.
    pub body: String,
    /// The operation's name, such as `add`.
    pub operation: &'static str,
    /// The message id of the stamp.
    pub msg_id: String,
    /// The timestamp as it stands in the URL.
    pub timestamp: String,
}

impl SignedRequest {
    /// The HTTP method of every operation.
    pub const METHOD: &'static str = "POST";

    /// The value of the `Content-Type` header.
    pub const CONTENT_TYPE: &'static str = "application/json";

    /// The URL for logs: openid and digest are replaced by `***`.
    #[must_use]
    pub fn redacted_url(&self) -> String {
        self.redact(&self.url)
    }

    /// A text in which openid and digest of this request are replaced by `***`: the words of an error, say, that an HTTP
    /// client made.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        redact(text, &self.url)
    }
}

/// The shortest openid that is looked for on its own: a shorter one would be found in other words.
const SHORTEST_OPENID: usize = 8;

/// A text in which the openid and the digest of a signed request's URL are replaced by `***`.
#[must_use]
pub fn redact(text: &str, url: &str) -> String {
    // Segments are percent-encoded, so a slash only ever ends one.
    let mut segments = url.rsplit('/').skip(1);
    let (Some(digest), _, Some(openid)) = (segments.next(), segments.next(), segments.next())
    else {
        return text.to_owned();
    };
    // A request to a relay is not signed.
    let is_digest = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest {
        return text.to_owned();
    }
    let text = hide(text, digest, "***");
    let text = hide(&text, &format!("/{openid}/"), "/***/");
    if openid.len() < SHORTEST_OPENID { text } else { hide(&text, openid, "***") }
}

/// `str::replace` for the few places that need it; the search behind that one takes more room than all that signs.
fn hide(text: &str, secret: &str, instead: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        match rest.strip_prefix(secret) {
            Some(after) => {
                hidden.push_str(instead);
                rest = after;
            }
            None => {
                hidden.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    hidden
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("url", &self.redacted_url())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Validates a payload, writes its body, and signs it with a stamp of its own.
    ///
    /// Every attempt is to be signed anew, with a new stamp.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations; [`Error::InvalidStamp`].
    ///
    /// ```
    /// use qince_leads::{Account, AddLead, Stamp};
    ///
    /// let account = Account::new("openid", "app key")?;
    /// let lead = AddLead::new().cus_name("示例公司").emp_name("负责人");
    /// let request = account.sign(&lead, &Stamp::new(1617206400000, "m1"))?;
    /// assert_eq!(request.body, r#"{"empName":"负责人","cus_name":"示例公司"}"#);
    /// # Ok::<(), qince_leads::Error>(())
    /// ```
    pub fn sign<R: Request>(&self, payload: &R, stamp: &Stamp) -> Result<SignedRequest, Error> {
        self.sign_dynamic(payload.to_payload(), stamp)
    }

    /// Signs a payload of an operation that is chosen at run time, see [`sign`](Self::sign).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations; [`Error::InvalidStamp`].
    pub fn sign_dynamic(&self, payload: Payload, stamp: &Stamp) -> Result<SignedRequest, Error> {
        let endpoint = payload.endpoint;
        let path = payload.path.clone();
        let body = payload.into_body()?;
        let msg_id = percent_encode(stamp.checked_msg_id()?);
        let base = self.base_url();
        let mut url = String::with_capacity(base.len() + 3 * msg_id.len() + 160);
        url.push_str(base);
        let mut push = |segments: &[&str]| {
            for segment in segments {
                url.push('/');
                url.push_str(segment);
            }
        };
        let route = [endpoint.module, endpoint.path];
        let other = path.as_deref().map(|path| [path]);
        let route = other.as_ref().map_or(route.as_slice(), |other| other.as_slice());
        let timestamp = match &self.key {
            Some(Key { openid, app_key }) => {
                let timestamp = stamp.timestamp()?;
                let digest = hex::encode(raw_digest(&body, app_key, &timestamp));
                push(&["api"]);
                push(route);
                push(&[openid, &timestamp, &digest, &msg_id]);
                timestamp
            }
            None => {
                push(route);
                push(&[&msg_id]);
                // Nobody sees it, so it need not be one that can be written.
                stamp.timestamp().unwrap_or_default()
            }
        };
        let msg_id = stamp.msg_id().to_owned();
        Ok(SignedRequest { url, body, operation: endpoint.name, msg_id, timestamp })
    }
}

/// `md5(text|secret|timestamp)`: how requests and pushes are signed alike.
pub(crate) fn raw_digest(text: &str, secret: &str, timestamp: &str) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in [text, "|", secret, "|", timestamp] {
        md5.update(part);
    }
    md5.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::raw_digest;

    #[test]
    fn digests_are_those_that_the_vendor_publishes() {
        let digest = raw_digest(r#"{"org_status":"1"}"#, "2EV5i30kYI6r7Hz817", "1617206400000");
        assert_eq!(hex::encode(digest), "b7b7d9810bbb0786e9560751dc2b6597");
        // This body is no JSON, and in the other form of time.
        let body = r#"{"org_id":"ORG001","org_name":"南京掌控网络","org_parent_id":"","org_sequence":001}"#;
        let digest = raw_digest(body, "BFCO0PAgIUgd50c0l6", "20150806142836");
        assert_eq!(hex::encode(digest), "74267bf0cae0998a719879ec9b3c7780");
    }
}
