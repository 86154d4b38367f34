//! What comes back: records, and for those of pages how they are read.

use anyhow::bail;
use qince_leads::Endpoint;
use qince_leads::meta::{Field, Kind, Others, Shape};

use super::super::RECORDS;
use super::super::words::{EXTRA_MEMBERS, literal, records, with_parts};
use super::{JSON_MAP, commented_member, interface, is_identifier, member, name};

const HEAD: &str = r#"import type { Json } from "../json.js";
import { type Fault, type Places, record } from "../places.js";
"#;

/// What `faults` of a record is.
const FAULTS: &str = "What of it is not as the vendor documents it.";

/// What of a record is kept for longer than the record: by these a lead is known.
const KEYS: [&str; 2] = ["id", "code"];

/// Where the bits of a record begin to lie in the second word.
const WORD: usize = 32;

pub(super) fn text() -> anyhow::Result<String> {
    let paged = Endpoint::ALL.iter().filter_map(|endpoint| endpoint.paging);
    let paged = with_parts(paged.map(|paging| paging.record));
    let mut text = HEAD.to_owned();
    for shape in records() {
        text.push_str(&record(shape)?);
        if paged.contains(&shape) {
            text.push_str(&decoder(shape)?);
        }
    }
    Ok(text)
}

fn record(shape: &Shape) -> anyhow::Result<String> {
    let mut members = String::new();
    for field in shape.fields {
        let declaration = format!("{}?: {}", name(field.wire), returned(field)?);
        members.push_str(&member(shape, field, &declaration)?);
    }
    match shape.others {
        Others::Kept | Others::KeptAsTextWith(_) => {
            let declaration = format!("extra?: {JSON_MAP}");
            members.push_str(&commented_member(&[EXTRA_MEMBERS.to_owned()], &declaration));
        }
        unknown => bail!("a record's interface has no member for {unknown:?}"),
    }
    if RECORDS.contains(&shape) {
        members.push_str(&commented_member(&[FAULTS.to_owned()], "faults?: Fault[]"));
    }
    interface(shape, None, &members)
}

/// The type of what comes back.
fn returned(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text => "string".to_owned(),
        Kind::JsonMap => JSON_MAP.to_owned(),
        Kind::One(part) => part.name.to_owned(),
        Kind::List(part) => format!("{}[]", part.name),
        unknown => bail!("a record has no type for {unknown:?}"),
    })
}

/// Reads a record from the stream of places, whose order is that of the fields.
fn decoder(shape: &Shape) -> anyhow::Result<String> {
    let mut reads = String::new();
    for (place, field) in shape.fields.iter().enumerate() {
        let member = member_of_this(field.wire);
        let is_key = RECORDS.contains(&shape) && KEYS.contains(&field.wire);
        let read = if is_key { "from.key()".to_owned() } else { read(field)? };
        reads.push_str(&format!("  if ({}) {member} = {read};\n", is_there(place)));
    }
    let name = shape.name;
    Ok(format!(
        "\n/** Reads one `{name}` where a page says that it lies. */\n\
         export const {name} = record<{name}>(function (this: {name}, from: Places) {{\n  \
           const low = from.next();\n  \
           const high = from.next();\n\
         {reads}  \
           if (high < 0) this.extra = from.map();\n\
         }});\n"
    ))
}

fn member_of_this(wire: &str) -> String {
    if is_identifier(wire) { format!("this.{wire}") } else { format!("this[{}]", literal(wire)) }
}

/// Asks for the bit of the field at this place.
fn is_there(place: usize) -> String {
    if place < WORD {
        format!("low & {}", 1_i32 << place)
    } else {
        format!("high & {}", 1_i32 << (place - WORD))
    }
}

fn read(field: &Field) -> anyhow::Result<String> {
    Ok(match field.kind {
        Kind::Text => "from.text()".to_owned(),
        Kind::JsonMap => "from.map()".to_owned(),
        Kind::One(part) => format!("new {}(from)", part.name),
        Kind::List(part) => format!("from.list({})", part.name),
        unknown => bail!("a page has no places for {unknown:?}"),
    })
}

#[cfg(test)]
mod tests {
    use qince_leads::{ApaasLead, FollowUp, Lead, Record};

    use super::*;

    #[test]
    fn bits_beyond_the_first_word_are_those_of_the_second() {
        assert_eq!(is_there(0), "low & 1");
        assert_eq!(is_there(30), "low & 1073741824");
        assert_eq!(is_there(31), "low & -2147483648");
        assert_eq!(is_there(32), "high & 1");
        assert_eq!(is_there(62), "high & 1073741824");
    }

    #[test]
    fn members_are_read_in_the_order_of_the_table() {
        for shape in [Lead::SHAPE, ApaasLead::SHAPE] {
            let decoder = decoder(shape).unwrap();
            let places = shape.fields.iter().enumerate().map(|(place, field)| {
                let read = format!("\n  if ({}) this.{} = ", is_there(place), field.wire);
                decoder.find(&read).unwrap_or_else(|| panic!("{read} in {decoder}"))
            });
            assert!(places.is_sorted());
            assert!(decoder.ends_with("\n  if (high < 0) this.extra = from.map();\n});\n"));
        }
    }

    #[test]
    fn each_kind_is_read_as_it_lies() {
        let decoder = decoder(ApaasLead::SHAPE).unwrap();
        for read in [
            "this.id = from.key();",
            "this.company_name = from.text();",
            "this.mobile = new LeadPhone(from);",
            "this.card_photo = from.list(LeadPhoto);",
            "this.exts = from.map();",
        ] {
            assert!(decoder.contains(read), "{read}");
        }
    }

    #[test]
    fn parts_come_before_the_records_that_hold_them() {
        let text = text().unwrap();
        let place = |name: &str| text.find(&format!("\nexport const {name} = ")).unwrap();
        for record in [Lead::SHAPE, ApaasLead::SHAPE] {
            for part in with_parts([record]) {
                assert!(place(part.name) <= place(record.name), "{}", part.name);
            }
        }
    }

    #[test]
    fn records_say_what_is_not_as_documented_and_parts_leave_it_to_them() {
        let faults = text().unwrap().matches("\n  faults?: Fault[];\n").count();
        assert_eq!(faults, RECORDS.len());
    }

    #[test]
    fn what_no_page_holds_is_not_read() {
        let name = FollowUp::SHAPE.name;
        let text = text().unwrap();
        assert!(text.contains(&format!("\nexport interface {name} {{")));
        assert!(!text.contains(&format!("\nexport const {name} ")));
    }
}
