//! What can go wrong, by the names that the table has for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::certificates::Certificate;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    Healthy,
    UnknownName,
    Refused,
    BlackHoled,
    TrustedCertificate,
    SelfSigned,
    Expired,
    WrongName,
    HttpsToPlainPort,
    TlsDropped,
    Proxy,
    ProxyRefused,
    #[serde(rename = "proxy_403")]
    Proxy403,
    #[serde(rename = "proxy_407")]
    Proxy407,
    #[serde(rename = "proxy_502")]
    Proxy502,
    ProxyDropped,
    ResetBeforeReading,
    ResetWhileReading,
    ResetAfterReading,
    ResetAfterCarryingOut,
    ClosedAfterReading,
    ClosedAfterCarryingOut,
    KeptClosedWhileIdle,
    KeptTimedOut,
    KeptResetBeforeReading,
    KeptClosedAfterReading,
    KeptClosedAfterCarryingOut,
    StatusLineOnly,
    ClosedInHead,
    ClosedInBody,
    ResetInBody,
    ChunkedAndCut,
    CutBeforeLastChunk,
    GzipLabelOnPlainText,
    TrickledHead,
    TrickledBody,
    Late,
    CarriedOutLate,
    ContinueFirst,
    EarlyHintsFirst,
    LongHeader,
    Cookie,
    #[serde(rename = "redirect_301")]
    Redirect301,
    #[serde(rename = "redirect_302")]
    Redirect302,
    #[serde(rename = "redirect_303")]
    Redirect303,
    #[serde(rename = "redirect_307")]
    Redirect307,
    #[serde(rename = "redirect_308")]
    Redirect308,
    Unauthorized,
    #[serde(rename = "answered_408")]
    Answered408,
    #[serde(rename = "answered_503")]
    Answered503,
    DeliveredTwice,
    GzipBomb,
    EndlessBody,
}

/// What stands before the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Front {
    /// Nothing: plain HTTP.
    Plain,
    /// A name that nobody has.
    NoName,
    /// Nothing listens.
    Refused,
    /// Nothing answers.
    BlackHole,
    /// TLS with this certificate.
    Tls(Certificate),
    /// What speaks no TLS, at an https address: it says so, or closes the connection.
    NoTls { says_so: bool },
    /// A proxy, and TLS with a good certificate behind it.
    Proxy(Proxy),
}

/// What a proxy answers to CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// It connects.
    Connects,
    /// It does not listen.
    Refused,
    /// It answers with this instead.
    Answers(&'static str),
    /// It closes the connection.
    Drops,
}

impl Fault {
    /// What a single connection to a plain port can show, whatever came before it, and with which no promise is off.
    pub(crate) const OF_ONE_REQUEST: [Self; 29] = [
        Self::ResetBeforeReading,
        Self::ResetWhileReading,
        Self::ResetAfterReading,
        Self::ResetAfterCarryingOut,
        Self::ClosedAfterReading,
        Self::ClosedAfterCarryingOut,
        Self::KeptClosedWhileIdle,
        Self::StatusLineOnly,
        Self::ClosedInHead,
        Self::ClosedInBody,
        Self::ResetInBody,
        Self::ChunkedAndCut,
        Self::CutBeforeLastChunk,
        Self::GzipLabelOnPlainText,
        Self::TrickledHead,
        Self::TrickledBody,
        Self::Late,
        Self::CarriedOutLate,
        Self::ContinueFirst,
        Self::EarlyHintsFirst,
        Self::LongHeader,
        Self::Cookie,
        Self::Redirect301,
        Self::Redirect302,
        Self::Redirect307,
        Self::Redirect308,
        Self::Unauthorized,
        Self::Answered408,
        Self::Answered503,
    ];

    /// What the table calls it.
    pub(crate) fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            // A variant without data is a text.
            _ => String::new(),
        }
    }

    /// What stands before the service, for as long as the case lasts.
    pub(crate) fn front(self) -> Front {
        match self {
            Self::UnknownName => Front::NoName,
            Self::Refused => Front::Refused,
            Self::BlackHoled => Front::BlackHole,
            Self::TrustedCertificate => Front::Tls(Certificate::Good),
            Self::SelfSigned => Front::Tls(Certificate::SelfSigned),
            Self::Expired => Front::Tls(Certificate::Expired),
            Self::WrongName => Front::Tls(Certificate::WrongName),
            Self::HttpsToPlainPort => Front::NoTls { says_so: true },
            Self::TlsDropped => Front::NoTls { says_so: false },
            Self::Proxy => Front::Proxy(Proxy::Connects),
            Self::ProxyRefused => Front::Proxy(Proxy::Refused),
            Self::Proxy403 => Front::Proxy(Proxy::Answers("403 Forbidden")),
            Self::Proxy407 => Front::Proxy(Proxy::Answers("407 Proxy Authentication Required")),
            Self::Proxy502 => Front::Proxy(Proxy::Answers("502 Bad Gateway")),
            Self::ProxyDropped => Front::Proxy(Proxy::Drops),
            _ => Front::Plain,
        }
    }

    /// Whether it shows on a connection that has carried a query.
    pub(crate) fn wants_warm_up(self) -> bool {
        matches!(
            self,
            Self::KeptClosedWhileIdle
                | Self::KeptTimedOut
                | Self::KeptResetBeforeReading
                | Self::KeptClosedAfterReading
                | Self::KeptClosedAfterCarryingOut
                | Self::Cookie
        )
    }
}
