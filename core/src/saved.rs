//! What outlives the process: a call or a scan as one line of text, by which another process, host or language goes on.
//!
//! `qince-leads call 1 1c291ca3 {...}`: what it is, in which version, a checksum, and the state as JSON.

use crate::error::{Error, Malformed};
use crate::gzip::checksum;

/// The version of the text; a text of another one is refused.
const VERSION: &str = "1";

/// What is saved.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Call,
    Pages,
}

impl Kind {
    fn head(self) -> String {
        let name = match self {
            Self::Call => "call",
            Self::Pages => "pages",
        };
        format!("qince-leads {name} {VERSION} ")
    }

    /// The text that is stored.
    pub(crate) fn seal(self, state: &str) -> String {
        [&self.head(), &sum(state), " ", state].concat()
    }

    /// The state in a text that was stored.
    pub(crate) fn open(self, text: &str) -> Result<&str, Error> {
        let sealed = text.strip_prefix(&self.head()).and_then(|rest| rest.split_once(' '));
        let Some((checksum, state)) = sealed else {
            return Err(damaged("not a saved one of this kind and version"));
        };
        if checksum != sum(state) {
            return Err(damaged("damaged: its checksum is another"));
        }
        Ok(state)
    }
}

/// The checksum of a state, in hex.
fn sum(state: &str) -> String {
    hex::encode(checksum(state.as_bytes()).to_be_bytes())
}

/// What a text is that was not saved, or not here.
pub(crate) fn damaged(reason: &str) -> Error {
    Malformed::new(format_args!("saved text: {reason}"), &[]).into()
}
