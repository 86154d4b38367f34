//! Serde for types that know their own JSON.
//!
//! The text is passed through raw, so that numbers keep every digit.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

pub(crate) fn serialize<S: Serializer>(json: String, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = RawValue::from_string(json).map_err(S::Error::custom)?;
    raw.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    from_json: impl Fn(&str) -> Result<T, crate::Error>,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    from_json(raw.get()).map_err(D::Error::custom)
}
