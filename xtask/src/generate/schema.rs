//! One JSON Schema a payload and a record.

use qince_leads::meta::Shape;
use qince_leads::{Endpoint, schema};

use super::{GeneratedFile, RECORDS};

pub(super) const FOLDER: &str = "docs/schema";

pub(super) fn files() -> anyhow::Result<Vec<GeneratedFile>> {
    let payloads = Endpoint::ALL.iter().map(|endpoint| endpoint.shape);
    payloads.chain(RECORDS).map(file).collect()
}

fn file(shape: &'static Shape) -> anyhow::Result<GeneratedFile> {
    let path = format!("{FOLDER}/{}.json", snake_case(shape.name));
    let text = serde_json::to_string_pretty(&schema::of(shape))? + "\n";
    Ok(GeneratedFile { path, text })
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::cargo;

    #[test]
    fn schemas_refuse_the_payloads_that_the_vectors_refuse_and_no_others() {
        let mut checked = 0;
        for file in fs::read_dir(cargo::root().join("tests/vectors")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let suite: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            let cases = suite["cases"].as_array().unwrap();
            for case in cases.iter().filter(|case| case["kind"] == "sign") {
                checked += usize::from(check(case).is_some());
            }
        }
        assert!(checked > 500, "{checked} checked");
    }

    /// Checks one vector; `None` where it says nothing that a schema can.
    fn check(case: &Value) -> Option<()> {
        let expect = case["expect"].as_object()?;
        let violations = match expect.get("violations") {
            Some(violations) => violations.as_array()?.as_slice(),
            None => expect.get("body").map(|_| &[][..])?,
        };
        let is_beyond_schemas = |violation: &Value| {
            violation["rule"] == "date_order"
                || violation["rule"] == "format" && violation["path"] == "id"
        };
        if violations.iter().any(is_beyond_schemas) {
            return None;
        }
        let endpoint = Endpoint::named(case["op"].as_str()?)?;
        let options = jsonschema::options().should_validate_formats(true);
        let schema = options.build(&schema::of(endpoint.shape)).unwrap();
        let valid = schema.is_valid(&case["payload"]);
        assert_eq!(valid, violations.is_empty(), "{}", case["name"]);
        Some(())
    }

    #[test]
    fn files_are_named_after_their_types() {
        assert_eq!(snake_case("Lead"), "lead");
        assert_eq!(snake_case("ModifyApaasLead"), "modify_apaas_lead");
    }

    #[test]
    fn every_payload_and_record_has_a_schema_of_its_own() {
        let mut paths: Vec<_> = files().unwrap().into_iter().map(|file| file.path).collect();
        assert_eq!(paths.len(), Endpoint::ALL.len() + RECORDS.len());
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), Endpoint::ALL.len() + RECORDS.len());
    }
}
