//! The vendor's tables as data.

use qince_leads::meta::{Field, Kind};

use crate::error::{CoreAllowed, CoreError};
use crate::shape::Known;

/// A field of a payload, a record, or a part of one.
#[derive(uniffi::Record)]
pub struct CoreField {
    /// The property's name.
    pub name: String,
    /// The vendor's name.
    pub wire_name: String,
    /// The vendor's Chinese label.
    pub label: String,
    /// What it does, in English.
    pub doc: String,
    /// What it holds.
    pub kind: CoreKind,
    /// The name of its parts' table.
    pub part: Option<String>,
    /// Its longest text, in characters.
    pub max_chars: Option<u64>,
    /// The only texts allowed, where the vendor lists them.
    pub allowed: Vec<CoreAllowed>,
    /// Whether it must be given and not be empty.
    pub required: bool,
}

/// What a field holds.
#[derive(uniffi::Enum)]
pub enum CoreKind {
    /// Text.
    Text,
    /// An id: text.
    Id,
    /// An integer from 1 to 2147483647.
    Count,
    /// Any JSON value.
    Json,
    /// A list of JSON values.
    JsonList,
    /// An object of JSON values.
    JsonMap,
    /// An object of JSON values, or a list of parts.
    MapOrParts,
    /// A part.
    Part,
    /// A list of parts.
    Parts,
}

impl From<Kind> for CoreKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Id => Self::Id,
            Kind::Count => Self::Count,
            Kind::Json => Self::Json,
            Kind::JsonList => Self::JsonList,
            Kind::JsonMap => Self::JsonMap,
            Kind::MapOrRows(_) => Self::MapOrParts,
            Kind::One(_) => Self::Part,
            Kind::List(_) => Self::Parts,
            _ => Self::Text,
        }
    }
}

impl From<&Field> for CoreField {
    fn from(field: &Field) -> Self {
        Self {
            name: field.camel_name(),
            wire_name: field.wire.to_owned(),
            label: field.label.to_owned(),
            doc: field.doc.split_whitespace().collect::<Vec<_>>().join(" "),
            kind: field.kind.into(),
            part: field.kind.part().map(|part| part.name.to_owned()),
            max_chars: field.max_chars.map(|max_chars| max_chars as u64),
            allowed: CoreAllowed::all(field.allowed),
            required: field.required,
        }
    }
}

/// The fields of a table, in the vendor's order.
#[uniffi::export]
pub fn fields(shape: &str) -> Result<Vec<CoreField>, CoreError> {
    let (Known::Given(shape) | Known::Returned(shape)) = Known::named(shape)?;
    Ok(shape.fields.iter().map(CoreField::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_says_what_the_table_says() {
        let add = fields("AddLead").unwrap();
        let named = |name: &str| add.iter().find(|field| field.name == name).unwrap();
        let cus_name = named("cusName");
        assert_eq!(
            (cus_name.wire_name.as_str(), cus_name.label.as_str()),
            ("cus_name", "客户名称")
        );
        assert_eq!(cus_name.max_chars, Some(100));
        assert!(matches!(cus_name.kind, CoreKind::Text));
        assert_eq!(named("exts").part.as_deref(), Some("LeadExtField"));
        assert!(named("mobileRepeat").allowed.iter().any(|allowed| allowed.value == "1"));
        let sort = fields("LeadSort").unwrap();
        assert!(sort.iter().any(|field| field.required));
        assert!(fields("Lead").is_ok());
        assert!(fields("Nobody").is_err());
    }
}
