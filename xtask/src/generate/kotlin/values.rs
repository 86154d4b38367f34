//! Payloads, records and their parts: data classes, how each is written as JSON, and how it is read from a table.

use anyhow::{Context, bail};
use qince_leads::Endpoint;
use qince_leads::meta::{Field, Kind, Others, Shape};

use super::super::RECORDS;
use super::super::words::{self, Direction, EXTRA_MEMBERS, EXTRA_PARAMETERS};
use super::{comment, field_comment, literal, shape_comment};

/// What users give: payloads and their parts.
pub(super) fn payloads() -> anyhow::Result<String> {
    words::payloads().into_iter().map(|shape| class(shape, Direction::Given)).collect()
}

/// What comes back: records and their parts.
pub(super) fn records() -> anyhow::Result<String> {
    words::records().into_iter().map(|shape| class(shape, Direction::Returned)).collect()
}

fn class(shape: &'static Shape, direction: Direction) -> anyhow::Result<String> {
    let name = shape.name;
    let endpoint = Endpoint::taking(shape).filter(|_| direction == Direction::Given);
    let extra = extra(shape, direction)?;
    let mut parameters = String::new();
    let mut writes = String::new();
    let mut reads = String::new();
    for (place, field) in shape.fields.iter().enumerate() {
        let field_name = field.camel_name();
        let comment = field_comment("    ", shape, field)?;
        let (kind, default) = declared(field, direction)?;
        parameters.push_str(&format!("{comment}    val {field_name}: {kind}{default},\n"));
        writes.push_str(&format!("        {}\n", write(field)?));
        let absent = if is_required(field, direction) { "\"\"" } else { "null" };
        let read = format!("if (bits.has({place})) {} else {absent}", read(field)?);
        reads.push_str(&format!("                {field_name} = {read},\n"));
    }
    if let Some(Extra { about, write }) = extra {
        let comment = comment("    ", &[about.to_owned()]);
        parameters.push_str(&format!(
            "{comment}    override val extra: Map<String, Json> = emptyMap(),\n"
        ));
        writes.push_str(&format!("        {write}\n"));
        reads.push_str(
            "                extra = if (bits.hasOthers()) places.jsonMap() else emptyMap(),\n",
        );
    }

    if direction == Direction::Returned && RECORDS.contains(&shape) {
        parameters.push_str("    override val faults: List<Fault> = emptyList(),\n");
        reads.push_str("                faults = places.faults(),\n");
    }

    let origin = endpoint.map(|endpoint| format!("`{}`", endpoint.path));
    let comment = shape_comment("", shape, origin.as_deref(), "")?;
    let operation = endpoint.map(operation).unwrap_or_default();
    let about = companion_comment(endpoint);
    let (base, companion, id) = bases(shape, direction, endpoint)?;
    Ok(format!(
        "\n{comment}public data class {name}(\n{parameters}) : {base} {{\n\
         {operation}    \
             override fun writeTo(json: JsonWriter) {{\n        \
                 json.open()\n\
         {writes}        \
                 json.close()\n    \
             }}\n\n\
         {about}    \
             public companion object :{companion} {{\n        \
                 override fun readFrom(places: Places): {name} {{\n            \
                     val bits = places.bits()\n            \
                     return {name}(\n\
         {reads}            \
                     )\n        \
                 }}\n\
         {id}    \
             }}\n\
         }}\n"
    ))
}

fn companion_comment(endpoint: Option<&Endpoint>) -> String {
    let about = match endpoint {
        Some(endpoint) => format!("The operation `{}`, which sends it.", endpoint.name),
        None => "Reads it from JSON.".to_owned(),
    };
    comment("    ", &[about])
}

/// What a class is, what its companion is, and how that finds the id of what it queries.
fn bases(
    shape: &Shape,
    direction: Direction,
    endpoint: Option<&Endpoint>,
) -> anyhow::Result<(String, String, String)> {
    let name = shape.name;
    let Some(endpoint) = endpoint else {
        let base = if direction == Direction::Given { "Value()" } else { "Record()" };
        return Ok((base.to_owned(), format!(" Shape<{name}>(\"{name}\")"), String::new()));
    };
    let number = Endpoint::ALL.iter().position(|other| other.name == endpoint.name);
    let number = number.context("an operation that is not listed")?;
    let arguments = format!("\"{}\", {number}, \"{name}\"", endpoint.name);
    Ok(match endpoint.paging {
        None => {
            let companion = format!(" WriteOperation<{name}>({arguments})");
            ("Payload<Receipt>()".to_owned(), companion, String::new())
        }
        Some(paging) => {
            let record = paging.record.name;
            let companion =
                format!("\n        QueryOperation<{name}, {record}>({arguments}, {record})");
            let id = format!("\n        override fun idOf(lead: {record}): String? = lead.id\n");
            (format!("Query<{record}>()"), companion, id)
        }
    })
}

/// The operation that a payload belongs to.
fn operation(endpoint: &Endpoint) -> String {
    let name = endpoint.shape.name;
    let kind = match endpoint.paging {
        None => format!("Operation<{name}, Receipt>"),
        Some(paging) => format!("QueryOperation<{name}, {}>", paging.record.name),
    };
    format!("    override val operation: {kind} get() = Companion\n\n")
}

/// The property for members that are no fields.
struct Extra {
    about: &'static str,
    write: &'static str,
}

fn extra(shape: &Shape, direction: Direction) -> anyhow::Result<Option<Extra>> {
    Ok(match (shape.others, direction) {
        (Others::Refused, _) => None,
        (Others::Extra, Direction::Given) => {
            Some(Extra { about: EXTRA_PARAMETERS, write: "json.extra(extra)" })
        }
        (Others::Kept | Others::KeptAsTextWith(_), Direction::Returned) => {
            Some(Extra { about: EXTRA_MEMBERS, write: "json.members(extra)" })
        }
        (unknown, _) => bail!("a class has no property for {unknown:?}"),
    })
}

/// Only payloads are held to what is required.
fn is_required(field: &Field, direction: Direction) -> bool {
    field.required && direction == Direction::Given
}

/// The type of a property, and what it is where nothing is given.
fn declared(field: &Field, direction: Direction) -> anyhow::Result<(String, &'static str)> {
    let kind = match field.kind {
        Kind::Text | Kind::Id => "String".to_owned(),
        Kind::Count => "Int".to_owned(),
        Kind::Json => "Json".to_owned(),
        Kind::JsonList => "List<Json>".to_owned(),
        Kind::JsonMap => "Map<String, Json>".to_owned(),
        Kind::MapOrRows(part) => format!("MapOrRows<{}>", part.name),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("List<{}>", part.name),
        unknown => bail!("a property has no type for {unknown:?}"),
    };
    if !is_required(field, direction) {
        return Ok((kind + "?", " = null"));
    }
    match field.kind {
        Kind::Text => Ok((kind, "")),
        other => bail!("nothing stands for a required {other:?} that is not there"),
    }
}

fn write(field: &Field) -> anyhow::Result<String> {
    let function = match field.kind {
        Kind::Text | Kind::Id => "text",
        Kind::Count => "count",
        Kind::Json => "json",
        Kind::JsonList => "jsonList",
        Kind::JsonMap => "jsonMap",
        Kind::MapOrRows(_) => "mapOrRows",
        Kind::One(_) => "one",
        Kind::List(_) => "list",
        unknown => bail!("nothing writes {unknown:?}"),
    };
    let key = literal(&format!("{}:", literal(field.wire)));
    Ok(format!("json.{function}({key}, {})", field.camel_name()))
}

fn read(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text | Kind::Id => "places.text()".to_owned(),
        Kind::Count => "places.count()".to_owned(),
        Kind::Json => "places.json()".to_owned(),
        Kind::JsonList => "places.jsonList()".to_owned(),
        Kind::JsonMap => "places.jsonMap()".to_owned(),
        Kind::MapOrRows(part) => format!("places.mapOrRows({})", part.name),
        Kind::One(part) => format!("{}.readFrom(places)", part.name),
        Kind::List(part) => format!("places.list({})", part.name),
        unknown => bail!("a table has no places for {unknown:?}"),
    })
}

#[cfg(test)]
mod tests {
    use qince_leads::{
        AddLead, ApaasLead, FollowUp, Lead, ModifyLead, Operation, QueryApaasLeads, QueryLeads,
        Record,
    };

    use super::super::super::words::with_parts;
    use super::*;

    /// The hard keywords, which cannot be names.
    const KEYWORDS: [&str; 28] = [
        "as",
        "break",
        "class",
        "continue",
        "do",
        "else",
        "false",
        "for",
        "fun",
        "if",
        "in",
        "interface",
        "is",
        "null",
        "object",
        "package",
        "return",
        "super",
        "this",
        "throw",
        "true",
        "try",
        "typealias",
        "typeof",
        "val",
        "var",
        "when",
        "while",
    ];

    fn given(shape: &'static Shape) -> String {
        class(shape, Direction::Given).unwrap()
    }

    fn returned(shape: &'static Shape) -> String {
        class(shape, Direction::Returned).unwrap()
    }

    #[test]
    fn every_payload_record_and_part_has_one_class() {
        let text = payloads().unwrap() + &records().unwrap();
        for shape in words::payloads().into_iter().chain(words::records()) {
            let head = format!("\npublic data class {}(\n", shape.name);
            assert_eq!(text.matches(&head).count(), 1, "{}", shape.name);
        }
    }

    #[test]
    fn no_field_has_the_name_of_a_keyword() {
        for shape in words::payloads().into_iter().chain(words::records()) {
            for field in shape.fields {
                assert!(!KEYWORDS.contains(&field.camel_name().as_str()), "{}", field.name);
            }
        }
    }

    #[test]
    fn properties_are_optional_but_for_those_that_are_required() {
        let declared = |shape: &Shape, wire: &str| {
            declared(&shape.fields[shape.position(wire).unwrap()], Direction::Given).unwrap()
        };
        let expected = [
            (AddLead::SHAPE, "empName", "String?"),
            (AddLead::SHAPE, "exts", "List<LeadExtField>?"),
            (ModifyLead::SHAPE, "id", "String?"),
            (ModifyLead::SHAPE, "exts", "MapOrRows<LeadExtRow>?"),
            (QueryLeads::SHAPE, "page", "Int?"),
            (QueryApaasLeads::SHAPE, "sorts", "List<LeadSort>?"),
        ];
        for (shape, wire, kind) in expected {
            assert_eq!(declared(shape, wire), (kind.to_owned(), " = null"), "{wire}");
        }
        let sort =
            with_parts([QueryApaasLeads::SHAPE]).into_iter().find(|part| part.name == "LeadSort");
        assert_eq!(declared(sort.unwrap(), "field_key"), ("String".to_owned(), ""));
    }

    #[test]
    fn fields_are_written_and_read_in_the_order_of_the_table() {
        for text in [given(AddLead::SHAPE), returned(Lead::SHAPE)] {
            let places =
                |needle: &str| text.match_indices(needle).map(|(at, _)| at).collect::<Vec<_>>();
            assert!(places("        json.text(\"").len() > 20);
            for place in 0..places("if (bits.has(").len() {
                assert!(text.contains(&format!("if (bits.has({place}))")));
            }
        }
        let lead = returned(Lead::SHAPE);
        let at = |needle: &str| lead.find(needle).unwrap();
        assert!(
            at("json.text(\"\\\"id\\\":\", id)") < at("json.text(\"\\\"cus_name\\\":\", cusName)")
        );
        assert!(at("id = if (bits.has(0))") < at("cusName = if (bits.has(1))"));
    }

    #[test]
    fn each_kind_is_read_as_it_lies() {
        let lead = returned(ApaasLead::SHAPE);
        for read in [
            "id = if (bits.has(0)) places.text() else null,",
            ") LeadPhone.readFrom(places) else null,",
            ") places.list(LeadPhoto) else null,",
            ") places.jsonMap() else null,",
        ] {
            assert!(lead.contains(read), "{read}");
        }
    }

    #[test]
    fn a_record_lists_its_faults_and_those_of_its_parts() {
        let faults = "    override val faults: List<Fault> = emptyList(),\n";
        for shape in words::records() {
            let is_record = RECORDS.contains(&shape);
            assert_eq!(returned(shape).contains(faults), is_record, "{}", shape.name);
            // They are counted as they are read, so none may be a part of another.
            let mut parts = shape.fields.iter().filter_map(|field| field.kind.part());
            assert!(!parts.any(|part| RECORDS.contains(&part)), "{}", shape.name);
        }
        assert!(!given(AddLead::SHAPE).contains("faults"));
    }

    #[test]
    fn payloads_send_extra_parameters_records_keep_members_and_parts_of_payloads_take_none() {
        assert!(given(AddLead::SHAPE).contains("        json.extra(extra)\n"));
        assert!(returned(FollowUp::SHAPE).contains("        json.members(extra)\n"));
        let [part, _] = with_parts([AddLead::SHAPE])[..] else { panic!("more parts than one") };
        assert!(!given(part).contains("extra"));
    }

    #[test]
    fn a_payload_is_of_its_operation() {
        let add = given(AddLead::SHAPE);
        assert!(add.contains("\n) : Payload<Receipt>() {\n"));
        assert!(add.contains(" : WriteOperation<AddLead>(\"add\", 0, \"AddLead\") {\n"));
        let query = given(QueryLeads::SHAPE);
        assert!(query.contains("\n) : Query<Lead>() {\n"));
        let companion =
            "\n        QueryOperation<QueryLeads, Lead>(\"query\", 5, \"QueryLeads\", Lead) {\n";
        assert!(query.contains(companion));
    }
}
