//! Payloads as one text and places in it, as [`Spans`] gives records.

use qince_leads::JsonMap;
use qince_leads::dynamic::{Draft, Slot, Spans};
use qince_leads::meta::Kind;

/// A payload, or a part of one, as a table of one row.
pub(crate) fn spans(draft: &Draft<'_>) -> Spans {
    let mut spans = Spans { text: Vec::new(), stream: vec![1] };
    write(draft, &mut spans);
    spans
}

/// The bit that says that there are extra members.
const OTHERS: u64 = 1 << 63;

fn write(draft: &Draft<'_>, out: &mut Spans) {
    let slots = || draft.shape().fields.iter().zip(draft.slots()).enumerate();
    let given = |slot: &Slot<'_>| !matches!(slot, Slot::Absent | Slot::Mistyped);
    let present: u64 = slots().filter(|(_, (_, slot))| given(slot)).map(|(i, _)| 1 << i).sum();
    let has_extra = draft.extra().iter().next().is_some();
    let present = present | if has_extra { OTHERS } else { 0 };
    out.stream.extend([present as u32, (present >> 32) as u32]);
    for (_, (field, slot)) in slots() {
        let can_be_map = matches!(field.kind, Kind::MapOrRows(_));
        match slot {
            Slot::Absent | Slot::Mistyped => {}
            Slot::Text(text) => push(text, out),
            Slot::Count(count) => push(&count.to_string(), out),
            Slot::Json(json) => push(json.as_str(), out),
            Slot::JsonList(list) => {
                out.stream.push(list.len() as u32);
                list.iter().for_each(|json| push(json.as_str(), out));
            }
            Slot::JsonMap(map) => {
                out.stream.extend(can_be_map.then_some(0));
                members(map, out);
            }
            Slot::One(part) => write(part, out),
            Slot::List(parts) => {
                out.stream.extend(can_be_map.then_some(1));
                out.stream.push(parts.len() as u32);
                parts.iter().for_each(|part| write(part, out));
            }
        }
    }
    if has_extra {
        members(draft.extra(), out);
    }
}

fn members(map: &JsonMap, out: &mut Spans) {
    out.stream.push(map.iter().count() as u32);
    for (name, json) in map.iter() {
        push(name, out);
        push(json.as_str(), out);
    }
}

fn push(text: &str, out: &mut Spans) {
    out.stream.extend([out.text.len() as u32, text.len() as u32]);
    out.text.extend_from_slice(text.as_bytes());
}
