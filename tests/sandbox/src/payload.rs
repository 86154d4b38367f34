//! What requests carry, checked against the specification's parameter tables.
//!
//! Each operation has a file of its own with its table, in the specification's order, and its rules. The
//! specification's column 必填 (required) is empty, so only what a description calls required is.

pub(crate) mod add;
pub(crate) mod add_apaas;
mod allocation;
mod extension;
mod lead_named;
pub(crate) mod modify;
pub(crate) mod modify_apaas;
pub(crate) mod query;
pub(crate) mod query_apaas;
pub(crate) mod remove;
mod table;

use serde_json::{Map, Value};

use crate::api::Refusal;

/// The JSON object that a request carries.
pub(crate) struct Payload(Map<String, Value>);

impl Payload {
    /// The payload and its text.
    pub(crate) fn parse(body: &[u8]) -> Result<(Self, &str), Refusal> {
        let refusal = || Refusal::new("请求体不是JSON对象");
        let text = std::str::from_utf8(body).map_err(|_| refusal())?;
        let members = serde_json::from_str(text).map_err(|_| refusal())?;
        Ok((Self(members), text))
    }

    /// The members as they came.
    pub(crate) fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The members that are given. Null and what is empty count as not given.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0
            .iter()
            .filter(|(_, value)| is_given(value))
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Whether the member is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(is_given)
    }

    /// A text that is given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// An id that is given, be it as text or as a number.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Number(number) => Some(number.to_string()),
            _ => self.text(name).map(str::to_owned),
        }
    }

    /// A list's elements; none if it is not given.
    pub(crate) fn list(&self, name: &str) -> &[Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A whole number that is given.
    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }
}

impl From<Map<String, Value>> for Payload {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
