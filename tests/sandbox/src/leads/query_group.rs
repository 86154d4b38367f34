//! `query_group`: conditions that name their fields, joined by AND or OR within a group, and by AND among groups.

use serde_json::Value;

use super::field_key::{FieldKey, order};
use super::lead::Lead;
use crate::api::Refusal;

/// One group.
pub(super) struct Group {
    any: bool,
    filters: Vec<Filter>,
}

impl Group {
    /// Takes groups that have passed the parameter table.
    pub(super) fn parse_all(groups: &[Value]) -> Result<Vec<Self>, Refusal> {
        groups.iter().map(Self::parse).collect()
    }

    fn parse(group: &Value) -> Result<Self, Refusal> {
        let filters = group["filters"].as_array().map_or(&[][..], Vec::as_slice);
        Ok(Self {
            any: group["connector"] == "OR",
            filters: filters.iter().map(Filter::parse).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the lead is one of those that the group asks for. A group without filters asks for all.
    pub(super) fn admits(&self, lead: &Lead) -> bool {
        let mut verdicts = self.filters.iter().map(|filter| filter.admits(lead));
        if self.any && !self.filters.is_empty() {
            verdicts.any(|admitted| admitted)
        } else {
            verdicts.all(|admitted| admitted)
        }
    }
}

struct Filter {
    key: FieldKey,
    operator: Operator,
    values: Vec<String>,
}

impl Filter {
    fn parse(filter: &Value) -> Result<Self, Refusal> {
        let key = FieldKey::parse(filter["field_key"].as_str().unwrap_or_default())?;
        let operator = Operator::parse(filter["operator"].as_str().unwrap_or_default())?;
        let values = filter["field_values"].as_array().map_or(&[][..], Vec::as_slice);
        let values: Vec<String> = values.iter().map(text).collect();
        if !operator.takes(values.len()) {
            return Err(Refusal::new("field_values:字段值个数与操作符不符"));
        }
        if key.is_time() && values.iter().any(|value| value.parse::<i64>().is_err()) {
            return Err(Refusal::new("field_values:时间字段的值应为毫秒数"));
        }
        Ok(Self { key, operator, values })
    }

    fn admits(&self, lead: &Lead) -> bool {
        let Some(value) = self.key.value(lead) else {
            return self.operator == Operator::IsNull;
        };
        let meets = |wanted: &String| match self.operator {
            Operator::Equal => value == *wanted,
            Operator::AtLeast => order(&value, wanted).is_ge(),
            Operator::AtMost => order(&value, wanted).is_le(),
            Operator::Greater => order(&value, wanted).is_gt(),
            Operator::Less => order(&value, wanted).is_lt(),
            Operator::IsNull => false,
        };
        self.values.iter().any(meets)
    }
}

/// The operators that have been seen in use; the service's full list is not published.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    AtLeast,
    AtMost,
    Greater,
    Less,
    IsNull,
}

impl Operator {
    fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "EQ" => Ok(Self::Equal),
            "GE" => Ok(Self::AtLeast),
            "LE" => Ok(Self::AtMost),
            "GT" => Ok(Self::Greater),
            "LT" => Ok(Self::Less),
            "ISN" => Ok(Self::IsNull),
            _ => Err(Refusal::new(format!("operator:不支持操作符{text}"))),
        }
    }

    /// Whether so many values make sense: one to compare with, any of several to equal, and whatever comes where
    /// nothing is compared.
    fn takes(self, values: usize) -> bool {
        match self {
            Self::Equal => values > 0,
            Self::IsNull => true,
            _ => values == 1,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
