//! Parameter tables, and how a payload is held against one.

use serde_json::{Map, Value};

use super::{Payload, is_given};
use crate::api::Refusal;
use crate::clock::start_of_day;

/// A row of a parameter table.
pub(super) struct Field {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    required: bool,
}

/// A parameter that may be left out.
pub(super) const fn field(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind, required: false }
}

/// A parameter without which the object that it stands in means nothing.
pub(super) const fn required(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { required: true, ..field(name, label, kind) }
}

/// What a parameter may hold. Lengths are in characters.
pub(super) enum Kind {
    /// Text of at most this length.
    Text(usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A day, `yyyy-MM-dd`.
    Day,
    /// An id, as text of at most this length or as a whole number.
    Id(usize),
    /// An id of 64 bits, as digits in a text or as a whole number.
    BigInt,
    /// A whole number from 1.
    Count,
    /// An object with these members.
    Object(&'static [Field]),
    /// A list of objects with these members.
    List(&'static [Field]),
    /// An object with any members.
    Map,
    /// Either of the two before.
    ListOrMap(&'static [Field]),
    /// A list of texts and numbers.
    Values,
}

/// Refuses the payload if a member is not in the table or breaks its row.
pub(super) fn check(payload: &Payload, table: &[Field]) -> Result<(), Refusal> {
    check_members("", payload.members(), table)
}

fn check_members(
    prefix: &str,
    members: &Map<String, Value>,
    table: &[Field],
) -> Result<(), Refusal> {
    let is_known = |name: &str| table.iter().any(|field| field.name == name);
    if let Some(unknown) = members.keys().find(|name| !is_known(name)) {
        return Err(Refusal::new(format!("{prefix}{unknown}:参数不存在")));
    }
    for field in table {
        let value = members.get(field.name).unwrap_or(&Value::Null);
        let path = format!("{prefix}{}", field.name);
        if !value.is_null() {
            field.kind.check(&path, value).map_err(|wrong| match wrong {
                Wrong::Here(what) => Refusal::new(format!("{path}({}):{what}", field.label)),
                Wrong::Inside(refusal) => refusal,
            })?;
        }
        if field.required && !is_given(value) {
            return Err(Refusal::new(format!("{path}({}):不能为空", field.label)));
        }
    }
    Ok(())
}

/// Where a value is wrong: itself or a member of it.
enum Wrong {
    Here(String),
    Inside(Refusal),
}

impl Kind {
    fn check(&self, path: &str, value: &Value) -> Result<(), Wrong> {
        match self {
            Self::Text(max) => check_length(text(value)?, *max),
            Self::OneOf(allowed) => check_choice(text(value)?, allowed),
            Self::Day => check_day(text(value)?),
            Self::Id(max) => match whole_number(value) {
                Some(_) => Ok(()),
                None => check_length(text(value)?, *max),
            },
            Self::BigInt => check_big_int(value),
            Self::Count => match value.as_u64() {
                Some(1..) => Ok(()),
                _ => Err(Wrong::Here("应为正整数".to_owned())),
            },
            Self::Object(table) => check_object(path, value, table),
            Self::List(table) => check_list(path, value, table),
            Self::Map => value.as_object().map(|_| ()).ok_or_else(wrong_type),
            Self::ListOrMap(_) if value.is_object() => Ok(()),
            Self::ListOrMap(table) => check_list(path, value, table),
            Self::Values => check_values(value),
        }
    }
}

fn text(value: &Value) -> Result<&str, Wrong> {
    value.as_str().ok_or_else(wrong_type)
}

fn whole_number(value: &Value) -> Option<i128> {
    let signed = value.as_i64().map(i128::from);
    signed.or_else(|| value.as_u64().map(i128::from))
}

fn check_length(text: &str, max: usize) -> Result<(), Wrong> {
    let length = text.chars().count();
    if length > max {
        return Err(Wrong::Here(format!("长度为{length},不能超过{max}")));
    }
    Ok(())
}

fn check_choice(text: &str, allowed: &[&str]) -> Result<(), Wrong> {
    if text.is_empty() || allowed.contains(&text) {
        return Ok(());
    }
    Err(Wrong::Here(format!("取值应为{}之一", allowed.join("、"))))
}

fn check_day(text: &str) -> Result<(), Wrong> {
    if text.is_empty() || start_of_day(text).is_some() {
        return Ok(());
    }
    Err(Wrong::Here("日期格式应为yyyy-MM-dd".to_owned()))
}

fn check_big_int(value: &Value) -> Result<(), Wrong> {
    let fits = match value.as_str() {
        Some(text) => text.is_empty() || text.parse::<i64>().is_ok(),
        None => whole_number(value).is_some(),
    };
    if fits { Ok(()) } else { Err(wrong_type()) }
}

fn check_object(path: &str, value: &Value, table: &[Field]) -> Result<(), Wrong> {
    let members = value.as_object().ok_or_else(wrong_type)?;
    check_members(&format!("{path}."), members, table).map_err(Wrong::Inside)
}

fn check_list(path: &str, value: &Value, table: &[Field]) -> Result<(), Wrong> {
    let elements = value.as_array().ok_or_else(wrong_type)?;
    for (index, element) in elements.iter().enumerate() {
        check_object(&format!("{path}[{index}]"), element, table)?;
    }
    Ok(())
}

fn check_values(value: &Value) -> Result<(), Wrong> {
    let elements = value.as_array().ok_or_else(wrong_type)?;
    if elements.iter().all(|one| one.is_string() || one.is_number()) {
        Ok(())
    } else {
        Err(wrong_type())
    }
}

fn wrong_type() -> Wrong {
    Wrong::Here("类型错误".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Field, Kind, check, field, required};
    use crate::payload::Payload;

    const TABLE: &[Field] = &[
        field("name", "名称", Kind::Text(2)),
        field("id", "编号", Kind::Id(4)),
        field("big", "大数", Kind::BigInt),
        field("day", "日期", Kind::Day),
        field("page", "页码", Kind::Count),
        field("list", "列表", Kind::List(&[required("key", "键", Kind::OneOf(&["a", "b"]))])),
    ];

    fn refusal(payload: serde_json::Value) -> Option<String> {
        let serde_json::Value::Object(members) = payload else {
            panic!("a payload is an object");
        };
        let refusal = check(&Payload::from(members), TABLE).err();
        refusal.map(|refusal| refusal.text().to_owned())
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(refusal(json!({ "name": "线🙂" })), None);
        let too_long = refusal(json!({ "name": "线索🙂" }));
        assert_eq!(too_long.as_deref(), Some("name(名称):长度为3,不能超过2"));
    }

    #[test]
    fn a_refusal_names_the_path_of_what_is_wrong() {
        let unknown = refusal(json!({ "list": [{ "key": "a" }, { "other": 1 }] }));
        assert_eq!(unknown.as_deref(), Some("list[1].other:参数不存在"));
        let missing = refusal(json!({ "list": [{ "key": "" }] }));
        assert_eq!(missing.as_deref(), Some("list[0].key(键):不能为空"));
        let choice = refusal(json!({ "list": [{ "key": "c" }] }));
        assert_eq!(choice.as_deref(), Some("list[0].key(键):取值应为a、b之一"));
    }

    #[test]
    fn an_id_may_be_a_number_or_text() {
        assert_eq!(refusal(json!({ "id": 6_789_690_485_561_771_524_u64 })), None);
        assert_eq!(refusal(json!({ "id": "SK1" })), None);
        assert!(refusal(json!({ "id": 1.5 })).is_some());
        assert_eq!(refusal(json!({ "big": "6789690485561771524" })), None);
        assert!(refusal(json!({ "big": "SK1" })).is_some());
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for wrong in [
            json!({ "name": 1 }),
            json!({ "page": "1" }),
            json!({ "page": 0 }),
            json!({ "day": "2021-02-30" }),
            json!({ "list": {} }),
        ] {
            assert!(refusal(wrong.clone()).is_some(), "{wrong}");
        }
    }

    #[test]
    fn null_and_empty_text_count_as_not_given() {
        assert_eq!(refusal(json!({ "name": null, "day": "", "big": "" })), None);
    }
}
