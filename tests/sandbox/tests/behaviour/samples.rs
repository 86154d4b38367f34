//! The specification's own examples.

use serde_json::Value;

/// The example of this name, with some members replaced.
pub(crate) fn sample(name: &str, replaced: Value) -> Value {
    let text = match name {
        "add" => include_str!("../../samples/add.json"),
        "add_apaas" => include_str!("../../samples/add_apaas.json"),
        "modify" => include_str!("../../samples/modify.json"),
        "modify_apaas" => include_str!("../../samples/modify_apaas.json"),
        "remove" => include_str!("../../samples/remove.json"),
        "query" => include_str!("../../samples/query.json"),
        "query_apaas" => include_str!("../../samples/query_apaas.json"),
        "classic_record" => include_str!("../../samples/classic_record.json"),
        "apaas_record" => include_str!("../../samples/apaas_record.json"),
        "follow_up" => include_str!("../../samples/follow_up.json"),
        _ => panic!("there is no example {name}"),
    };
    let mut sample: Value = serde_json::from_str(text).expect("an example is JSON");
    let members = sample.as_object_mut().expect("an example is an object");
    if let Value::Object(replaced) = replaced {
        members.extend(replaced);
    }
    sample
}
