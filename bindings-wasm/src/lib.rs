//! The core for JavaScript. The package `qince-leads` gives this its shape; nothing is decided here.
//!
//! What crosses, crosses in as few pieces as can be: operations by their place in [`Endpoint::ALL`],
//! payloads and small results as JSON text, pages as texts and places in them, errors as JSON text that
//! is thrown.
//!
//! That was measured against objects made one by one (`serde-wasm-bindgen`) and against JSON text. A page of 1,000 leads
//! takes 3.9 times as long as two bare `JSON.parse` in objects, 2.0 times in text, and 0.85 times in places. Signing takes
//! 4.1 times as long with objects as with a body that is only checked ([`Account::sign_texts`]), and 1.3 times with text.

mod account;
mod call;
mod object;
mod outcome;
mod pages;
mod push;
mod scratch;
mod thrown;

pub use account::{Account, check, redact};
pub use call::Call;
pub use outcome::{read_bytes, read_text};
pub use pages::Pages;
pub use push::{acknowledge, refuse, verify};
pub use scratch::{scratch, scratch_memory};

use qince_leads::{Endpoint, Error, TimestampForm};

/// The operation at this place, which the package takes from a generated list.
fn endpoint(place: usize) -> Result<&'static Endpoint, Error> {
    let unknown = || Error::InvalidStamp(format!("no operation has the number {place}"));
    Endpoint::ALL.get(place).copied().ok_or_else(unknown)
}

/// The number of the operation of this name.
fn number(name: &str) -> u64 {
    let place = Endpoint::ALL.iter().position(|endpoint| endpoint.name == name);
    place.unwrap_or(Endpoint::ALL.len()) as u64
}

fn timestamp_form(compact: bool) -> TimestampForm {
    if compact { TimestampForm::Compact } else { TimestampForm::EpochMs }
}

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
