//! The sandbox's behaviour, as a client of the built program sees it.

mod admin;
mod client;
mod faults;
mod operations;
mod process;
mod pushes;
mod queries;
mod quirks;
mod receiver;
mod refusals;
mod samples;
