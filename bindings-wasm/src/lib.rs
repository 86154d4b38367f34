//! The core for JavaScript. The package `qince-leads` gives this its shape; nothing is decided here.
//!
//! What crosses often, crosses in as few pieces as can be: operations by their place in [`Endpoint::ALL`], payloads and
//! signed requests as text, pages as texts and places in them. What is small and rare (receipts, faults, errors, attempts,
//! events) crosses as JSON text, which takes less room in the binary than objects do.
//!
//! That was measured. A page of 1,000 leads takes 3.9 times as long as two bare `JSON.parse` in objects made one by one,
//! 2.0 times in JSON text, and 0.85 times in places. Signing takes 4.1 times as long with objects as with a body that is
//! only checked ([`Account::sign_texts`]), and 1.3 times with text.

mod account;
mod call;
mod fields;
mod headers;
mod outcome;
mod pace;
mod pages;
mod policy;
mod push;
mod relay;
mod scratch;
mod thrown;
mod told;

pub use account::{Account, check, redact};
pub use call::Call;
pub use fields::fields;
pub use headers::check_header;
pub use outcome::read;
pub use pace::Pace;
pub use pages::Pages;
pub use policy::PolicyParts;
pub use push::{PushParts, acknowledge, refuse, sign_push, verify};
pub use relay::relayed;
pub use scratch::{scratch, scratch_memory};

use qince_leads::dynamic::Payload;
use qince_leads::meta::camel_case;
use qince_leads::{Endpoint, Error, TimestampForm};

/// The operation at this place, which the package takes from a generated list.
fn endpoint(place: usize) -> Result<&'static Endpoint, Error> {
    let unknown = || Error::InvalidStamp(format!("no operation has the number {place}"));
    let known = Endpoint::ALL.iter().copied().chain([&Endpoint::OTHER]);
    known.into_iter().nth(place).ok_or_else(unknown)
}

/// An operation as the package calls it.
fn operation(name: &str) -> String {
    camel_case(name)
}

/// A payload that was given as JSON text. One with a path goes to any endpoint of the vendor.
fn payload(
    operation: usize,
    json: &str,
    path: Option<&str>,
    may_repeat: bool,
) -> Result<Payload, Error> {
    let endpoint = endpoint(operation)?;
    Ok(match path {
        Some(path) => Payload::other(path, json, may_repeat),
        None => Payload::from_json(endpoint, json),
    })
}

fn timestamp_form(compact: bool) -> TimestampForm {
    if compact { TimestampForm::Compact } else { TimestampForm::EpochMs }
}

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
