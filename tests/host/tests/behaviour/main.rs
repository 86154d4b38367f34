//! What the host does, seen over real sockets.

mod client;
mod outliving;
mod receiver;
mod server;
mod transport;
