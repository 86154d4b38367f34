//! Who calls, and where.

use std::fmt;

use fluent_uri::Uri;
use fluent_uri::component::Host;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::url::{is_dots, percent_encode};

/// The address in the vendor's page; tenants whose console shows another "OpenAPI address" give that.
pub const DEFAULT_BASE_URL: &str = "https://openapi.waiqin365.com";

/// An account of the OpenAPI: the pair of openid and app key, and the address of its tenant.
///
/// The app key is zeroed when the account is dropped, and no output shows it. An app or a page, which must not hold one,
/// has an account [without a key](Account::relay).
///
/// ```
/// use qince_leads::Account;
///
/// let account = Account::new("openid", "app key")?.with_base_url("https://openapi.qince.com")?;
/// assert_eq!(account.base_url(), "https://openapi.qince.com");
/// let in_app = Account::relay("https://crm.example.com/qince")?;
/// # let _ = in_app;
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone)]
pub struct Account {
    base_url: String,
    /// Of an account without a key none.
    pub(crate) key: Option<Key>,
}

/// What signs.
#[derive(Clone)]
pub(crate) struct Key {
    /// Percent-encoded, as it stands in the path.
    pub(crate) openid: String,
    pub(crate) app_key: Zeroizing<String>,
}

impl Account {
    /// An account at [`DEFAULT_BASE_URL`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAccount`] where openid or app key is empty, begins or ends with white space, or holds a control
    /// character: a key that was pasted with its line break signs nothing.
    pub fn new(openid: &str, app_key: &str) -> Result<Self, Error> {
        for (name, value) in [("openid", openid), ("app_key", app_key)] {
            if value.is_empty() {
                return invalid(&format!("{name}: empty; take it from the console's OpenAPI page"));
            }
            if value.trim() != value || value.chars().any(char::is_control) {
                let what = "begins or ends with white space, or holds a line break or the like; \
                            give it without";
                return invalid(&format!("{name}: {what}"));
            }
        }
        if is_dots(openid) {
            return invalid("openid: dots alone are no segment of a path");
        }
        let app_key = Zeroizing::new(app_key.to_owned());
        let key = Key { openid: percent_encode(openid).into_owned(), app_key };
        Ok(Self { base_url: DEFAULT_BASE_URL.to_owned(), key: Some(key) })
    }

    /// An account without a key, for apps and pages: requests go, unsigned, to a relay on one's own server, which signs
    /// them anew, see [`Relayed`](crate::Relayed).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAccount`] where the URL is not one that [`with_base_url`](Self::with_base_url) takes.
    pub fn relay(relay_url: &str) -> Result<Self, Error> {
        check_url("relay_url", relay_url)?;
        Ok(Self { base_url: without_slash(relay_url), key: None })
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
        check_url("base_url", base_url)?;
        Ok(Self { base_url: without_slash(base_url), ..self })
    }

    /// The address that requests go to, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Shows neither openid nor app key.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

fn check_url(name: &str, url: &str) -> Result<(), Error> {
    let invalid = |why: &str| invalid(&format!("{name}: {why}"));
    let Ok(uri) = Uri::parse(url) else {
        return invalid(if url.is_ascii() {
            "not an absolute URL, such as https://openapi.qince.com"
        } else {
            "not a URL: write a host of other letters in punycode (xn--...), and escape them elsewhere"
        });
    };
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return invalid("without a host");
    };
    if authority.has_userinfo() {
        return invalid("must not hold user info");
    }
    if authority.port().is_some_and(|port| !matches!(port.as_str().parse::<u16>(), Ok(1..))) {
        return invalid(
            "its port is none: write a number from 1 to 65535 behind the colon, or neither",
        );
    }
    if uri.has_query() || uri.has_fragment() {
        return invalid("must not have a query or a fragment");
    }
    let is_scheme = |name: &str| uri.scheme().as_str().eq_ignore_ascii_case(name);
    if is_scheme("https") || is_scheme("http") && is_loopback(&authority.host_parsed()) {
        return Ok(());
    }
    invalid("must begin with https:// (http:// for loopback hosts only)")
}

fn is_loopback<E: fluent_uri::pct_enc::Encoder>(host: &Host<'_, E>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::RegName(name) => name.as_str().eq_ignore_ascii_case("localhost"),
        _ => false,
    }
}

fn invalid<T>(why: &str) -> Result<T, Error> {
    Err(Error::InvalidAccount(why.to_owned()))
}
