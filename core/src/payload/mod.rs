//! What an operation sends: one macro turns a parameter table into a type.

mod check;
mod draft;
pub(crate) mod dynamic;
mod read;
mod values;
mod verbatim;
mod write;

pub use draft::{Draft, Slot};
pub use values::{Id, JsonMap};
pub(crate) use values::{Table, Value};
use values::{is_in_range, is_integer, is_whole_number};

/// Declares a group of fields from a table: name, type, wire name, Chinese label, rules.
///
/// `payload` declares what an operation sends, with room for `extra` parameters and rules over several
/// fields; `part` what stands inside one. All else about a field is derived from its line.
macro_rules! fields {
    (
        $(#[doc = $doc:literal])+
        payload $name:ident = $label:literal {
            $($(#[doc = $field_doc:literal])+
            $field:ident: $type:ty = $wire:literal, $field_label:literal
                $(, $rule:ident $(($($argument:expr),*))?)*;)+
        }
        rules { $($spanning:ident($($operand:tt)*);)* }
    ) => {
        $crate::payload::fields! {
            @type [$name, $label, Extra, [$($doc)+]]
            [$([$($field_doc)+] $field, $type, $wire, $field_label,
                [$($rule($($($argument),*)?)),*];)+]
            [$($crate::payload::fields!(@rule $name $spanning($($operand)*))),*]
            [
                /// Parameters that this SDK does not know, sent after the known ones in this order.
                extra: $crate::payload::JsonMap
            ]
        }

        impl $name {
            /// Adds a parameter that this SDK does not know.
            #[must_use]
            pub fn extra(mut self, name: impl Into<String>, value: impl Into<$crate::Json>) -> Self {
                self.extra.insert(name, value);
                self
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serde::serialize($crate::Operation::to_json(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::serde::deserialize(deserializer, $crate::Operation::from_json)
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        part $name:ident = $label:literal {
            $($(#[doc = $field_doc:literal])+
            $field:ident: $type:ty = $wire:literal, $field_label:literal
                $(, $rule:ident $(($($argument:expr),*))?)*;)+
        }
    ) => {
        $crate::payload::fields! {
            @type [$name, $label, Refused, [$($doc)+]]
            [$([$($field_doc)+] $field, $type, $wire, $field_label,
                [$($rule($($($argument),*)?)),*];)+]
            [] []
        }
    };

    (
        @type [$name:ident, $label:literal, $others:ident, [$($doc:literal)+]]
        [$([$($field_doc:literal)+] $field:ident, $type:ty, $wire:literal, $field_label:literal,
            [$($rule:ident($($argument:expr),*)),*];)+]
        [$($spanning:expr),*]
        [$($(#[doc = $extra_doc:literal])+ $extra:ident: $extra_type:ty)?]
    ) => {
        $(#[doc = $doc])+
        ///
        #[doc = concat!("Vendor's name: ", $label, ". Empty text counts as not given, and is still sent.")]
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = $field_doc])+
                ///
                #[doc = concat!("`", $wire, "` (", $field_label, ")" $(, "; ", stringify!($rule($($argument),*)))*)]
                pub $field: Option<$type>,
            )+
            $($(#[doc = $extra_doc])+ pub $extra: $extra_type,)?
        }

        impl $name {
            /// Nothing given yet.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[doc = $field_doc])+
                ///
                #[doc = concat!("Sets `", $wire, "` (", $field_label, ").")]
                #[must_use]
                pub fn $field(mut self, value: impl Into<$type>) -> Self {
                    self.$field = Some(value.into());
                    self
                }
            )+
        }

        impl $crate::payload::Table for $name {
            const FIELDS: &'static [$crate::meta::Field] = &[$(
                $crate::meta::Field::new(
                    stringify!($field),
                    $wire,
                    $field_label,
                    concat!($($field_doc, "\n"),+),
                    <$type as $crate::payload::Value>::KIND,
                )$(.$rule($($argument),*))*,
            )+];
            const TABLE: &'static $crate::meta::Shape = &$crate::meta::Shape {
                name: stringify!($name),
                label: $label,
                doc: $crate::meta::documented(concat!($($doc, "\n"),+)),
                fields: Self::FIELDS,
                rules: &[$($spanning),*],
                others: $crate::meta::Others::$others,
            };

            fn to_draft(&self) -> $crate::payload::Draft<'_> {
                let slots = vec![$(
                    self.$field.as_ref().map_or($crate::payload::Slot::Absent, |value| {
                        $crate::payload::Value::to_slot(value)
                    })
                ),+];
                $crate::payload::Draft::new(Self::TABLE, slots)$(.with_extra(&self.$extra))?
            }

            fn from_draft(draft: $crate::payload::Draft<'_>) -> Self {
                let (slots, _extra) = draft.into_parts();
                let mut slots = slots.into_iter();
                Self {
                    $($field: slots.next().and_then($crate::payload::Value::from_slot),)+
                    $($extra: _extra)?
                }
            }
        }
    };

    (@rule $name:ident one_of($($field:ident),+)) => {
        $crate::meta::FieldsRule::OneOf(&[$($crate::payload::fields!(@place $name $field)),+])
    };
    (@rule $name:ident one_besides($($field:ident),+)) => {
        $crate::meta::FieldsRule::OneBesides(&[$($crate::payload::fields!(@place $name $field)),+])
    };
    (@rule $name:ident required_if($field:ident, $when:ident == $is:literal)) => {
        $crate::meta::FieldsRule::RequiredIf {
            field: $crate::payload::fields!(@place $name $field),
            when: $crate::payload::fields!(@place $name $when),
            is: $is,
        }
    };
    (@rule $name:ident forbidden_if($field:ident, $when:ident == $is:literal)) => {
        $crate::meta::FieldsRule::ForbiddenIf {
            field: $crate::payload::fields!(@place $name $field),
            when: $crate::payload::fields!(@place $name $when),
            is: $is,
        }
    };
    (@rule $name:ident date_order($start:ident, $end:ident)) => {
        $crate::meta::FieldsRule::DateOrder {
            start: $crate::payload::fields!(@place $name $start),
            end: $crate::payload::fields!(@place $name $end),
        }
    };
    (@place $name:ident $field:ident) => {
        const { $crate::meta::place(<$name as $crate::payload::Table>::FIELDS, stringify!($field)) }
    };
}
pub(crate) use fields;
