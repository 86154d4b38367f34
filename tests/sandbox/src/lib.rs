//! Plays the service's side of the Qince (勤策) sales-leads API: the seven operations and the push, with faults on
//! request.
//!
//! It is a machine without I/O, so that it runs wherever tests run: inside a process of any language, or behind the
//! HTTP server of the feature `server`. It is written from the service's specification alone and shares no code with
//! the SDK, so that a mistake in one of them cannot hide in the other. `README.md` describes it for those who test an
//! integration with it.

mod account;
mod admin;
mod api;
mod clock;
#[cfg(feature = "sqlite")]
mod database;
mod faults;
mod http;
mod leads;
mod payload;
mod pushes;
mod quirks;
mod sandbox;
#[cfg(feature = "server")]
pub mod server;

pub use self::account::Account;
#[cfg(feature = "sqlite")]
pub use self::database::Database;
pub use self::http::{Reply, Request};
pub use self::leads::{Keep, KeepError, Kept};
pub use self::pushes::{Answer, Outgoing};
pub use self::sandbox::{Sandbox, Step, Ticket};
