//! Serde for types that know their own JSON.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

pub(crate) fn serialize<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let value: Value = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    from_json: impl Fn(&str) -> Result<T, crate::Error>,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    from_json(&value.to_string()).map_err(D::Error::custom)
}
