//! From a payload to a request that is ready to be sent.
//!
//! `digest = md5(body | app_key | timestamp)` over UTF-8, in 32 lower-case hex digits. The body is the
//! exact text sent, so nothing may touch it after signing.

use std::fmt;

use md5::{Digest, Md5};

use crate::account::{Account, percent_encode};
use crate::error::Error;
use crate::operations::{Endpoint, Operation};
use crate::payload::dynamic::Payload;
use crate::stamp::Stamp;

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
        redact(&self.url)
    }
}

/// Replaces openid and digest in the URL of a request.
pub(crate) fn redact(url: &str) -> String {
    // Segments are percent-encoded, so a slash only ever ends one.
    let mut segments: Vec<_> = url.rsplitn(5, '/').collect();
    for secret in [3, 1] {
        if let Some(segment) = segments.get_mut(secret) {
            *segment = "***";
        }
    }
    segments.reverse();
    segments.join("/")
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
    pub fn sign<O: Operation>(&self, payload: &O, stamp: &Stamp) -> Result<SignedRequest, Error> {
        self.sign_body(O::ENDPOINT, payload.to_body()?, stamp)
    }

    /// Signs a payload of an operation that is chosen at run time, see [`sign`](Self::sign).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations; [`Error::InvalidStamp`].
    pub fn sign_dynamic(&self, payload: Payload, stamp: &Stamp) -> Result<SignedRequest, Error> {
        let endpoint = payload.endpoint;
        self.sign_body(endpoint, payload.into_body()?, stamp)
    }

    fn sign_body(
        &self,
        endpoint: &Endpoint,
        body: String,
        stamp: &Stamp,
    ) -> Result<SignedRequest, Error> {
        let timestamp = stamp.timestamp()?;
        let digest = digest(&body, self.app_key(), &timestamp);
        let msg_id = percent_encode(stamp.msg_id());
        let (base, openid) = (self.base_url(), self.encoded_openid());
        let mut url = String::with_capacity(base.len() + openid.len() + msg_id.len() + 96);
        url.push_str(base);
        for segment in ["api/salesleads/v1", endpoint.path, openid, &timestamp, &digest, &msg_id] {
            url.push('/');
            url.push_str(segment);
        }
        Ok(SignedRequest {
            url,
            body,
            operation: endpoint.name,
            msg_id: stamp.msg_id().to_owned(),
            timestamp,
        })
    }
}

/// `md5(text|secret|timestamp)` as lower-case hex digits: how requests and pushes are signed alike.
fn digest(text: &str, secret: &str, timestamp: &str) -> String {
    let mut digits = vec![0; 32];
    let written = hex::encode_to_slice(raw_digest(text, secret, timestamp), &mut digits);
    written.ok().and_then(|()| String::from_utf8(digits).ok()).unwrap_or_default()
}

pub(crate) fn raw_digest(text: &str, secret: &str, timestamp: &str) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in [text, "|", secret, "|", timestamp] {
        md5.update(part);
    }
    md5.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn the_digest_is_the_one_the_vendor_publishes() {
        let digest = digest(r#"{"org_status":"1"}"#, "2EV5i30kYI6r7Hz817", "1617206400000");
        assert_eq!(digest, "b7b7d9810bbb0786e9560751dc2b6597");
    }
}
