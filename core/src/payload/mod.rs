//! What an operation sends: one macro turns a parameter table into a type.

mod object;
mod value;

pub(crate) use object::{
    Fields, Readable, Source, Table, Value, check_fields, read_json, read_object, to_body, to_json,
    write_object,
};
pub use value::{Id, JsonMap};

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
        operation $operation:literal = $path:literal -> $output:ty = $read:path
            $(, settled by $query:ident)?;
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
            const NAME: &'static str = $operation;
            const PATH: &'static str = $path;
            const SHAPE: &'static $crate::meta::Shape = <Self as $crate::payload::Table>::SHAPE;
            type Output = $output;
            $($crate::operations::settled_by!($query);)?

            fn from_json(json: &str) -> Result<Self, $crate::Error> {
                let mut payload = Self::default();
                $crate::payload::read_json(json, &mut payload)?;
                Ok(payload)
            }

            fn to_json(&self) -> String {
                $crate::payload::to_json(self)
            }

            fn to_body(&self) -> Result<String, $crate::Error> {
                Ok($crate::payload::to_body(self)?)
            }

            fn read(reply: $crate::RawReply) -> Result<Self::Output, $crate::Error> {
                $read(reply)
            }
        }

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
                    $wire,
                    $crate::meta::keys!($wire),
                    $field_label,
                    concat!($($field_doc, "\n"),+),
                    <$type as $crate::payload::Readable>::KIND,
                )$(.$rule($($argument),*))*,
            )+];
            const SHAPE: &'static $crate::meta::Shape = &$crate::meta::Shape {
                name: stringify!($name),
                label: $label,
                doc: concat!($($doc, "\n"),+),
                fields: Self::FIELDS,
                rules: &[$($spanning),*],
                others: $crate::meta::Others::$others,
            };
        }

        impl $crate::payload::Fields for $name {
            fn shape(&self) -> &'static $crate::meta::Shape {
                <Self as $crate::payload::Table>::SHAPE
            }

            fn each<'p>(&'p self, visit: &mut dyn FnMut(Option<&'p dyn $crate::payload::Value>)) {
                $(visit(self.$field.as_ref().map(|value| value as &dyn $crate::payload::Value));)+
            }

            fn value(&self, at: usize) -> Option<&dyn $crate::payload::Value> {
                $(if at == $crate::payload::fields!(@place $name $field) {
                    return self.$field.as_ref().map(|value| value as &dyn $crate::payload::Value);
                })+
                None
            }

            fn read_value(
                &mut self,
                at: usize,
                source: &mut $crate::payload::Source<'_, '_>,
            ) -> Result<(), $crate::json::SyntaxError> {
                $(if at == $crate::payload::fields!(@place $name $field) {
                    self.$field = $crate::payload::Readable::read(source)?;
                })+
                Ok(())
            }

            $(
                fn extra(&self) -> Option<&$crate::payload::JsonMap> {
                    Some(&self.$extra)
                }

                fn extra_mut(&mut self) -> Option<&mut $crate::payload::JsonMap> {
                    Some(&mut self.$extra)
                }
            )?
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
