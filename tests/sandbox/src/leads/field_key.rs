//! The `field_key` of a filter or a sort: which value of a lead it means.

use serde_json::Value;

use super::lead::Lead;
use crate::api::Refusal;

/// A value of an aPaaS lead that can be filtered and sorted by.
pub(super) enum FieldKey {
    Id,
    CreateTime,
    ModifyTime,
    Mobile,
    Status,
    /// A member of what was written.
    Written(&'static str),
    /// An extension field.
    Extension(String),
}

impl FieldKey {
    /// Takes the names of a lead's parameters and those of its record. Which extension fields there are is the
    /// tenant's matter, so any name in the form of theirs passes.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let key = match text {
            "id" => Self::Id,
            "create_time" => Self::CreateTime,
            "modify_time" => Self::ModifyTime,
            "mobile" => Self::Mobile,
            "salesleads_status" => Self::Status,
            _ if text.starts_with("field_") => Self::Extension(text.to_owned()),
            _ => match written_name(text) {
                Some(name) => Self::Written(name),
                None => return Err(Refusal::new(format!("field_key:字段{text}不存在"))),
            },
        };
        Ok(key)
    }

    /// Whether the values are times, in milliseconds since the epoch.
    pub(super) fn is_time(&self) -> bool {
        matches!(self, Self::CreateTime | Self::ModifyTime)
    }

    /// The lead's value; `None` where it has none.
    pub(super) fn value(&self, lead: &Lead) -> Option<String> {
        match self {
            Self::Id => Some(lead.id.clone()),
            Self::CreateTime => Some(lead.created_ms.to_string()),
            Self::ModifyTime => Some(lead.modified_ms.to_string()),
            Self::Mobile => lead.phone().map(str::to_owned),
            Self::Status => Some(lead.status().to_owned()),
            Self::Written(name) => lead.text(name).map(str::to_owned),
            Self::Extension(name) => {
                let (_, value) = lead.exts().into_iter().find(|(key, _)| key == name)?;
                extension_text(value)
            }
        }
    }
}

fn extension_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn written_name(key: &str) -> Option<&'static str> {
    Some(match key {
        "code" => "code",
        "company_name" | "cus_name" => "company_name",
        "source_type" | "source_type_id" => "source_type",
        "customer_classification" | "customer_classification_name" => {
            "customer_classification_name"
        }
        "return_reason" | "return_reason_id" => "return_reason",
        "invalid_reason" | "invalid_reason_id" => "invalid_reason",
        "market_name" => "market_name",
        "market_id" => "market_id",
        "linkman" => "linkman",
        "tel" | "telephone" => "telephone",
        "position" => "position",
        "detail" => "detail",
        "mss_country" => "mss_country",
        "mss_province" => "mss_province",
        "mss_city" => "mss_city",
        "mss_area" => "mss_area",
        "mss_street" => "mss_street",
        "latitude" => "latitude",
        "longitude" => "longitude",
        "address" => "address",
        "mark_addr" | "mark_address" => "mark_addr",
        "email" => "email",
        "website" => "website",
        "allocation_status" => "allocation_status",
        "pool_name" => "pool_name",
        "removed_result" => "removed_result",
        "labels" | "label_names" => "labels",
        "responsible_person" | "owner" | "emp_name" => "responsible_person",
        "card_photo" => "card_photo",
        _ => return None,
    })
}

/// The order of two values: that of numbers where both are numbers, else that of texts.
pub(super) fn order(one: &str, other: &str) -> std::cmp::Ordering {
    if let (Ok(one), Ok(other)) = (one.parse::<i64>(), other.parse::<i64>()) {
        return one.cmp(&other);
    }
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.total_cmp(&other),
        _ => one.cmp(other),
    }
}
