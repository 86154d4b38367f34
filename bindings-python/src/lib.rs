//! The core for Python. The package `qince_leads` gives this its shape; nothing is decided here.
//!
//! Payloads and records are classes that are made from the core's tables when the module is loaded. A page of leads stays
//! what the core read until leads are taken off it. What is fast goes directly; whatever else a user hands over takes the
//! way through JSON, so that the core judges it as it judges every other language's.
//!
//! Reading a page with all that it says was measured in four ways, in times of msgspec: attributes that make their text
//! anew when asked are 1.4 times as fast, such that keep the texts of a page 1.7 times, and texts in slots 2.1 times.

mod account;
mod call;
mod classes;
mod columns;
mod error;
mod fields;
mod given;
mod headers;
mod json;
mod keywords;
mod other;
mod pace;
mod page;
mod part;
mod push;
mod reading;
mod record;
mod relay;
mod slots;
mod texts;

use pyo3::prelude::*;

/// The native part of qince_leads.
#[pymodule(gil_used = false)]
mod _core {
    use super::*;

    #[pymodule_export]
    use crate::account::{Account, SignedRequest, redact, sign};
    #[pymodule_export]
    use crate::call::{Attempt, Call, Done, Policy, Progress, Send, Wait};
    #[pymodule_export]
    use crate::fields::{Field, fields};
    #[pymodule_export]
    use crate::headers::check_header;
    #[pymodule_export]
    use crate::other::Other;
    #[pymodule_export]
    use crate::pace::Pace;
    #[pymodule_export]
    use crate::page::{Page, Pages};
    #[pymodule_export]
    use crate::part::Part;
    #[pymodule_export]
    use crate::push::{PushEvent, acknowledge, refuse, sign_push, verify_push};
    #[pymodule_export]
    use crate::reading::{Receipt, read};
    #[pymodule_export]
    use crate::record::{Fault, Record};
    #[pymodule_export]
    use crate::relay::Relayed;

    /// The longest body that is read, in bytes, folded and unfolded. A transport need not take in more of a reply.
    #[pymodule_export]
    const MAX_BODY: usize = qince_leads::MAX_BODY;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        classes::add_to(module)
    }
}
