//! JSON as text: one strict cursor serves payloads, replies and pushes.
//!
//! The service sends rows as JSON text inside a JSON string. [`Cursor`] reads that inner JSON where
//! it stands, without undoing the outer string first, and notes where values lie instead of copying
//! them. `serde_json` cannot do either, which is why this module exists; both agree on what is JSON.

mod cursor;
mod object;
mod repeats;
pub(crate) mod serde;
mod text;
mod value;

pub(crate) use cursor::{Cursor, Span, SyntaxError};
pub use object::{Object, json_list};
pub(crate) use repeats::repeats;
pub(crate) use text::{write_key, write_member, write_string};
pub use value::Json;
