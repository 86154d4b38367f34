//! The core for Kotlin and Swift. The packages give this its shape; nothing is decided here.
//!
//! UniFFI makes objects, errors and what is small. Payloads cross as the JSON text that they are sent as, and records as one
//! table of places in one text ([`CoreTable`]), of which each package makes values of its own types, which are generated.
//!
//! That was measured against records that UniFFI makes. On the JVM an add takes 93 µs to sign with a record of 24 optional
//! texts, 54 µs with bytes, and 12 µs are gone with an empty call, while signing by hand takes 4 to 5 µs. So Kotlin signs
//! through one plain function of numbers and bytes.

mod account;
mod bytes;
mod call;
mod draft;
mod error;
mod field;
mod headers;
mod lane;
mod outcome;
mod pace;
mod pages;
mod payload;
mod push;
mod relay;
mod shape;
mod table;

pub use account::{CoreAccount, CoreRequest, CoreStamp, redact};
pub use call::{CoreAttempt, CoreCall, CorePolicy, CoreProgress, CoreStep};
pub use error::{CoreAllowed, CoreError, CoreViolation};
pub use field::{CoreField, CoreKind, fields};
pub use headers::check_header;
pub use outcome::{CoreOutcome, max_body, read};
pub use pace::CorePace;
pub use pages::CorePages;
pub use payload::{CorePayload, check};
pub use push::{
    CorePush, CorePushData, CoreUnsignedPush, acknowledge, refuse, sign_push, verify_push,
};
pub use relay::CoreRelayed;
pub use table::{CoreFault, CoreRecordFaults, CoreTable, compact_json, parse};

use qince_leads::{Endpoint, Error};

uniffi::setup_scaffolding!("qince_leads");

/// The operation of this name.
fn endpoint(name: &str) -> Result<&'static Endpoint, Error> {
    let unknown = || Error::InvalidStamp(format!("no operation is called `{name}`"));
    Endpoint::named(name).ok_or_else(unknown)
}
