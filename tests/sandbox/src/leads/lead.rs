//! A lead.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which operations wrote a lead, and which see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    /// The operations without a suffix.
    Classic,
    /// The operations `…ForApaas`.
    Apaas,
}

impl Family {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Apaas => "apaas",
        }
    }
}

impl ToSql for Family {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Family {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "classic" => Ok(Self::Classic),
            "apaas" => Ok(Self::Apaas),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A lead as it is now.
pub(crate) struct Lead {
    /// Counts the leads in the order of their creation.
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) family: Family,
    pub(super) removed: bool,
    /// How often the lead was modified.
    pub(super) revision: u32,
    pub(super) created_ms: i64,
    pub(super) modified_ms: i64,
    /// What was written, under the names that the add has for it.
    pub(super) payload: Map<String, Value>,
}

/// The columns that [`Lead::read`] takes, in its order.
pub(super) const COLUMNS: &str =
    "seq, id, family, removed, revision, created_ms, modified_ms, payload";

impl Lead {
    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            family: row.get(2)?,
            removed: row.get(3)?,
            revision: row.get(4)?,
            created_ms: row.get(5)?,
            modified_ms: row.get(6)?,
            payload: object(&row.get::<_, String>(7)?),
        })
    }

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
pub(super) struct SearchKeys<'a> {
    pub(super) code: Option<&'a str>,
    pub(super) linkman: Option<&'a str>,
    pub(super) mobile: Option<&'a str>,
    pub(super) emp_name: Option<&'a str>,
    pub(super) cus_name: Option<&'a str>,
    pub(super) status: &'a str,
}

impl<'a> SearchKeys<'a> {
    pub(super) fn of(family: Family, payload: &'a Map<String, Value>) -> Self {
        let (emp_name, cus_name) = match family {
            Family::Classic => ("empName", "cus_name"),
            Family::Apaas => ("responsible_person", "company_name"),
        };
        Self {
            code: text(payload, "code"),
            linkman: text(payload, "linkman"),
            mobile: phone(family, payload),
            emp_name: text(payload, emp_name),
            cus_name: text(payload, cus_name),
            status: status(family, payload),
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
