//! What users may give: the operations' payloads.

use anyhow::bail;
use qince_leads::Endpoint;
use qince_leads::meta::{Field, Kind, Others, Shape};

use super::super::words::{EXTRA_PARAMETERS, literal, payloads};
use super::{JSON_MAP, comment, commented_member, interface, member, name};

const HEAD: &str = r#"import type { Json } from "../json.js";
"#;

const LEAD_ID: &str = "\
An id: text, a safe integer or a BigInt. Ids have 19 digits, more than a number holds, so give text or a BigInt.";

pub(super) fn text() -> anyhow::Result<String> {
    let mut text = HEAD.to_owned();
    let about = comment("", &[LEAD_ID.to_owned()]);
    text.push_str(&format!("\n{about}export type LeadId = string | number | bigint;\n"));
    for shape in payloads() {
        text.push_str(&payload(shape)?);
    }
    Ok(text)
}

fn payload(shape: &'static Shape) -> anyhow::Result<String> {
    let mut members = String::new();
    for field in shape.fields {
        members.push_str(&member(shape, field, &declaration(field)?)?);
    }
    match shape.others {
        Others::Refused => {}
        Others::Extra => {
            let declaration = format!("extra?: {JSON_MAP} | null | undefined");
            members.push_str(&commented_member(&[EXTRA_PARAMETERS.to_owned()], &declaration));
        }
        unknown => bail!("a payload's interface has no member for {unknown:?}"),
    }
    let origin = Endpoint::taking(shape).map(|endpoint| format!("`{}`", endpoint.path));
    interface(shape, origin.as_deref(), &members)
}

fn declaration(field: &Field) -> anyhow::Result<String> {
    let name = name(field.wire);
    let given = given(field)?;
    Ok(match field.kind {
        _ if field.required => format!("{name}: {given}"),
        // JSON may be null anyway.
        Kind::Json => format!("{name}?: {given} | undefined"),
        _ => format!("{name}?: {given} | null | undefined"),
    })
}

/// The type of what may be given.
fn given(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text if !field.allowed.is_empty() => {
            let empty = (!field.required).then_some("");
            let values = field.allowed.iter().map(|allowed| allowed.value);
            let values: Vec<_> = empty.into_iter().chain(values).map(literal).collect();
            values.join(" | ")
        }
        Kind::Text => "string".to_owned(),
        Kind::Id => "LeadId".to_owned(),
        Kind::Count => "number".to_owned(),
        Kind::Json => "Json".to_owned(),
        Kind::JsonList => "readonly Json[]".to_owned(),
        Kind::JsonMap => JSON_MAP.to_owned(),
        Kind::MapOrRows(part) => format!("{JSON_MAP} | readonly {}[]", part.name),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("readonly {}[]", part.name),
        unknown => bail!("a payload has no type for {unknown:?}"),
    })
}

#[cfg(test)]
mod tests {
    use qince_leads::{AddLead, ModifyLead, Operation, QueryApaasLeads, QueryLeads};

    use super::*;

    #[test]
    fn members_are_declared_as_what_may_be_given() {
        let declared = |shape: &Shape, wire: &str| {
            declaration(&shape.fields[shape.position(wire).unwrap()]).unwrap()
        };
        let expected = [
            (AddLead::SHAPE, "empName", "empName?: string | null | undefined"),
            (
                AddLead::SHAPE,
                "mobile_repeat",
                r#"mobile_repeat?: "" | "0" | "1" | null | undefined"#,
            ),
            (AddLead::SHAPE, "exts", "exts?: readonly LeadExtField[] | null | undefined"),
            (ModifyLead::SHAPE, "id", "id?: LeadId | null | undefined"),
            (
                ModifyLead::SHAPE,
                "exts",
                "exts?: { [name: string]: Json } | readonly LeadExtRow[] | null | undefined",
            ),
            (QueryLeads::SHAPE, "page", "page?: number | null | undefined"),
        ];
        for (shape, wire, declaration) in expected {
            assert_eq!(declared(shape, wire), declaration);
        }
    }

    #[test]
    fn a_member_that_must_be_given_is_neither_optional_nor_null() {
        let text = text().unwrap();
        assert!(text.contains("\n  salesleads_ext_key: string;\n"));
        assert!(text.contains("\n  salesleads_ext_value?: Json | undefined;\n"));
    }

    #[test]
    fn payloads_take_extra_parameters_and_parts_do_not() {
        let extras = text().unwrap().matches("\n  extra?:").count();
        assert_eq!(extras, Endpoint::ALL.len());
    }

    #[test]
    fn an_interface_says_what_is_sent_where_and_what_holds_for_several_fields() {
        let payload = payload(QueryApaasLeads::SHAPE).unwrap();
        let line = "\n * 线索apaas数据查询, `querySalesLeadsForApaas`.\n * At least one field besides `sorts`,";
        assert!(payload.contains(line), "{payload}");
    }
}
