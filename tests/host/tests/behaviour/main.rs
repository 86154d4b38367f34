//! What the host does, seen over real sockets.

mod client;
mod receiver;
mod reporting;
mod server;
mod transport;
