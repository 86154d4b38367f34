//! Headers that a user of a host adds to requests.

use crate::error::{Error, in_a_line};

/// What the request and whatever sends it set themselves, in lower case.
const RESERVED: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
    "upgrade",
];

/// Says whether a request may have this header besides its own: a name that is a token and not the request's own, and a
/// value of printable ASCII and tabs, which every HTTP client sends as it stands.
///
/// # Errors
///
/// [`Error::InvalidAccount`], which says which header and why, without the value: that may be a secret.
pub fn check_header(name: &str, value: &str) -> Result<(), Error> {
    let is_token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    let wrong = if name.is_empty() || !name.bytes().all(is_token) {
        "is no name of a header"
    } else if RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
        "is the request's own to set: leave it out"
    } else if !value.bytes().all(|octet| matches!(octet, b'\t' | b' '..=b'~')) {
        "has a value that is not printable ASCII"
    } else {
        return Ok(());
    };
    Err(Error::InvalidAccount(format!("headers: `{}` {wrong}", in_a_line(name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_token_that_is_not_the_requests_own_and_a_value_that_any_client_sends() {
        for (name, value) in [("traceparent", "00-ab"), ("X-!#$%&'*+-.^_`|~9", ""), ("x", "a\tb ~")]
        {
            check_header(name, value).unwrap();
        }
        for (name, value, wrong) in [
            ("", "v", "`` is no name"),
            ("a b", "v", "`a b` is no name"),
            ("a:", "v", "`a:` is no name"),
            ("x\r\ny", "v", "`x\u{fffd}\u{fffd}y` is no name"),
            ("é", "v", "`é` is no name"),
            ("Host", "v", "`Host` is the request's own"),
            ("CONTENT-LENGTH", "1", "`CONTENT-LENGTH` is the request's own"),
            ("x", "secret\r\ny: z", "`x` has a value"),
            ("x", "secret\u{7f}", "`x` has a value"),
            ("x", "secret\u{e9}", "`x` has a value"),
        ] {
            let message = check_header(name, value).unwrap_err().to_string();
            assert!(message.contains(wrong), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
