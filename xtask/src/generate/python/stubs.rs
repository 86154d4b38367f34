//! Payloads, records and their parts: the classes are made by the native part, and this says what they are.

use anyhow::bail;
use qince_leads::Endpoint;
use qince_leads::meta::{Field, Format, Kind, Others, Shape};

use super::super::words::{EXTRA_PARAMETERS, literal};
use super::{class_names, docstring, field_doc, lines, payloads, records, shape_doc};

const HEAD: &str = r#"from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypedDict, type_check_only

from typing_extensions import Self, Unpack

from qince_leads._core import Part, Payload, Query, Receipt, Record

_Json: TypeAlias = None | bool | int | float | Decimal | str | date | Sequence["_Json"] | Mapping[str, "_Json"]
"#;

/// What the module holds when it is run.
pub(super) fn runtime() -> String {
    let names: Vec<_> = class_names().into_iter().map(str::to_owned).collect();
    let quoted: Vec<_> = names.iter().map(|name| literal(name)).collect();
    [
        "\"\"\"The classes of payloads and records, and of their parts.\"\"\"\n\n".to_owned(),
        lines("from qince_leads._core import (", &names, ")"),
        lines("\n__all__ = [", &quoted, "]"),
    ]
    .concat()
}

pub(super) fn text() -> anyhow::Result<String> {
    let quoted: Vec<_> = class_names().into_iter().map(literal).collect();
    let mut text = format!("{HEAD}\n{}", lines("__all__ = [", &quoted, "]"));
    for shape in payloads() {
        text.push_str(&class(shape, &payload_base(shape), Direction::Given)?);
    }
    for shape in records() {
        text.push_str(&class(shape, "Record", Direction::Returned)?);
    }
    Ok(text)
}

/// Whether a shape is what users give or what comes back.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Given,
    Returned,
}

fn payload_base(shape: &Shape) -> String {
    match Endpoint::taking(shape).map(|endpoint| endpoint.paging) {
        None => "Part".to_owned(),
        Some(None) => "Payload[Receipt]".to_owned(),
        Some(Some(paging)) => format!("Query[{}]", paging.record.name),
    }
}

fn class(shape: &'static Shape, base: &str, direction: Direction) -> anyhow::Result<String> {
    let name = shape.name;
    let mut parameters = String::new();
    let mut members = String::new();
    let mut attributes = String::new();
    for field in shape.fields {
        let given = given(field)?;
        let is_required = field.required && direction == Direction::Given;
        let default = if is_required { given.clone() } else { optional(&given) };
        let equals = if is_required { "" } else { " = None" };
        parameters.push_str(&format!("        {}: {default}{equals},\n", field.name));
        members.push_str(&format!("    {}: {}\n", field.name, optional(&given)));
        attributes.push_str(&attribute(
            field.name,
            &returned(field, direction)?,
            &field_doc("        ", shape, field)?,
        ));
    }
    let takes_extra = match (shape.others, direction) {
        (Others::Refused, _) => false,
        (Others::Extra, Direction::Given) => {
            let doc = docstring("        ", &[EXTRA_PARAMETERS.to_owned()]);
            attributes.push_str(&attribute("extra", "dict[str, Any]", &doc));
            true
        }
        (Others::Kept | Others::KeptAsTextWith(_), Direction::Returned) => true,
        (unknown, _) => bail!("a class has no attribute for {unknown:?}"),
    };
    if takes_extra {
        parameters.push_str("        extra: Mapping[str, _Json] | None = None,\n");
        members.push_str("    extra: Mapping[str, _Json] | None\n");
    }
    let origin = Endpoint::taking(shape).map(|endpoint| format!("`{}`", endpoint.path));
    let doc = shape_doc("    ", shape, &origin.unwrap_or_default())?;
    Ok(format!(
        "\n@type_check_only\nclass _{name}Fields(TypedDict, total=False):\n{members}\n\
         class {name}({base}):\n{doc}\n    \
             def __new__(\n        cls,\n        *,\n{parameters}    ) -> Self: ...\n\
         {attributes}    \
             def replace(self, **changes: Unpack[_{name}Fields]) -> Self: ...  # type: ignore[override]\n"
    ))
}

fn attribute(name: &str, returned: &str, doc: &str) -> String {
    format!("    @property\n    def {name}(self) -> {returned}:\n{doc}\n")
}

fn optional(given: &str) -> String {
    format!("{given} | None")
}

/// The type of what may be given.
fn given(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text if !field.allowed.is_empty() => {
            let values = field.allowed.iter().map(|allowed| literal(allowed.value));
            let values: Vec<_> = [literal("")].into_iter().chain(values).collect();
            format!("Literal[{}]", values.join(", "))
        }
        Kind::Text if field.format == Some(Format::Date) => "str | date".to_owned(),
        Kind::Text => "str".to_owned(),
        Kind::Id => "str | int".to_owned(),
        Kind::Count => "int".to_owned(),
        Kind::Json => "_Json".to_owned(),
        Kind::JsonList => "Sequence[_Json]".to_owned(),
        Kind::JsonMap => "Mapping[str, _Json]".to_owned(),
        Kind::MapOrRows(part) => format!("Mapping[str, _Json] | Sequence[{}]", part.name),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("Sequence[{}]", part.name),
        unknown => bail!("a field has no type for {unknown:?}"),
    })
}

/// The type of what an attribute is.
fn returned(field: &Field, direction: Direction) -> anyhow::Result<String> {
    let held = match field.kind {
        Kind::Text | Kind::Id => "str".to_owned(),
        Kind::Count => "int".to_owned(),
        Kind::Json => return Ok("Any".to_owned()),
        Kind::JsonList => "list[Any]".to_owned(),
        Kind::JsonMap => "dict[str, Any]".to_owned(),
        Kind::MapOrRows(part) => format!("dict[str, Any] | tuple[{}, ...]", part.name),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("tuple[{}, ...]", part.name),
        unknown => bail!("an attribute has no type for {unknown:?}"),
    };
    let is_never_none =
        direction == Direction::Returned && matches!(field.kind, Kind::List(_) | Kind::JsonMap);
    Ok(if is_never_none { held } else { optional(&held) })
}

#[cfg(test)]
mod tests {
    use qince_leads::{AddLead, ApaasLead, ModifyLead, Operation, QueryLeads, Record};

    use super::*;

    #[test]
    fn every_payload_record_and_part_has_one_class() {
        let text = text().unwrap();
        for name in class_names() {
            assert_eq!(text.matches(&format!("\nclass {name}(")).count(), 1, "{name}");
        }
    }

    #[test]
    fn fields_take_more_than_attributes_return() {
        let types = |shape: &Shape, wire: &str| {
            let field = &shape.fields[shape.position(wire).unwrap()];
            (given(field).unwrap(), returned(field, Direction::Given).unwrap())
        };
        let expected = [
            (AddLead::SHAPE, "empName", "str", "str | None"),
            (AddLead::SHAPE, "mobile_repeat", r#"Literal["", "0", "1"]"#, "str | None"),
            (AddLead::SHAPE, "exts", "Sequence[LeadExtField]", "tuple[LeadExtField, ...] | None"),
            (ModifyLead::SHAPE, "id", "str | int", "str | None"),
            (QueryLeads::SHAPE, "create_time_start", "str | date", "str | None"),
        ];
        for (shape, wire, given, returned) in expected {
            assert_eq!(types(shape, wire), (given.to_owned(), returned.to_owned()), "{wire}");
        }
    }

    #[test]
    fn lists_and_maps_that_come_back_are_empty_rather_than_none() {
        let class = class(ApaasLead::SHAPE, "Record", Direction::Returned).unwrap();
        assert!(class.contains("def card_photo(self) -> tuple[LeadPhoto, ...]:\n"), "{class}");
        assert!(class.contains("def exts(self) -> dict[str, Any]:\n"));
        assert!(class.contains("def mobile(self) -> LeadPhone | None:\n"));
    }

    #[test]
    fn queries_name_their_records_and_parts_take_nothing_unknown() {
        let text = text().unwrap();
        assert!(text.contains("\nclass QueryLeads(Query[Lead]):\n"));
        assert!(text.contains("\nclass AddLead(Payload[Receipt]):\n"));
        assert!(text.contains("\nclass LeadExtField(Part):\n"));
        let extras = text.matches("    def extra(self)").count();
        assert_eq!(extras, Endpoint::ALL.len());
    }
}
