//! What comes back: one macro turns a reply table into a type over a sheet of values.

mod places;
mod read;
mod row;

pub use places::{Places, Spans};
pub(crate) use read::{ReadError, Reader};
pub(crate) use row::{Cell, OTHERS as MOST_FIELDS, Sheet};
pub use row::{Fault, Row, Rows};

use crate::error::Error;
use crate::meta::Shape;

/// Something that the service returns or pushes.
///
/// A record is a place on the page that it came with: cheap to make and to clone, and its values are
/// looked up when asked for. A text is `None` where the service left it out or sent null. Numbers and
/// booleans where the vendor documents text are taken as their literal text. With serde a record goes to and from JSON
/// only, whose numbers keep every digit.
pub trait Record: Sized {
    /// The vendor's table of its members.
    const SHAPE: &'static Shape;

    /// Reads a record from JSON with the vendor's names.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is not a JSON object. A member of another shape is among [`faults`](Self::faults).
    fn from_json(json: &str) -> Result<Self, Error> {
        Row::from_json(json, Self::SHAPE).map(Self::at)
    }

    /// Writes the record as JSON with the vendor's names: known members in the order of the vendor's
    /// table, then the others as they came.
    fn to_json(&self) -> String {
        self.row().to_json()
    }

    /// The members that this SDK does not know, and those of another shape than it knows, in the order they came: names
    /// and JSON texts.
    fn extra(&self) -> impl Iterator<Item = (&str, &str)> {
        self.row().extra()
    }

    /// The members that are not as the vendor documents them. They are absent from the record and stand in
    /// [`extra`](Self::extra).
    fn faults(&self) -> impl Iterator<Item = Fault> {
        self.row().faults()
    }

    /// A record at a place of a sheet, for the readers of this crate.
    #[doc(hidden)]
    fn at(row: Row) -> Self;

    /// The record, whatever its shape.
    #[doc(hidden)]
    fn row(&self) -> &Row;
}

/// Declares a record from a table: name, kind, wire name, Chinese label, longest text.
///
/// Kinds are `text`, `one RECORD`, `list RECORD` and `json_map`.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $vis:vis $name:ident = $label:literal $(($others:expr))? {
            $($(#[doc = $field_doc:literal])+
            $field:ident: $kind:ident $($of:ident)? = $wire:literal, $field_label:literal
                $(, $rule:ident ($($argument:expr),*))*;)+
        }
    ) => {
        $(#[doc = $doc])+
        ///
        #[doc = concat!("Vendor's name: ", $label, ".")]
        #[derive(Clone, PartialEq, Eq, Hash)]
        $vis struct $name($crate::record::Row);

        impl $name {
            $crate::record::accessors! {
                [$vis, <Self as $crate::Record>::SHAPE]
                $($(#[doc = $field_doc])+ #[doc = concat!("\n`", $wire, "` (", $field_label, ")")]
                $field: $kind $($of)?;)+
            }
        }

        impl $crate::Record for $name {
            const SHAPE: &'static $crate::meta::Shape = {
                const FIELDS: &[$crate::meta::Field] = &[$(
                    $crate::meta::Field::new(
                        stringify!($field),
                        $wire,
                        $field_label,
                        concat!($($field_doc, "\n"),+),
                        $crate::record::kind!($kind $($of)?),
                    )$(.$rule($($argument),*))*,
                )+];
                assert!(FIELDS.len() <= $crate::record::MOST_FIELDS, "more fields than a row has bits");
                &$crate::meta::Shape {
                    name: stringify!($name),
                    label: $label,
                    doc: $crate::meta::documented(concat!($($doc, "\n"),+)),
                    fields: FIELDS,
                    rules: &[],
                    others: $crate::record::others!($($others)?),
                }
            };

            fn at(row: $crate::record::Row) -> Self {
                Self(row)
            }

            fn row(&self) -> &$crate::record::Row {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&format_args!("{}", $crate::Record::to_json(self)))
                    .finish()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serde::serialize($crate::Record::to_json(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::serde::deserialize(deserializer, $crate::Record::from_json)
            }
        }
    };
}
pub(crate) use record;

/// One accessor for each field.
macro_rules! accessors {
    ([$vis:vis, $shape:expr] $($(#[$doc:meta])+ $field:ident: $kind:ident $($of:ident)?;)+) => {
        $(
            $(#[$doc])+
            #[must_use]
            $vis fn $field(&self) -> $crate::record::returned!($kind $($of)?) {
                self.0.$kind(const { $crate::meta::place($shape.fields, stringify!($field)) })
            }
        )+
    };
}
pub(crate) use accessors;

/// What an accessor returns.
macro_rules! returned {
    (text) => { Option<&str> };
    (one $of:ident) => { Option<$of> };
    (list $of:ident) => { impl ExactSizeIterator<Item = $of> };
    (json_map) => { impl ExactSizeIterator<Item = (&str, &str)> };
}
pub(crate) use returned;

macro_rules! kind {
    (text) => {
        $crate::meta::Kind::Text
    };
    (one $of:ident) => {
        $crate::meta::Kind::One(<$of as $crate::Record>::SHAPE)
    };
    (list $of:ident) => {
        $crate::meta::Kind::List(<$of as $crate::Record>::SHAPE)
    };
    (json_map) => {
        $crate::meta::Kind::JsonMap
    };
}
pub(crate) use kind;

macro_rules! others {
    () => {
        $crate::meta::Others::Kept
    };
    ($others:expr) => {
        $others
    };
}
pub(crate) use others;
