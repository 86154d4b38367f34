//! What bindings stand on says the same as the typed interface.

use proptest::prelude::*;
use qince_leads::dynamic::{self, Draft, Payload, Places, Row};
use qince_leads::meta::{Kind, Shape};
use qince_leads::{
    AddApaasLead, AddLead, ApaasLead, Endpoint, Error, Lead, Operation, Pages, Query,
    QueryApaasLeads, QueryLeads, RawReply, Record,
};
use serde_json::{Map, Value, json};

use crate::arbitrary;

proptest! {
    #[test]
    fn a_payload_is_written_alike_by_its_type_and_by_its_name(
        json in arbitrary::of_shape(AddLead::SHAPE),
    ) {
        let json = json.to_string();
        let dynamic = Payload::from_json(AddLead::ENDPOINT, &json).into_body();
        prop_assert_eq!(dynamic, AddLead::from_json(&json)?.to_body());
    }

    #[test]
    fn a_payload_given_slot_by_slot_is_the_one_that_its_type_makes(
        json in arbitrary::of_shape(AddApaasLead::SHAPE),
    ) {
        let json = json.to_string();
        let typed = AddApaasLead::from_json(&json)?;
        let (slots, extra) = Draft::from_json(&json, AddApaasLead::SHAPE)
            .map_err(qince_leads::Error::from)?
            .into_parts();
        let draft = Draft::new(AddApaasLead::SHAPE, slots).with_extra(&extra);
        prop_assert_eq!(draft.to_json(), typed.to_json());
        prop_assert_eq!(draft.validate().map_err(Into::into), typed.to_body().map(drop));
        prop_assert_eq!(Payload::of(AddApaasLead::ENDPOINT, &draft).into_body(), typed.to_body());
    }

    #[test]
    fn rows_say_field_by_field_what_classic_leads_say(
        rows in prop::collection::vec(arbitrary::of_shape(Lead::SHAPE), 0..4),
    ) {
        check_rows::<QueryLeads>(Value::from(rows))?;
    }

    #[test]
    fn rows_say_field_by_field_what_apaas_leads_say(
        rows in prop::collection::vec(arbitrary::of_shape(ApaasLead::SHAPE), 0..4),
    ) {
        check_rows::<QueryApaasLeads>(Value::from(rows))?;
    }

    #[test]
    fn rows_are_taken_as_typed_pages_are(
        pages in prop::collection::vec(prop::collection::vec(prop::option::of(0u8..6), 1..4), 1..4),
    ) {
        let mut typed = Pages::new(QueryLeads::new().code("c"));
        let mut rows = dynamic::Pages::new(QueryLeads::ENDPOINT, r#"{"code":"c"}"#)?;
        for page in pages {
            let leads = page.iter().map(|id: &Option<u8>| match id {
                Some(id) => json!({"id": id.to_string()}),
                None => json!({"cus_name": "without id"}),
            });
            let reply = || reply_of(&Value::from_iter(leads.clone()));
            let taken = typed.take(QueryLeads::read(reply())?);
            let is_new = rows.take_rows(&rows_of::<QueryLeads>(reply())?);
            let expected = taken.map(|leads| leads.len());
            prop_assert_eq!(is_new.map(|is_new| is_new.iter().filter(|is_new| **is_new).count()), expected);
        }
    }

    #[test]
    fn texts_put_together_are_taken_for_the_body_that_they_are_or_not_at_all(
        texts in prop::collection::vec(("[a-z]{1,3}|emp|cus", arbitrary::text()), 0..6),
        counted in 0usize..8,
    ) {
        let known = AddLead::SHAPE.fields.iter().filter(|field| field.kind == Kind::Text);
        let given: Vec<_> = known.zip(&texts).map(|(field, (_, text))| (field.wire, text)).collect();
        let pieces: Vec<_> =
            given.iter().map(|(wire, text)| format!("\"{wire}\":\"{text}\"")).collect();
        let body = format!("{{{}}}", pieces.join(","));
        let members = given.iter().map(|&(wire, text)| (wire.to_owned(), Value::from(text.as_str())));
        let members = Value::Object(members.collect::<Map<_, _>>());
        let expected = Payload::from_json(AddLead::ENDPOINT, &members.to_string()).into_body();

        match Payload::from_texts(AddLead::ENDPOINT, &body, counted) {
            Some(payload) => {
                prop_assert_eq!(counted, given.len());
                prop_assert_eq!(payload.into_body(), expected);
            }
            None => {
                let needs_no_escape = |text: &str| !text.contains(['"', '\\', '\u{fffd}'])
                    && !text.chars().any(|character| character < ' ');
                let all_plain = given.iter().all(|(_, text)| needs_no_escape(text));
                prop_assert!(!all_plain || counted != given.len());
            }
        }
    }

    #[test]
    fn places_lead_to_what_classic_leads_say(
        rows in prop::collection::vec(arbitrary::of_shape(Lead::SHAPE), 0..4),
        wrap in 0..3,
    ) {
        check_places::<QueryLeads>(Value::from(rows), wrap)?;
    }

    #[test]
    fn places_lead_to_what_apaas_leads_say(
        rows in prop::collection::vec(arbitrary::of_shape(ApaasLead::SHAPE), 0..4),
        wrap in 0..3,
    ) {
        check_places::<QueryApaasLeads>(Value::from(rows), wrap)?;
    }
}

#[test]
fn a_text_cannot_pass_for_two_or_hide_an_escape() {
    let refused = [
        (r#"{"empName":"a","code":"b"}"#, 1),
        (r#"{"empName":"a\nb"}"#, 1),
        (r#"{"empName":"a" }"#, 1),
        (r#"{"code":"b","empName":"a"}"#, 2),
        (r#"{"empName":"a","empName":"a"}"#, 2),
        (r#"{"empName":"a","extra":{"b":"c"}}"#, 2),
        ("{\"empName\":\"\u{fffd}\"}", 1),
        (r#"{"exts":[{"salesleads_ext_key":"k"}, {"salesleads_ext_key":"l"}]}"#, 2),
        (r#"{"empName":null}"#, 0),
    ];
    for (body, texts) in refused {
        assert!(Payload::from_texts(AddLead::ENDPOINT, body, texts).is_none(), "{body}");
    }
    let body = r#"{"empName":"a","exts":[{"salesleads_ext_key":"k"},{"salesleads_ext_key":"l"}]}"#;
    let taken = Payload::from_texts(AddLead::ENDPOINT, body, 3).unwrap();
    assert_eq!(taken.into_body().unwrap(), body);
}

#[test]
fn every_operation_is_found_by_its_name() {
    for endpoint in Endpoint::ALL {
        let found = Endpoint::named(endpoint.name).unwrap();
        assert_eq!((found.path, found.shape.name), (endpoint.path, endpoint.shape.name));
    }
    assert!(Endpoint::named("addLead").is_none());
}

/// Checks that the places of a page, however it is wrapped, lead to what its records say.
fn check_places<Q: Query>(rows: Value, wrap: i32) -> Result<(), TestCaseError> {
    let data = match wrap {
        0 => rows.to_string(),
        1 => Value::from(rows.to_string()).to_string(),
        _ => with_rare_escapes(&rows.to_string()),
    };
    let body = format!("{{\"return_code\":\"0\",\"response_data\":{data}}}");
    let reply = || RawReply::new(200, body.as_str());
    let places = rows_of::<Q>(reply())?.places();
    let mut reader = PlaceReader::new(&places, &body);
    let told = reader.list(Q::Record::SHAPE);
    prop_assert_eq!(reader.at, places.stream.len());
    let expected: Vec<_> = Q::read(reply())?.iter().map(|record| record.to_json()).collect();
    prop_assert_eq!(told, format!("[{}]", expected.join(",")));
    Ok(())
}

fn reply_of(rows: &Value) -> RawReply {
    RawReply::new(200, format!("{{\"return_code\":\"0\",\"response_data\":{rows}}}"))
}

/// Checks that the rows of a page, asked field by field, say what its records say.
fn check_rows<Q: Query>(rows: Value) -> Result<(), TestCaseError> {
    let read = rows_of::<Q>(reply_of(&rows))?;
    let expected: Vec<_> =
        Q::read(reply_of(&rows))?.iter().map(|record| record.to_json()).collect();
    prop_assert_eq!(read.iter().map(|row| said(&row)).collect::<Vec<_>>(), &*expected);
    let by_index = (0..=read.len()).map_while(|index| read.get(index));
    prop_assert_eq!(by_index.map(|row| row.to_json()).collect::<Vec<_>>(), expected);
    Ok(())
}

/// What a row says, in JSON.
fn said(row: &Row) -> String {
    let member = |(name, json): (&str, &str)| format!("{}:{json}", Value::from(name));
    let fields = row.shape().fields.iter().enumerate();
    let given = fields.filter(|(place, _)| row.has(*place)).map(|(place, field)| {
        let value = match field.kind {
            Kind::One(_) => said(&row.part(place).unwrap()),
            Kind::List(_) => {
                format!(
                    "[{}]",
                    row.parts(place).map(|part| said(&part)).collect::<Vec<_>>().join(",")
                )
            }
            Kind::JsonMap => {
                format!("{{{}}}", row.json_map(place).map(member).collect::<Vec<_>>().join(","))
            }
            _ => {
                let text = row.text(place).unwrap();
                assert_eq!(row.bytes(place), Some(text.as_bytes()));
                Value::from(text).to_string()
            }
        };
        format!("{}:{value}", Value::from(field.wire))
    });
    format!("{{{}}}", given.chain(row.extra().map(member)).collect::<Vec<_>>().join(","))
}

/// A JSON string that cannot be read in place.
fn with_rare_escapes(text: &str) -> String {
    let string = Value::from(text).to_string();
    format!("\"{}\"", string[1..string.len() - 1].replace("\\\"", "\\u0022"))
}

/// Reads places as a binding does, into JSON.
struct PlaceReader<'p> {
    stream: &'p [u32],
    at: usize,
    text: Vec<u16>,
    aside: Vec<u16>,
}

impl<'p> PlaceReader<'p> {
    fn new(places: &'p Places, body: &str) -> Self {
        let text = places.text.as_deref().unwrap_or(body).encode_utf16().collect();
        let aside = places.aside.encode_utf16().collect();
        Self { stream: &places.stream, at: 0, text, aside }
    }

    fn next(&mut self) -> usize {
        self.at += 1;
        self.stream[self.at - 1] as usize
    }

    fn text(&mut self) -> String {
        let (start, len) = (self.next(), self.next());
        let units = match start.checked_sub(self.text.len()) {
            None => &self.text[start..start + len],
            Some(start) => &self.aside[start..start + len],
        };
        String::from_utf16(units).unwrap()
    }

    fn list(&mut self, shape: &Shape) -> String {
        let rows: Vec<_> = (0..self.next()).map(|_| self.record(shape)).collect();
        format!("[{}]", rows.join(","))
    }

    fn record(&mut self, shape: &Shape) -> String {
        let present = self.next() as u64 | (self.next() as u64) << 32;
        let mut members = Vec::new();
        for (place, field) in shape.fields.iter().enumerate() {
            if present >> place & 1 == 1 {
                let value = match field.kind {
                    Kind::One(shape) => self.record(shape),
                    Kind::List(shape) => self.list(shape),
                    Kind::JsonMap => format!("{{{}}}", self.members().join(",")),
                    _ => Value::from(self.text()).to_string(),
                };
                members.push(format!("\"{}\":{value}", field.wire));
            }
        }
        if present >> 63 == 1 {
            members.extend(self.members());
        }
        format!("{{{}}}", members.join(","))
    }

    fn members(&mut self) -> Vec<String> {
        let count = self.next();
        (0..count).map(|_| format!("{}:{}", Value::from(self.text()), self.text())).collect()
    }
}

fn rows_of<Q: Query>(reply: RawReply) -> Result<dynamic::Rows, Error> {
    match Q::ENDPOINT.read(reply)? {
        dynamic::Outcome::Page { rows, .. } => Ok(rows),
        _ => panic!("a query whose reply is no page"),
    }
}
