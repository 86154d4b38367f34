//! The types that a payload's fields have.

use std::borrow::Cow;
use std::fmt;

use crate::json::{Json, repeats};
use crate::meta::{Field, Kind, Shape};
use crate::payload::{Draft, Slot};

/// A type that a field of a payload may have.
pub(crate) trait Value: Sized {
    const KIND: Kind;

    fn to_slot(&self) -> Slot<'_>;

    /// What stands in a slot that was read for this kind; `None` where nothing does.
    fn from_slot(slot: Slot<'_>) -> Option<Self>;
}

/// A type of a group of fields, with its table. Only this crate has such types.
pub trait Table: Sized {
    /// The fields, in the order of the vendor's table.
    #[doc(hidden)]
    const FIELDS: &'static [Field];
    /// The vendor's table.
    #[doc(hidden)]
    const TABLE: &'static Shape;

    /// What is given for each field.
    #[doc(hidden)]
    fn to_draft(&self) -> Draft<'_>;

    /// Takes what is given for each field.
    #[doc(hidden)]
    fn from_draft(draft: Draft<'_>) -> Self;
}

/// Takes what one variant of a slot holds.
macro_rules! from_slot {
    ($slot:ident => $kept:expr) => {
        fn from_slot(slot: Slot<'_>) -> Option<Self> {
            match slot {
                Slot::$slot(held) => Some($kept(held)),
                _ => None,
            }
        }
    };
}

impl Value for String {
    const KIND: Kind = Kind::Text;

    fn to_slot(&self) -> Slot<'_> {
        Slot::Text(Cow::Borrowed(self))
    }

    from_slot!(Text => Cow::into_owned);
}

/// An id: text that an integer can be made into.
///
/// Ids have 19 digits, more than a floating-point number holds, so they are kept as text.
///
/// ```
/// use qince_leads::Id;
///
/// assert_eq!(Id::from(6789690485561771524_i64), Id::from("6789690485561771524"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Id(String);

impl Id {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<i64> for Id {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl From<u64> for Id {
    fn from(id: u64) -> Self {
        Self(id.to_string())
    }
}

impl Value for Id {
    const KIND: Kind = Kind::Id;

    fn to_slot(&self) -> Slot<'_> {
        Slot::Text(Cow::Borrowed(&self.0))
    }

    from_slot!(Text => |id: Cow<'_, str>| Self(id.into_owned()));
}

/// Whether a JSON number is written without fraction and exponent.
pub(crate) fn is_integer(literal: &str) -> bool {
    literal.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
}

/// Whether a text is digits that can stand as a JSON number.
pub(crate) fn is_whole_number(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text.len() == 1 || !text.starts_with('0'))
}

impl Value for i64 {
    const KIND: Kind = Kind::Count;

    fn to_slot(&self) -> Slot<'_> {
        Slot::Count(*self)
    }

    from_slot!(Count => |count| count);
}

pub(crate) fn is_in_range(count: i64) -> bool {
    (1..=i64::from(i32::MAX)).contains(&count)
}

impl<T: Table> Value for T {
    const KIND: Kind = Kind::One(T::TABLE);

    fn to_slot(&self) -> Slot<'_> {
        Slot::One(Box::new(self.to_draft()))
    }

    from_slot!(One => |one: Box<Draft<'_>>| Self::from_draft(*one));
}

impl<T: Table> Value for Vec<T> {
    const KIND: Kind = Kind::List(T::TABLE);

    fn to_slot(&self) -> Slot<'_> {
        Slot::List(self.iter().map(Table::to_draft).collect())
    }

    from_slot!(List => |rows: Vec<Draft<'_>>| rows.into_iter().map(T::from_draft).collect());
}

impl Value for Json {
    const KIND: Kind = Kind::Json;

    fn to_slot(&self) -> Slot<'_> {
        Slot::Json(Cow::Borrowed(self))
    }

    from_slot!(Json => Cow::into_owned);
}

impl Value for Vec<Json> {
    const KIND: Kind = Kind::JsonList;

    fn to_slot(&self) -> Slot<'_> {
        Slot::JsonList(Cow::Borrowed(self))
    }

    from_slot!(JsonList => Cow::into_owned);
}

/// JSON values under names of the user's own, in the order given.
///
/// ```
/// use qince_leads::JsonMap;
///
/// let exts = JsonMap::from([("field_kig9p__cywdzm9", "10000.00")]);
/// assert_eq!(exts.get("field_kig9p__cywdzm9").unwrap().as_str(), "\"10000.00\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct JsonMap(Vec<(String, Json)>);

impl JsonMap {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; one of the same name is replaced where it stands.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of several values of a name the last one counts, and stands where the first one stood.
    pub(crate) fn of_members(mut members: Vec<(String, Json)>) -> Self {
        let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
        let repeats = repeats(&names);
        let mut is_repeated = vec![false; members.len()];
        // From the last one back, so that its value ends where the first one stands.
        for (before, after) in repeats.into_iter().rev() {
            members.swap(before, after);
            is_repeated[after] = true;
        }
        let mut is_repeated = is_repeated.into_iter();
        members.retain(|_| is_repeated.next() != Some(true));
        Self(members)
    }
}

impl<K: Into<String>, V: Into<Json>> FromIterator<(K, V)> for JsonMap {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(values: I) -> Self {
        let members = values.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::of_members(members.collect())
    }
}

impl<K: Into<String>, V: Into<Json>, const N: usize> From<[(K, V); N]> for JsonMap {
    fn from(values: [(K, V); N]) -> Self {
        values.into_iter().collect()
    }
}

impl Value for JsonMap {
    const KIND: Kind = Kind::JsonMap;

    fn to_slot(&self) -> Slot<'_> {
        Slot::JsonMap(Cow::Borrowed(self))
    }

    from_slot!(JsonMap => Cow::into_owned);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_values_of_a_name_the_last_stands_where_the_first_stood() {
        let map = JsonMap::from([("b", "1"), ("a", "2"), ("b", "3"), ("c", "4"), ("b", "5")]);
        let expected = [("b", "\"5\""), ("a", "\"2\""), ("c", "\"4\"")];
        assert!(map.iter().map(|(name, value)| (name, value.as_str())).eq(expected));
    }
}
