//! What must hold for any input: properties, hostile bytes, secrets.

mod arbitrary;
mod calls;
mod dynamic;
mod messages;
mod odd_members;
mod payloads;
mod pushes;
mod replies;
mod saving;
mod secrets;
mod vectors;
