//! How a payload that is nothing but texts is put together.

use anyhow::bail;
use qince_leads::Endpoint;
use qince_leads::meta::{AsNumber, Field, Kind, Shape};

use super::super::words::payloads;

pub(super) fn text() -> anyhow::Result<String> {
    let mut shapes = payloads();
    shapes.retain(|shape| Endpoint::taking(shape).is_some() || is_written(shape));
    let mut names: Vec<_> = shapes.iter().map(|shape| shape.name).collect();
    names.sort_unstable();
    let mut text = format!(
        "import type {{ Body }} from \"../body.js\";\n\
         import type {{ Payloads, WithTable }} from \"./operations.js\";\n\
         import type {{\n  {},\n}} from \"./payloads.js\";\n",
        names.join(",\n  ")
    );
    for shape in shapes {
        text.push_str(&function(shape)?);
    }
    text.push_str(
        "\n/** How the payload of each operation with a table is put together, member by member. */\n\
         export const BODIES: { [O in WithTable]: (given: Payloads[O], body: Body) => void } = {\n",
    );
    for endpoint in Endpoint::ALL {
        let (operation, function) = (endpoint.camel_name(), function_name(endpoint.shape));
        text.push_str(&format!("  {operation}: {function},\n"));
    }
    text.push_str("};\n");
    Ok(text)
}

/// Whether a part is written somewhere, and not everywhere left to the core.
fn is_written(part: &Shape) -> bool {
    let is_this =
        |kind| matches!(kind, Kind::One(shape) | Kind::List(shape) if std::ptr::eq(shape, part));
    payloads().iter().any(|shape| shape.fields.iter().any(|field| is_this(field.kind)))
}

fn function(shape: &Shape) -> anyhow::Result<String> {
    let mut lines = String::new();
    for field in shape.fields {
        lines.push_str(&format!("  body.{};\n", member(field)?));
    }
    let (function, name) = (function_name(shape), shape.name);
    Ok(format!("\nfunction {function}(given: {name}, body: Body): void {{\n{lines}}}\n"))
}

fn member(field: &Field) -> anyhow::Result<String> {
    let given = format!("given.{}", super::name(field.wire));
    let key = |behind: &str| format!("'\"{}\":{behind}'", field.wire);
    Ok(match field.kind {
        Kind::Text | Kind::Id if field.as_number == AsNumber::Never => {
            format!("text({}, {given})", key("\""))
        }
        Kind::One(part) => format!("one({}, {given}, {})", key(""), function_name(part)),
        Kind::List(part) => format!("list({}, {given}, {})", key("["), function_name(part)),
        Kind::Id
        | Kind::Count
        | Kind::Json
        | Kind::JsonList
        | Kind::JsonMap
        | Kind::MapOrRows(_) => {
            format!("other({given})")
        }
        unknown => bail!("a body has no member for {unknown:?}"),
    })
}

fn function_name(shape: &Shape) -> String {
    let (first, rest) = shape.name.split_at(1);
    first.to_ascii_lowercase() + rest
}

#[cfg(test)]
mod tests {
    use qince_leads::{AddApaasLead, AddLead, ModifyLead, Operation, QueryLeads};

    use super::*;

    #[test]
    fn texts_and_what_holds_texts_are_written_and_all_else_is_left_to_the_core() {
        let written = |shape: &Shape, wire: &str| {
            member(&shape.fields[shape.position(wire).unwrap()]).unwrap()
        };
        let expected = [
            (AddLead::SHAPE, "empName", r#"text('"empName":"', given.empName)"#),
            (AddLead::SHAPE, "exts", r#"list('"exts":[', given.exts, leadExtField)"#),
            (AddApaasLead::SHAPE, "mobile", r#"one('"mobile":', given.mobile, leadMobile)"#),
            (ModifyLead::SHAPE, "id", "other(given.id)"),
            (ModifyLead::SHAPE, "exts", "other(given.exts)"),
            (QueryLeads::SHAPE, "id", r#"text('"id":"', given.id)"#),
            (QueryLeads::SHAPE, "page", "other(given.page)"),
        ];
        for (shape, wire, member) in expected {
            assert_eq!(written(shape, wire), member);
        }
    }
}
