//! Segments of paths, and values of forms.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a segment of a path, or a value of a form.
pub(crate) fn percent_encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, RESERVED).into()
}

/// Undoes the escapes of a segment, or says what is wrong with them: libraries pass over what is none.
pub(crate) fn percent_decode(encoded: &[u8]) -> Result<String, &'static str> {
    decode(encoded, b'+')
}

/// The same of a form, in which a plus stands for a space.
pub(crate) fn form_decode(encoded: &[u8]) -> Result<String, &'static str> {
    decode(encoded, b' ')
}

fn decode(encoded: &[u8], plus: u8) -> Result<String, &'static str> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter();
    while let Some(&byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => plus,
            b'%' => {
                let mut digit = || char::from(*bytes.next()?).to_digit(16);
                let escape = digit().zip(digit()).map(|(high, low)| (high * 16 + low) as u8);
                escape.ok_or("an invalid percent escape")?
            }
            plain => plain,
        });
    }
    String::from_utf8(decoded).map_err(|_| "not UTF-8")
}

/// Whether a segment of a path would be taken away by HTTP clients, after it was signed.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// Whether this is one or more segments of RFC 3986's unreserved characters with single slashes between.
pub(crate) fn is_path(path: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_segment = |segment: &str| {
        !segment.is_empty() && !is_dots(segment) && segment.bytes().all(is_unreserved)
    };
    path.split('/').all(is_segment)
}
