//! `sorts`: the order that a query asks for.

use std::cmp::Ordering;

use serde_json::Value;

use super::field_key::{FieldKey, order};
use super::lead::Lead;
use crate::api::Refusal;

/// One of the fields to sort by.
pub(super) struct Sort {
    key: FieldKey,
    descending: bool,
}

impl Sort {
    /// Takes sorts that have passed the parameter table.
    pub(super) fn parse_all(sorts: &[Value]) -> Result<Vec<Self>, Refusal> {
        sorts.iter().map(Self::parse).collect()
    }

    fn parse(sort: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            key: FieldKey::parse(sort["field_key"].as_str().unwrap_or_default())?,
            descending: sort["type"] == "desc",
        })
    }

    fn compare(&self, one: Option<&str>, other: Option<&str>) -> Ordering {
        let ascending = match (one, other) {
            (Some(one), Some(other)) => order(one, other),
            // What has no value comes first.
            _ => one.is_some().cmp(&other.is_some()),
        };
        if self.descending { ascending.reverse() } else { ascending }
    }
}

/// Sorts the leads; those that are equal in all fields stay in the order of their creation.
pub(super) fn sort(leads: &mut Vec<Lead>, sorts: &[Sort]) {
    let with_values = |lead: Lead| {
        let values: Vec<Option<String>> = sorts.iter().map(|sort| sort.key.value(&lead)).collect();
        (values, lead)
    };
    let mut decorated: Vec<_> = std::mem::take(leads).into_iter().map(with_values).collect();
    decorated.sort_by(|(one, _), (other, _)| {
        let pairs = one.iter().zip(other);
        sorts
            .iter()
            .zip(pairs)
            .map(|(sort, (one, other))| sort.compare(one.as_deref(), other.as_deref()))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    leads.extend(decorated.into_iter().map(|(_, lead)| lead));
}
