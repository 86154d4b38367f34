//! A lead.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which operations wrote a lead, and which see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    /// The operations without a suffix.
    Classic,
    /// The operations `…ForApaas`.
    Apaas,
}

/// A lead in one of its states, unfolded.
pub(crate) struct Lead {
    pub(super) id: String,
    pub(super) family: Family,
    pub(super) created_ms: i64,
    pub(super) modified_ms: i64,
    /// What was written, under the names that the add has for it.
    pub(super) payload: Map<String, Value>,
}

impl Lead {
    /// A text that was written; `None` where it is absent or empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        text(&self.payload, name)
    }

    /// The phone number, which the aPaaS family keeps in an object.
    pub(super) fn phone(&self) -> Option<&str> {
        phone(self.family, &self.payload)
    }

    /// The status that queries compare.
    pub(super) fn status(&self) -> &str {
        status(self.family, &self.payload)
    }

    /// The names and the values of the extension fields.
    pub(super) fn exts(&self) -> Vec<(&str, &Value)> {
        match self.payload.get("exts") {
            Some(Value::Object(members)) => {
                members.iter().map(|(key, value)| (key.as_str(), value)).collect()
            }
            Some(Value::Array(pairs)) => pairs
                .iter()
                .filter_map(|pair| {
                    let key = pair["salesleads_ext_key"].as_str()?;
                    Some((key, &pair["salesleads_ext_value"]))
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The values of a lead by which the conditions of a query find it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SearchKeys {
    pub(super) code: Option<String>,
    pub(super) linkman: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) emp_name: Option<String>,
    pub(super) cus_name: Option<String>,
    pub(super) status: String,
}

impl SearchKeys {
    pub(super) fn of(family: Family, payload: &Map<String, Value>) -> Self {
        let (emp_name, cus_name) = match family {
            Family::Classic => ("empName", "cus_name"),
            Family::Apaas => ("responsible_person", "company_name"),
        };
        let owned = |name| text(payload, name).map(str::to_owned);
        Self {
            code: owned("code"),
            linkman: owned("linkman"),
            mobile: phone(family, payload).map(str::to_owned),
            emp_name: owned(emp_name),
            cus_name: owned(cus_name),
            status: status(family, payload).to_owned(),
        }
    }
}

/// The object in a text that the sandbox itself wrote.
pub(super) fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

fn text<'a>(payload: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    payload.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn phone(family: Family, payload: &Map<String, Value>) -> Option<&str> {
    match family {
        Family::Classic => text(payload, "mobile"),
        Family::Apaas => {
            payload.get("mobile")?.get("phone")?.as_str().filter(|phone| !phone.is_empty())
        }
    }
}

/// 1 待处理 or 6 未分配, unless the payload says otherwise, which only the aPaaS family's can.
fn status(family: Family, payload: &Map<String, Value>) -> &str {
    let is_assigned = match family {
        Family::Classic => text(payload, "empName").is_some(),
        Family::Apaas => text(payload, "allocation_status") != Some("0"),
    };
    text(payload, "salesleads_status").unwrap_or(if is_assigned { "1" } else { "6" })
}
