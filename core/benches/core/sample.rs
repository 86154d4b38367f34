//! A page of the vendor's sample lead.

use serde_json::{Value, json};

const LEAD: &str = include_str!("../../../tests/samples/lead.json");

/// A page of `count` leads, as the service sends it: JSON text inside a JSON string.
pub(crate) fn page(count: u64) -> Vec<u8> {
    let mut lead: Value = serde_json::from_str(LEAD).unwrap();
    let leads: Value = (0..count)
        .map(|i| {
            lead["id"] = (6_789_690_485_561_771_524 + i).to_string().into();
            lead.clone()
        })
        .collect();
    let reply = json!({
        "return_code": "0",
        "return_msg": null,
        "msg_id": null,
        "response_data": leads.to_string(),
    });
    reply.to_string().into_bytes()
}
