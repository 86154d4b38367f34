//! The operations by their names, what goes with each of them, and the names of errors and rules.

use qince_leads::meta::Shape;
use qince_leads::{Endpoint, Error, MAX_BODY, Rule};

use super::super::words::{literal, payloads as tables, records as returned};
use super::{WIDTH, list};

pub(super) fn text() -> String {
    let operations: Vec<_> = Endpoint::ALL.iter().map(|endpoint| endpoint.camel_name()).collect();
    let payloads: Vec<_> = Endpoint::ALL.iter().map(|endpoint| endpoint.shape).collect();
    let (queries, records): (Vec<_>, Vec<_>) = Endpoint::ALL
        .iter()
        .filter_map(|endpoint| Some((endpoint.camel_name(), endpoint.paging?.record)))
        .unzip();
    // Behind those that have a table.
    let other = [Endpoint::OTHER.camel_name()];
    let names: Vec<_> = operations.iter().chain(&other).map(|name| literal(name)).collect();
    let tables: Vec<_> = tables().into_iter().chain(returned()).map(|shape| shape.name).collect();
    let rules: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    let pairs: Vec<_> = queries
        .iter()
        .zip(&records)
        .map(|(name, shape)| format!("{name}: {}", shape.name))
        .collect();

    [
        "import type { Other } from \"../payload.js\";\n".to_owned(),
        import("import type {", &payloads, "} from \"./payloads.js\";"),
        import("import {", &records, "} from \"./records.js\";"),
        "\n/** The operations, in the order in which the core numbers them. */\n".to_owned(),
        list("export const OPERATIONS = [", &names, "] as const;"),
        "\n/** The name of an operation. */\n".to_owned(),
        "export type Operation = (typeof OPERATIONS)[number];\n".to_owned(),
        "\n/** The name of an operation with a table of its own. */\n".to_owned(),
        "export type WithTable = Exclude<Operation, \"other\">;\n".to_owned(),
        "\n/** What each operation sends. */\n".to_owned(),
        interface("Payloads", &operations, &payloads).replace("\n}", "\n  other: Other;\n}"),
        "\n/** What a page of each query holds. */\n".to_owned(),
        interface("Records", &queries, &records),
        "\n/** The name of a query. */\nexport type Query = keyof Records;\n".to_owned(),
        "\n/** How the records of each query are read. */\n".to_owned(),
        list("export const RECORDS = {", &pairs, "} as const;"),
        "\n/** The names of the vendor's tables: payloads, records and their parts. */\n"
            .to_owned(),
        union("TableName", &tables),
        "\n/** The stable codes of errors. */\n".to_owned(),
        union("ErrorCode", Error::CODES),
        "\n/** The rules that a payload is held to. */\n".to_owned(),
        union("Rule", &rules),
        "\n/** The longest body that is read, in bytes, folded and unfolded. */\n".to_owned(),
        format!("export const MAX_BODY = {MAX_BODY};\n"),
    ]
    .concat()
}

/// Imports the types of shapes, each once and sorted.
fn import(open: &str, shapes: &[&Shape], close: &str) -> String {
    let mut names: Vec<_> = shapes.iter().map(|shape| shape.name.to_owned()).collect();
    names.sort();
    names.dedup();
    list(open, &names, close)
}

fn interface(name: &str, members: &[String], shapes: &[&Shape]) -> String {
    let members = members.iter().zip(shapes);
    let members: String =
        members.map(|(member, shape)| format!("  {member}: {};\n", shape.name)).collect();
    format!("export interface {name} {{\n{members}}}\n")
}

/// A type of texts, on one line or each on its own.
fn union(name: &str, texts: &[&str]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| literal(text)).collect();
    let line = format!("export type {name} = {};\n", texts.join(" | "));
    if line.trim_end().len() <= WIDTH {
        return line;
    }
    format!("export type {name} =\n  | {};\n", texts.join("\n  | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_in_camel_case() {
        let names: Vec<_> = Endpoint::ALL.iter().map(|endpoint| endpoint.camel_name()).collect();
        let expected =
            ["add", "addApaas", "modify", "modifyApaas", "remove", "query", "queryApaas"];
        assert_eq!(names, expected);
    }

    #[test]
    fn every_operation_has_its_payload_and_every_query_its_record() {
        let text = text();
        for endpoint in Endpoint::ALL {
            let name = endpoint.camel_name();
            assert!(text.contains(&format!("\n  {name}: {};\n", endpoint.shape.name)), "{name}");
            if let Some(paging) = endpoint.paging {
                assert!(text.contains(&format!("\n  {name}: {};\n", paging.record.name)), "{name}");
            }
        }
    }

    #[test]
    fn any_other_endpoint_comes_behind_the_operations_with_a_table() {
        let text = text();
        assert!(text.contains("\"queryApaas\",\n  \"other\",\n] as const;"), "{text}");
        assert!(text.contains("\n  other: Other;\n}"), "{text}");
    }

    #[test]
    fn every_error_and_rule_is_named() {
        let text = text();
        let rules = Rule::ALL.iter().map(|rule| rule.name());
        for name in Error::CODES.iter().copied().chain(rules) {
            assert!(text.contains(&literal(name)), "{name}");
        }
    }
}
