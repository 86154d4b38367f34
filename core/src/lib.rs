//! Sans-IO SDK for the sales-leads API of Qince (勤策, formerly 外勤365 / Waiqin365).
//!
//! The core does everything that must be right and leaves the sending to the host: it takes time and
//! message ids as arguments, hands out requests that are ready to be sent, and reads what came back.
//!
//! ```
//! use qince_leads::{Account, AddLead, Operation, RawReply, Stamp};
//!
//! let account = Account::new("openid", "app key")?;
//! let lead = AddLead::new().cus_name("示例公司").emp_name("负责人").code("L1");
//!
//! // Validated, written and signed; send it with any HTTP client: POST `url` with `body`.
//! let request = account.sign(&lead, &Stamp::new(1617206400000, "90b4b267"))?;
//! assert!(request.url.starts_with("https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/"));
//!
//! // What came back, whatever its shape.
//! let reply = RawReply::new(200, r#"{"return_code":"0","response_data":"5025653528380651509"}"#);
//! assert_eq!(AddLead::read(reply)?.id.as_deref(), Some("5025653528380651509"));
//!
//! // What is wrong is said before anything is sent, all of it at once.
//! let error = account.sign(&AddLead::new().mobile_repeat("2"), &Stamp::new(0, "m")).unwrap_err();
//! assert_eq!(error.code(), "invalid_payload");
//! # Ok::<(), qince_leads::Error>(())
//! ```
//!
//! # In scope
//!
//! - Seven operations: [`AddLead`], [`AddApaasLead`], [`ModifyLead`], [`ModifyApaasLead`],
//!   [`RemoveLead`], [`QueryLeads`], [`QueryApaasLeads`], with the vendor's rules.
//! - Signing ([`Account::sign`]) and reading replies in every shape that the service sends
//!   ([`Operation::read`]).
//! - The retry machine, which settles an add whose outcome is unknown ([`Call`]), and the pager
//!   ([`Pages`]).
//! - Calls and scans that outlive the process: [`Call::save`], [`Pages::save`].
//! - Apps that must not hold a key: [`Account::relay`], and [`Relayed`] on the server.
//! - Pushes: [`verify_push`], [`PushEvent::acknowledge`].
//! - The vendor's tables as data ([`meta`]) and as JSON Schema ([`schema`]).
//!
//! # Out of scope
//!
//! - Input and output, clocks, randomness, threads: the host has them.
//! - Storing anything: which message ids were handled is the host's to remember.
//! - The vendor's other modules, but for signing and reading any request: [`Other`].
//!
//! # Secrets
//!
//! App keys are zeroed when dropped. Neither they, nor push secrets, openids and digests appear in
//! `Debug`, in errors or in messages; [`SignedRequest::url`] is the one place that has to hold a digest.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod account;
mod body;
mod call;
mod endpoint;
mod error;
mod gzip;
mod headers;
mod json;
mod leads;
pub mod meta;
mod operation;
mod other;
mod pace;
mod pages;
mod payload;
mod push;
mod record;
mod relay;
mod reply;
mod saved;
pub mod schema;
mod sign;
mod stamp;
mod url;
mod violation;

pub use account::{Account, DEFAULT_BASE_URL};
pub use body::{Body, MAX_BODY, RawReply};
pub use call::{Attempt, Call, Policy, Progress, Step};
pub use endpoint::{Endpoint, Paging};
pub use error::{Error, Failure, HttpStatus, Malformed, Rejected};
pub use headers::check_header;
pub use json::Json;
pub use leads::*;
pub use operation::{Add, Operation, Query, Request};
pub use other::Other;
pub use pace::Pace;
pub use pages::Pages;
pub use payload::{Id, JsonMap};
pub use push::{PushEvent, verify_push};
pub use record::{Fault, Record};
pub use relay::Relayed;
pub use reply::{Page, Receipt};
pub use sign::SignedRequest;
pub use stamp::{Stamp, TimestampForm};
pub use violation::{InvalidPayload, Rule, Violation};

/// Operations that are chosen at run time, with payloads from JSON or value by value, and results as rows: what
/// bindings stand on.
pub mod dynamic {
    pub use crate::call::dynamic::Call;
    pub use crate::json::{Object, json_list};
    pub use crate::leads::pushes::Push;
    pub use crate::pages::dynamic::Pages;
    pub use crate::payload::dynamic::Payload;
    pub use crate::payload::{Draft, Slot};
    pub use crate::push::{acknowledge, refuse};
    pub use crate::record::{Places, Row, Rows, Spans};
    pub use crate::reply::Outcome;
    pub use crate::sign::redact;
}

/// For tests of what is built on this SDK.
pub mod testing {
    pub use crate::push::{UnsignedPush, sign_push};
}

/// The code in the READMEs compiles.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    struct English;

    #[doc = include_str!("../../README.zh-CN.md")]
    struct Chinese;
}
