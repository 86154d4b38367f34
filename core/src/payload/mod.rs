//! What an operation sends: one macro turns a parameter table into a type.

mod draft;
pub(crate) mod dynamic;
mod source;
mod value;

pub(crate) use draft::{CODE, Verbatim};
pub use draft::{Draft, Slot};
use source::Source;
pub use value::{Id, JsonMap};
pub(crate) use value::{Table, Value};

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
        operation $operation:literal = $path:literal -> $output:ident $(<$record:ident>)?
            $(, settled by $query:ident)?
            $(, in pages of $page:ident and $page_size:ident, by $id:ident)?;
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

        impl $crate::Operation for $name {
            const ENDPOINT: &'static $crate::Endpoint =
                &$crate::Endpoint::new($operation, $path, <Self as $crate::payload::Table>::SHAPE)
                    $(.settled_by(<$query as $crate::Operation>::ENDPOINT))?
                    $(.in_pages($crate::payload::fields!(
                        @paging $name $page $page_size $record $id
                    )))?;
            type Output = $output $(<$record>)?;

            fn from_json(json: &str) -> Result<Self, $crate::Error> {
                let draft = $crate::payload::Draft::from_json(json, <Self as $crate::payload::Table>::SHAPE)?;
                Ok($crate::payload::Table::from_draft(draft))
            }

            fn to_json(&self) -> String {
                $crate::payload::Table::to_draft(self).to_json()
            }

            fn to_body(&self) -> Result<String, $crate::Error> {
                Ok($crate::payload::Table::to_draft(self).to_body()?)
            }

            fn to_dynamic(&self) -> $crate::dynamic::Payload {
                let draft = $crate::payload::Table::to_draft(self);
                $crate::dynamic::Payload::of(Self::ENDPOINT, &draft)
            }
        }

        $($crate::payload::fields!(@query $name $page $page_size $record $id);)?

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::serde_support::serialize($crate::Operation::to_json(self), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::serde_support::deserialize(deserializer, $crate::Operation::from_json)
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
                    $crate::meta::keys!($wire),
                    $field_label,
                    concat!($($field_doc, "\n"),+),
                    <$type as $crate::payload::Value>::KIND,
                )$(.$rule($($argument),*))*,
            )+];
            const SHAPE: &'static $crate::meta::Shape = &$crate::meta::Shape {
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
                $crate::payload::Draft::new(Self::SHAPE, slots)$(.with_extra(&self.$extra))?
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

    (@paging $name:ident $page:ident $page_size:ident $record:ident $id:ident) => {
        $crate::operations::Paging {
            record: <$record as $crate::Record>::SHAPE,
            id: $crate::meta::place(<$record as $crate::Record>::SHAPE.fields, stringify!($id)),
            page: $crate::payload::fields!(@place $name $page),
            page_size: $crate::payload::fields!(@place $name $page_size),
        }
    };
    (@query $name:ident $page:ident $page_size:ident $record:ident $id:ident) => {
        impl $crate::Query for $name {
            type Record = $record;

            fn page(&self) -> (Option<i64>, Option<i64>) {
                (self.$page, self.$page_size)
            }

            fn with_page(self, page: i64, page_size: i64) -> Self {
                self.$page(page).$page_size(page_size)
            }

            fn id(record: &$record) -> Option<&str> {
                record.$id()
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
