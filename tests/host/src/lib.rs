//! A small blocking host around the sans-IO core: what a program has to bring that calls the service from
//! Rust. The demo and the soak stand on it, and it is meant to be read and copied.
//!
//! [`Client`] is the loop around [`qince_leads::Call`]; [`Transport`] sends one request, and says truthfully
//! what became of it; [`SavedCall`] keeps a call for the next process; [`Receiver`] takes pushes. [`Sandbox`] is not part of a host: it tells the sandbox what
//! to do, and asks it what it has stored.
//!
//! ```no_run
//! use qince_host::{Client, Transport};
//! use qince_leads::{Account, AddLead, Policy, QueryLeads};
//!
//! let account = Account::new("openid", "app key")?.with_base_url("http://127.0.0.1:8080")?;
//! let transport = Transport::new(account.base_url(), std::time::Duration::from_secs(30));
//! let mut leads = Client::new(account, transport, Policy::default())
//!     .with_observer(|attempt| eprintln!("{attempt:?}"));
//!
//! leads.call(AddLead::new().cus_name("示例公司").emp_name("负责人").code("L1"))?;
//! for lead in leads.scan(QueryLeads::new().create_time_start("2026-01-01")) {
//!     println!("{:?}", lead?.cus_name());
//! }
//! # Ok::<(), qince_leads::Error>(())
//! ```

mod client;
mod clock;
mod receiver;
mod sandbox;
mod saved;
mod server;
mod text;
mod transport;

pub use client::{Client, Scan};
pub use clock::now_ms;
pub use receiver::Receiver;
pub use sandbox::{Delivery, Environment, FaultReport, JournalEntry, Sandbox, StoredLead, Write};
pub use saved::SavedCall;
pub use server::LocalServer;
pub use text::grouped;
pub use transport::{Lost, Reply, Route, Transport};
