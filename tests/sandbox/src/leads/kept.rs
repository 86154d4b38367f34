//! What is kept of a lead: its states, folded up as text, and the requests that wrote it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::id;
use super::lead::{Family, Lead, SearchKeys, object};

/// A lead, removed or not.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Counts the leads in the order of their creation.
    pub(crate) seq: u32,
    pub(super) family: Family,
    pub(super) created_ms: i64,
    /// How often the lead was modified.
    pub(super) revision: u32,
    pub(super) now: State,
    /// The states before, while queries may still see them.
    pub(super) earlier: Vec<State>,
    /// Every request that wrote the lead.
    pub(super) writes: Vec<Write>,
}

/// What a lead is from one moment on.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) since_ms: i64,
    pub(super) removed: bool,
    pub(super) keys: SearchKeys,
    pub(super) payload: Box<str>,
}

/// A request that wrote a lead.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Write {
    pub(super) operation: String,
    pub(super) msg_id: String,
    /// Word for word.
    pub(super) body: String,
}

impl Kept {
    /// A lead that comes into being.
    pub(super) fn new(
        seq: u32,
        family: Family,
        payload: &Map<String, Value>,
        created_ms: i64,
    ) -> Self {
        let now = State::new(family, payload, created_ms);
        Self { seq, family, created_ms, revision: 0, now, earlier: Vec::new(), writes: Vec::new() }
    }

    pub(super) fn id(&self) -> String {
        id::nth(self.seq).to_string()
    }

    /// The state that could be seen at a time; `None` where there was no lead yet.
    pub(super) fn at(&self, time_ms: Option<i64>) -> Option<&State> {
        let Some(time_ms) = time_ms else {
            return Some(&self.now);
        };
        let states = std::iter::once(&self.now).chain(self.earlier.iter().rev());
        states.into_iter().find(|state| state.since_ms <= time_ms)
    }

    /// The lead in one of its states.
    pub(super) fn unfolded(&self, state: &State) -> Lead {
        Lead {
            id: self.id(),
            family: self.family,
            created_ms: self.created_ms,
            modified_ms: state.since_ms,
            payload: object(&state.payload),
        }
    }
}

impl State {
    pub(super) fn new(family: Family, payload: &Map<String, Value>, since_ms: i64) -> Self {
        let text = serde_json::to_string(payload).unwrap_or_default();
        Self {
            since_ms,
            removed: false,
            keys: SearchKeys::of(family, payload),
            payload: text.into(),
        }
    }
}
