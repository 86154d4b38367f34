//! Payloads, records and their parts: what they hold, how they are written, and how they are read.

use anyhow::bail;
use qince_leads::Endpoint;
use qince_leads::meta::{Field, Kind, Others, Shape};

use super::super::RECORDS;
use super::super::words::{self, Direction, EXTRA_MEMBERS, EXTRA_PARAMETERS};
use super::{comment, field_doc, identifier, shape_doc};

/// What `faults` of a record are.
const FAULTS: &str =
    "What of it is not as the vendor documents it, and stands in `extra` as it came.";

pub(super) fn payloads() -> anyhow::Result<String> {
    types(&words::payloads(), Direction::Given)
}

pub(super) fn records() -> anyhow::Result<String> {
    types(&words::records(), Direction::Returned)
}

fn types(shapes: &[&'static Shape], direction: Direction) -> anyhow::Result<String> {
    let types: anyhow::Result<Vec<_>> =
        shapes.iter().map(|shape| Type { shape, direction }.text()).collect();
    Ok(types?.join("\n"))
}

/// A struct for a shape.
struct Type {
    shape: &'static Shape,
    direction: Direction,
}

impl Type {
    fn text(&self) -> anyhow::Result<String> {
        Ok(format!("{}\n{}", self.declaration()?, self.wire()?))
    }

    /// The struct with its fields.
    fn declaration(&self) -> anyhow::Result<String> {
        let (shape, name) = (self.shape, self.shape.name);
        let mut properties = String::new();
        let mut parameters = Vec::new();
        let mut assignments = String::new();
        for field in shape.fields {
            let (name, held) = (identifier(field), held(field)?);
            let (held, default) =
                if self.requires(field) { (held, "") } else { (held + "?", " = nil") };
            let doc = field_doc(shape, field)?;
            properties.push_str(&format!("{doc}    public var {name}: {held}\n"));
            parameters.push(format!("        {}: {held}{default}", field.camel_name()));
            assignments.push_str(&format!("        self.{} = {name}\n", field.camel_name()));
        }
        if let Some(doc) = self.extra()? {
            let doc = comment("    ", &[doc.to_owned()]);
            properties.push_str(&format!("{doc}    public var extra: JsonMap\n"));
            parameters.push("        extra: JsonMap = [:]".to_owned());
            assignments.push_str("        self.extra = extra\n");
        }
        if self.is_record() {
            let doc = comment("    ", &[FAULTS.to_owned()]);
            properties.push_str(&format!("{doc}    public var faults: [Fault] = []\n"));
        }
        let path = Endpoint::taking(shape).map(|endpoint| format!("`{}`", endpoint.path));
        Ok(format!(
            "{}public struct {name}: {} {{\n{properties}\n    \
             /// One with these fields.\n    \
             public init(\n{}\n    ) {{\n{assignments}    }}\n}}\n",
            shape_doc("", shape, path.as_deref())?,
            self.protocols(),
            parameters.join(",\n"),
        ))
    }

    /// How it is written and read.
    fn wire(&self) -> anyhow::Result<String> {
        let (shape, name) = (self.shape, self.shape.name);
        let mut writes = String::new();
        let mut reads = String::new();
        for (place, field) in shape.fields.iter().enumerate() {
            let wire = field.wire;
            let absent = if self.requires(field) { r#""""# } else { "nil" };
            writes.push_str(&format!(
                "            json.member(#\",\"{wire}\":\"#, {})\n",
                identifier(field)
            ));
            reads.push_str(&format!(
                "        {} = there.has({place}) ? {} : {absent}\n",
                identifier(field),
                read(field)?
            ));
        }
        if self.extra()?.is_some() {
            writes.push_str(match self.direction {
                Direction::Given => {
                    "            if !extra.isEmpty { json.member(#\",\"extra\":\"#, extra) }\n"
                }
                Direction::Returned => "            json.members(extra)\n",
            });
            reads.push_str("        extra = there.hasExtra ? places.map() : [:]\n");
        }
        if self.is_record() {
            reads.push_str("        faults = places.faults()\n");
        }
        let endpoint = Endpoint::taking(shape).map(endpoint).unwrap_or_default();
        Ok(format!(
            "extension {name} {{\n{endpoint}    \
                 public static let layout = WireLayout<Self>(\n        \
                     name: \"{}\", write: {{ $0.write(to: &$1) }}, read: {{ Self(from: &$0) }})\n\n    \
                 fileprivate func write(to json: inout JsonWriter) {{\n        \
                     json.object {{ json in\n{writes}        }}\n    }}\n\n    \
                 fileprivate init(from places: inout Places) {{\n        \
                     let there = places.presence()\n{reads}    }}\n}}\n",
            shape.name
        ))
    }

    /// What is required of users need not come back.
    fn requires(&self, field: &Field) -> bool {
        field.required && self.direction == Direction::Given
    }

    /// What becomes of members that are no fields, if they are kept.
    fn extra(&self) -> anyhow::Result<Option<&'static str>> {
        Ok(match (self.shape.others, self.direction) {
            (Others::Refused, _) => None,
            (Others::Extra, Direction::Given) => Some(EXTRA_PARAMETERS),
            (Others::Kept | Others::KeptAsTextWith(_), Direction::Returned) => Some(EXTRA_MEMBERS),
            (unknown, _) => bail!("a struct has no property for {unknown:?}"),
        })
    }

    /// Whether it is returned by itself, and not as a part.
    fn is_record(&self) -> bool {
        self.direction == Direction::Returned && RECORDS.contains(&self.shape)
    }

    fn protocols(&self) -> &'static str {
        let paged = Endpoint::ALL.iter().filter_map(|endpoint| endpoint.paging);
        let is_paged = || paged.map(|paging| paging.record).any(|record| record == self.shape);
        match (self.direction, Endpoint::taking(self.shape)) {
            (Direction::Given, Some(endpoint)) if endpoint.paging.is_some() => "LeadQuery",
            (Direction::Given, Some(_)) => "Payload",
            (Direction::Returned, _) if is_paged() => "Record, Identifiable",
            (Direction::Returned, _) if self.is_record() => "Record",
            (Direction::Given | Direction::Returned, _) => "WireValue",
        }
    }
}

/// What a payload says about its operation.
fn endpoint(endpoint: &Endpoint) -> String {
    let name = endpoint.name;
    match endpoint.paging {
        Some(paging) => format!(
            "    public typealias Found = {}\n\n    \
                 public static let endpoint = Endpoint<Page<Found>>(querying: \"{name}\")\n\n",
            paging.record.name
        ),
        None => {
            format!("    public static let endpoint = Endpoint<Receipt>(writing: \"{name}\")\n\n")
        }
    }
}

/// The type of what a field holds.
fn held(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text | Kind::Id => "String".to_owned(),
        _ if field.required => bail!("only text may be required: {field:?}"),
        Kind::Count => "Int".to_owned(),
        Kind::Json => "Json".to_owned(),
        Kind::JsonList => "[Json]".to_owned(),
        Kind::JsonMap => "JsonMap".to_owned(),
        Kind::MapOrRows(part) => format!("MapOrRows<{}>", part.name),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("[{}]", part.name),
        unknown => bail!("a field has no type for {unknown:?}"),
    })
}

/// Reads a field from where it lies.
fn read(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text | Kind::Id => "places.text()".to_owned(),
        Kind::Count => "places.count()".to_owned(),
        Kind::Json => "places.json()".to_owned(),
        Kind::JsonList => "places.list { $0.json() }".to_owned(),
        Kind::JsonMap => "places.map()".to_owned(),
        Kind::MapOrRows(part) => {
            format!("places.mapOrRows {{ {}(from: &$0) }}", part.name)
        }
        Kind::One(part) => format!("{}(from: &places)", part.name),
        Kind::List(part) => format!("places.list {{ {}(from: &$0) }}", part.name),
        unknown => bail!("a field cannot be read as {unknown:?}"),
    })
}

#[cfg(test)]
mod tests {
    use qince_leads::{
        AddLead, ApaasLead, FollowUp, Lead, ModifyLead, Operation, QueryLeads, Record,
    };

    use super::super::tests::field;
    use super::*;

    #[test]
    fn every_shape_has_one_struct() {
        for (text, shapes) in [(payloads(), words::payloads()), (records(), words::records())] {
            let text = text.unwrap();
            for shape in shapes {
                let head = format!("\npublic struct {}: ", shape.name);
                assert_eq!(text.matches(&head).count(), 1, "{}", shape.name);
            }
        }
    }

    #[test]
    fn each_kind_has_a_type_and_is_read_as_it_lies() {
        let expected = [
            (AddLead::SHAPE, "cus_name", "String", "places.text()"),
            (AddLead::SHAPE, "exts", "[LeadExtField]", "places.list { LeadExtField(from: &$0) }"),
            (ModifyLead::SHAPE, "id", "String", "places.text()"),
            (
                ModifyLead::SHAPE,
                "exts",
                "MapOrRows<LeadExtRow>",
                "places.mapOrRows { LeadExtRow(from: &$0) }",
            ),
            (QueryLeads::SHAPE, "page", "Int", "places.count()"),
            (ApaasLead::SHAPE, "mobile", "LeadPhone", "LeadPhone(from: &places)"),
            (ApaasLead::SHAPE, "exts", "JsonMap", "places.map()"),
            (Lead::SHAPE, "labels", "[LeadLabel]", "places.list { LeadLabel(from: &$0) }"),
        ];
        for (shape, wire, held_as, read_as) in expected {
            assert_eq!(held(field(shape, wire)).unwrap(), held_as);
            assert_eq!(read(field(shape, wire)).unwrap(), read_as);
        }
    }

    #[test]
    fn what_must_be_given_has_no_default() {
        let text = payloads().unwrap();
        assert!(text.contains("\n        salesleadsExtKey: String,\n"));
        assert!(text.contains("\n        salesleadsExtValue: String? = nil\n"));
        assert!(
            text.contains("\n        salesleadsExtValue = there.has(1) ? places.text() : nil\n")
        );
        assert!(
            text.contains("\n        salesleadsExtKey = there.has(0) ? places.text() : \"\"\n")
        );
    }

    #[test]
    fn fields_are_written_and_read_in_the_order_of_the_table() {
        for shape in [Lead::SHAPE, ApaasLead::SHAPE, FollowUp::SHAPE] {
            let text = Type { shape, direction: Direction::Returned }.wire().unwrap();
            for (place, field) in shape.fields.iter().enumerate() {
                let name = field.camel_name();
                assert!(
                    text.contains(&format!("json.member(#\",\"{}\":\"#, {name})\n", field.wire))
                );
                assert!(text.contains(&format!("        {name} = there.has({place}) ? ")));
            }
        }
    }

    #[test]
    fn a_query_says_what_it_finds_and_a_payload_takes_extra_parameters() {
        let text = payloads().unwrap();
        assert!(text.contains("\npublic struct QueryApaasLeads: LeadQuery {\n"));
        assert!(text.contains("\n    public typealias Found = ApaasLead\n"));
        assert!(text.contains("Endpoint<Page<Found>>(querying: \"query_apaas\")\n"));
        assert_eq!(text.matches("\n    public var extra: JsonMap\n").count(), Endpoint::ALL.len());
        assert!(text.contains("\n            json.member(#\",\"operator\":\"#, `operator`)\n"));
    }

    #[test]
    fn what_a_query_finds_is_told_apart_by_its_id() {
        let text = records().unwrap();
        assert!(text.contains("\npublic struct Lead: Record, Identifiable {\n"));
        assert!(text.contains("\npublic struct FollowUp: Record {\n"));
    }

    #[test]
    fn a_record_has_its_faults_and_those_of_its_parts() {
        let text = records().unwrap();
        assert!(text.contains("\npublic struct LeadLabel: WireValue {\n"));
        for line in ["    public var faults: [Fault] = []", "        faults = places.faults()"] {
            assert_eq!(text.lines().filter(|other| *other == line).count(), RECORDS.len());
        }
    }
}
