//! What a modification leaves of a lead.

use serde_json::{Map, Value, json};

use super::lead::Family;
use crate::payload::Payload;

/// Writes what the change gives over what the lead has. What is not given stays.
pub(super) fn merge(family: Family, lead: &mut Map<String, Value>, change: &Payload) {
    for (name, value) in change.given() {
        match name {
            "id" => {}
            "exts" => merge_exts(family, lead, value),
            // The aPaaS modification's name for what its add calls otherwise.
            "mark_address" => set(lead, "mark_addr", value.clone()),
            _ => set(lead, name, value.clone()),
        }
    }
    if family == Family::Apaas && change.text("allocation_status") == Some("0") {
        // The lead is back in the pool.
        lead.shift_remove("responsible_person");
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    members.insert(name.to_owned(), value);
}

/// Extension fields are changed one by one; those that the change does not name stay. The classic family keeps
/// them as the list that its add has, whichever form the change comes in.
fn merge_exts(family: Family, lead: &mut Map<String, Value>, change: &Value) {
    match (family, change) {
        (Family::Apaas, Value::Object(fields)) => {
            let kept = lead.entry("exts").or_insert_with(|| json!({}));
            if let Value::Object(kept) = kept {
                kept.extend(fields.clone());
            }
        }
        (Family::Classic, Value::Object(fields)) => {
            for (key, value) in fields {
                let pair = json!({ "salesleads_ext_key": key, "salesleads_ext_value": value });
                merge_pair(lead, pair);
            }
        }
        (Family::Classic, Value::Array(pairs)) => {
            for pair in pairs {
                merge_pair(lead, pair.clone());
            }
        }
        _ => {}
    }
}

fn merge_pair(lead: &mut Map<String, Value>, pair: Value) {
    const KEY: &str = "salesleads_ext_key";

    let Value::Array(kept) = lead.entry("exts").or_insert_with(|| json!([])) else {
        return;
    };
    match kept.iter_mut().find(|kept| kept[KEY] == pair[KEY]) {
        Some(same) => *same = pair,
        None => kept.push(pair),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::merge;
    use crate::leads::Family;
    use crate::payload::Payload;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => panic!("not an object: {value}"),
        }
    }

    fn merged(family: Family, lead: Value, change: Value) -> Value {
        let mut lead = object(lead);
        merge(family, &mut lead, &Payload::from(object(change)));
        Value::Object(lead)
    }

    #[test]
    fn what_is_not_given_stays() {
        let lead = merged(
            Family::Classic,
            json!({ "code": "L1", "tel": "1", "email": "a" }),
            json!({ "id": 1, "tel": "2", "email": "" }),
        );
        assert_eq!(lead, json!({ "code": "L1", "tel": "2", "email": "a" }));
    }

    #[test]
    fn extension_fields_are_changed_one_by_one() {
        let pair = |key, value| json!({ "salesleads_ext_key": key, "salesleads_ext_value": value });
        let lead = merged(
            Family::Classic,
            json!({ "exts": [pair("a", "1"), pair("b", "2")] }),
            json!({ "exts": { "b": "3", "c": "4" } }),
        );
        let expected = json!({ "exts": [pair("a", "1"), pair("b", "3"), pair("c", "4")] });
        assert_eq!(lead, expected);

        let lead = merged(
            Family::Apaas,
            json!({ "exts": { "a": "1" } }),
            json!({ "exts": { "b": ["2"] } }),
        );
        assert_eq!(lead, json!({ "exts": { "a": "1", "b": ["2"] } }));
    }

    #[test]
    fn a_lead_that_goes_back_to_the_pool_has_no_one_responsible() {
        let lead = merged(
            Family::Apaas,
            json!({ "allocation_status": "1", "responsible_person": "1" }),
            json!({ "allocation_status": "0", "pool_name": "默认线索池" }),
        );
        let expected = json!({ "allocation_status": "0", "pool_name": "默认线索池" });
        assert_eq!(lead, expected);
    }
}
