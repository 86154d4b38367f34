//! What a server does for an app without a key: it writes and signs anew what the app asks for.

use std::fmt;

use crate::account::Account;
use crate::endpoint::Endpoint;
use crate::error::{Error, Malformed};
use crate::payload::dynamic::Payload;
use crate::sign::SignedRequest;
use crate::stamp::{Stamp, TimestampForm};
use crate::url::percent_decode;

/// A request of an app, understood and checked.
///
/// Its payload is what the core read, so never is a text signed that the core did not write.
#[derive(Clone)]
pub struct Relayed {
    payload: Payload,
    msg_id: String,
}

impl fmt::Debug for Relayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relayed")
            .field("operation", &self.operation())
            .field("msg_id", &self.msg_id)
            .finish_non_exhaustive()
    }
}

impl Relayed {
    /// Reads what an app sent. `path` is what follows the relay's URL and its slash, `body` the request's body, and
    /// `allow` the names of the operations that this app may use, such as `add`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the path is none of this SDK; [`Error::Forbidden`] where the operation is not among
    /// those allowed; [`Error::InvalidPayload`] where the body is no payload of it, or breaks its rules.
    pub fn read<S: AsRef<str>>(path: &str, body: &str, allow: &[S]) -> Result<Self, Error> {
        let malformed = |reason: &str| Error::from(Malformed::new(reason, path.as_bytes()));
        let (route, msg_id) = path.rsplit_once('/').unwrap_or_default();
        let endpoint = Endpoint::ALL.iter().copied().find(|endpoint| {
            let operation =
                route.strip_prefix(endpoint.module).and_then(|rest| rest.strip_prefix('/'));
            operation == Some(endpoint.path)
        });
        let endpoint = endpoint.ok_or_else(|| malformed("no operation has this path"))?;
        let msg_id = percent_decode(msg_id.as_bytes()).map_err(malformed)?;
        if Stamp::new(0, msg_id.as_str()).checked_msg_id().is_err() {
            return Err(malformed("the message id is missing"));
        }
        if !allow.iter().any(|allowed| allowed.as_ref() == endpoint.name) {
            return Err(Error::Forbidden { operation: endpoint.name });
        }
        let payload = Payload::from_json(endpoint, body);
        payload.body()?;
        Ok(Self { payload, msg_id })
    }

    /// The operation's name, such as `add`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.payload.endpoint.name
    }

    /// The app's message id.
    #[must_use]
    pub fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// The payload as it will be sent, as JSON.
    #[must_use]
    pub fn payload(&self) -> &str {
        self.payload.body().unwrap_or_default()
    }

    /// Signs it for the server's own account. `now_ms` is the host's clock in milliseconds since the epoch.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidStamp`].
    pub fn sign(
        self,
        account: &Account,
        now_ms: i64,
        form: TimestampForm,
    ) -> Result<SignedRequest, Error> {
        account.sign_dynamic(self.payload, &Stamp::new(now_ms, self.msg_id).with_form(form))
    }
}
