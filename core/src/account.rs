//! Who calls, and where.

use std::borrow::Cow;
use std::fmt;

use fluent_uri::Uri;
use fluent_uri::component::Host;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::error::Error;

/// The address in the vendor's page; tenants whose console shows another "OpenAPI address" give that.
pub const DEFAULT_BASE_URL: &str = "https://openapi.waiqin365.com";

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An account of the OpenAPI: the pair of openid and app key, and the address of its tenant.
///
/// The app key is zeroed when the account is dropped, and no output shows it.
///
/// ```
/// use qince_leads::Account;
///
/// let account = Account::new("openid", "app key")?.with_base_url("https://openapi.qince.com")?;
/// assert_eq!(account.base_url(), "https://openapi.qince.com");
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone)]
pub struct Account {
    base_url: String,
    /// Percent-encoded, as it stands in the path.
    openid: String,
    app_key: Zeroizing<String>,
}

impl Account {
    /// An account at [`DEFAULT_BASE_URL`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAccount`] where openid or app key is empty.
    pub fn new(openid: &str, app_key: &str) -> Result<Self, Error> {
        for (name, value) in [("openid", openid), ("app_key", app_key)] {
            if value.is_empty() {
                return invalid(&format!("{name}: empty; take it from the console's OpenAPI page"));
            }
        }
        if is_dots(openid) {
            return invalid("openid: dots alone are no segment of a path");
        }
        Ok(Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            openid: percent_encode(openid).into_owned(),
            app_key: Zeroizing::new(app_key.to_owned()),
        })
    }

    /// The same account at the address that the console shows ("OpenAPI address").
    ///
    /// A path prefix is kept, trailing slashes are dropped.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAccount`] where it is not an absolute https URL (http is allowed for loopback
    /// hosts only) or has user info, a query or a fragment.
    pub fn with_base_url(self, base_url: &str) -> Result<Self, Error> {
        check_base_url(base_url)?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), ..self })
    }

    /// The address that requests go to, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn encoded_openid(&self) -> &str {
        &self.openid
    }

    pub(crate) fn app_key(&self) -> &str {
        &self.app_key
    }
}

/// Shows neither openid nor app key.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

fn check_base_url(base_url: &str) -> Result<(), Error> {
    let Ok(uri) = Uri::parse(base_url) else {
        return invalid("base_url: not an absolute URL, such as https://openapi.qince.com");
    };
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return invalid("base_url: without a host");
    };
    if authority.has_userinfo() {
        return invalid("base_url: must not hold user info");
    }
    if authority.port_to_u16().is_err() {
        return invalid("base_url: its port is no port");
    }
    if uri.has_query() || uri.has_fragment() {
        return invalid("base_url: must not have a query or a fragment");
    }
    match uri.scheme().as_str().to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if is_loopback(&authority.host_parsed()) => Ok(()),
        _ => invalid("base_url: must begin with https:// (http:// for loopback hosts only)"),
    }
}

fn is_loopback<E: fluent_uri::pct_enc::Encoder>(host: &Host<'_, E>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::RegName(name) => name.as_str().eq_ignore_ascii_case("localhost"),
        _ => false,
    }
}

/// Whether a segment of a path would be taken away by HTTP clients, after it was signed.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// Encodes a segment of a path.
pub(crate) fn percent_encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, RESERVED).into()
}

fn invalid<T>(why: &str) -> Result<T, Error> {
    Err(Error::InvalidAccount(why.to_owned()))
}
