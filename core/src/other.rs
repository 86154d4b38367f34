//! Any endpoint of the vendor, for integrators who need more than leads.

use crate::endpoint::Endpoint;
use crate::json::Json;
use crate::operation::Request;
use crate::payload::dynamic::Payload;
use crate::reply::Receipt;

/// A request to any endpoint of the vendor: signed, tried again and read as the operations of this SDK are, and checked
/// by nobody but the service.
///
/// What comes back is the receipt's `data`. A [relay](crate::Relayed) takes none of these: an app without a key has the
/// operations alone.
///
/// ```
/// use qince_leads::{Account, Json, Other, Stamp};
///
/// let account = Account::new("openid", "app key")?;
/// let query = Other::new("customer/v1/queryCustomer", Json::parse(r#"{"cm_code":"C1"}"#)?);
/// let request = account.sign(&query, &Stamp::new(1617206400000, "m1"))?;
/// assert!(request.url.starts_with("https://openapi.waiqin365.com/api/customer/v1/queryCustomer/"));
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Other {
    /// The path between `/api/` and the openid: segments of RFC 3986's unreserved characters.
    pub path: String,
    /// The body: an object or a list, sent as it stands.
    pub payload: Json,
    /// Whether it may be sent again where it may have been carried out.
    pub repeat: bool,
}

impl Other {
    /// A request that may be sent again, as a query may.
    #[must_use]
    pub fn new(path: impl Into<String>, payload: impl Into<Json>) -> Self {
        Self { path: path.into(), payload: payload.into(), repeat: true }
    }

    /// The same request, which is not simply sent again: where it may have been carried out, its call ends as
    /// [`Error::Uncertain`](crate::Error::Uncertain).
    #[must_use]
    pub fn once(self) -> Self {
        Self { repeat: false, ..self }
    }
}

impl Request for Other {
    const NAME: &'static str = Endpoint::OTHER.name;
    type Output = Receipt;

    fn to_payload(&self) -> Payload {
        Payload::other(&self.path, self.payload.as_str(), self.repeat)
    }
}
