//! What comes over HTTP, not yet read.

use std::fmt;

/// The longest body that is read, in bytes, folded and unfolded: 64 MiB. A host need not take in more of a reply.
pub const MAX_BODY: usize = 1 << 26;

/// A reply as it came over HTTP.
///
/// A host need not undo gzip, nor strip a byte order mark: reading does both.
#[derive(Clone, PartialEq, Eq)]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text or as bytes.
    pub body: Body,
}

impl RawReply {
    /// A reply with this HTTP status and this text or these bytes.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Body>) -> Self {
        Self { status, body: body.into() }
    }
}

/// The body of a reply.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Text, where the host has it as such: it need not be seen to be UTF-8 again.
    Text(String),
    /// Bytes, maybe compressed by gzip.
    Bytes(Vec<u8>),
}

impl Body {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Its text, if it is UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => simdutf8::basic::from_utf8(bytes).ok(),
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

/// Gives the length, not the content.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_bytes().len())
    }
}

/// Gives the body's length, not its content.
impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawReply {{ status: {}, body: {:?} }}", self.status, self.body)
    }
}
