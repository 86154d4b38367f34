//! JSON compared with every digit of its numbers, which a `serde_json::Value` would round.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde::Serialize;
use serde_json::value::RawValue;

/// Below so many significant digits, different decimals are different as `f64` too.
const MAX_DIGITS_OF_F64: usize = 15;

/// A JSON value, without members that are null.
#[derive(PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(BTreeMap<String, Node>),
}

impl Node {
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        Self::of(serde_json::from_str(text)?)
    }

    pub(crate) fn of(raw: &RawValue) -> serde_json::Result<Self> {
        let text = raw.get();
        Ok(match text.as_bytes()[0] {
            b'{' => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
                let given = members.into_iter().filter(|(_, value)| value.get() != "null");
                let nodes = given.map(|(name, value)| Ok((name, Self::of(value)?)));
                Self::Object(nodes.collect::<serde_json::Result<_>>()?)
            }
            b'[' => {
                let elements: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::List(elements.into_iter().map(Self::of).collect::<Result<_, _>>()?)
            }
            b'"' => Self::Text(serde_json::from_str(text)?),
            b'n' => Self::Null,
            b't' | b'f' => Self::Boolean(serde_json::from_str(text)?),
            _ => Self::Number(Number(raw.to_owned())),
        })
    }

    /// This member, if it is one of an object.
    pub(crate) fn member(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.get_mut(name),
            _ => None,
        }
    }

    /// Sorts the list that is this member, if it is one.
    pub(crate) fn sort_list(&mut self, member: &str) {
        if let Self::Object(members) = self
            && let Some(Self::List(elements)) = members.get_mut(member)
        {
            elements.sort_by_cached_key(Self::text);
        }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).expect("nothing in a node fails to be written")
    }
}

/// A number by its literal.
#[derive(Serialize)]
pub(crate) struct Number(Box<RawValue>);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        let as_f64 = |number: &Self| exact_f64(number.0.get());
        self.0.get() == other.0.get()
            || as_f64(self).is_some_and(|value| as_f64(other) == Some(value))
    }
}

/// A number as an `f64` that no other number of this few digits has.
fn exact_f64(literal: &str) -> Option<f64> {
    let mantissa = literal.split(['e', 'E']).next()?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    let value: f64 = literal.parse().ok()?;
    // What is too large or too small for an `f64` is infinite or rounded.
    let fits = value.is_normal() || significant.is_empty();
    (fits && significant.len() <= MAX_DIGITS_OF_F64).then_some(value)
}

/// Fails, saying both, where something else came than was expected; members that are null do not count.
pub(crate) fn compare(expected: &RawValue, came: &str) -> anyhow::Result<()> {
    compare_nodes(&Node::of(expected)?, &Node::read(came)?)
}

pub(crate) fn compare_nodes(expected: &Node, came: &Node) -> anyhow::Result<()> {
    ensure!(expected == came, "expected {}\n  came     {}", expected.text(), came.text());
    Ok(())
}
