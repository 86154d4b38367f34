//! Values on their way to Kotlin and Swift: one text, and where in it each lies.

use qince_leads::dynamic::{Draft, Row, Rows, Spans};
use qince_leads::{Fault, Json};

use crate::bytes::Bytes;
use crate::draft::spans;
use crate::error::CoreError;
use crate::shape::Known;

/// Payloads, parts or records, as [`Spans`] gives them.
#[derive(uniffi::Record)]
pub struct CoreTable {
    /// The text that all values lie in, UTF-8.
    pub text: Bytes,
    /// Where everything lies, in words of four bytes, the lowest first.
    pub places: Bytes,
    /// Of which records some members are not as documented; they stand among those that the record does not know.
    pub faults: Vec<CoreRecordFaults>,
}

/// What of one record is not as documented.
#[derive(uniffi::Record)]
pub struct CoreRecordFaults {
    /// Which record of the table, from 0.
    pub record: u32,
    /// Which of its members.
    pub faults: Vec<CoreFault>,
}

/// Something that came in another shape than is documented.
#[derive(uniffi::Record)]
pub struct CoreFault {
    /// Where: of a record its member, of a page the row, too.
    pub path: String,
    /// What is documented there.
    pub expected: String,
}

impl From<Fault> for CoreFault {
    fn from(fault: Fault) -> Self {
        Self { path: fault.path, expected: fault.expected.to_owned() }
    }
}

impl CoreTable {
    /// The records of a page.
    pub(crate) fn of_rows(rows: &Rows) -> Self {
        // Nearly no page has faults, and none need be looked for then.
        let looked_at = if rows.faults().len() == 0 { 0 } else { rows.len() };
        let faults = rows.iter().take(looked_at).enumerate().filter_map(faults_of).collect();
        Self { faults, ..rows.spans().into() }
    }

    /// One record.
    pub(crate) fn of_row(row: &Row) -> Self {
        Self { faults: faults_of((0, row.clone())).into_iter().collect(), ..row.spans().into() }
    }
}

fn faults_of((record, row): (usize, Row)) -> Option<CoreRecordFaults> {
    let faults: Vec<_> = row.faults().map(CoreFault::from).collect();
    (!faults.is_empty()).then_some(CoreRecordFaults { record: record as u32, faults })
}

impl From<Spans> for CoreTable {
    fn from(spans: Spans) -> Self {
        let mut places = Vec::with_capacity(4 * spans.stream.len());
        for word in spans.stream {
            places.extend_from_slice(&word.to_le_bytes());
        }
        Self { text: Bytes(spans.text), places: Bytes(places), faults: Vec::new() }
    }
}

/// Reads a payload, a part of one or a record from JSON with the vendor's names.
#[uniffi::export]
pub fn parse(shape: &str, json: &str) -> Result<CoreTable, CoreError> {
    Ok(match Known::named(shape)? {
        Known::Given(shape) => {
            spans(&Draft::from_json(json, shape).map_err(qince_leads::Error::from)?).into()
        }
        Known::Returned(shape) => CoreTable::of_row(&Row::from_json(json, shape)?),
    })
}

/// One JSON value as compact text, as all others are kept.
#[uniffi::export]
pub fn compact_json(json: &str) -> Result<String, CoreError> {
    Ok(Json::parse(json)?.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use qince_leads::meta::{Kind, Shape};
    use qince_leads::{AddLead, ModifyLead, Operation, Record};

    use super::*;

    /// Reads a table as the packages do, and writes it as JSON.
    struct Reader<'t> {
        text: &'t str,
        words: Box<dyn Iterator<Item = u32> + 't>,
    }

    impl<'t> Reader<'t> {
        fn new(table: &'t CoreTable) -> Self {
            let words = table.places.chunks_exact(4);
            let words = words.map(|word| u32::from_le_bytes(word.try_into().unwrap()));
            Self { text: str::from_utf8(&table.text).unwrap(), words: Box::new(words) }
        }

        fn word(&mut self) -> u32 {
            self.words.next().unwrap()
        }

        fn slice(&mut self) -> &'t str {
            let start = self.word() as usize;
            let length = self.word() as usize;
            &self.text[start..start + length]
        }

        fn row(&mut self, shape: &Shape) -> String {
            let bits = u64::from(self.word()) | u64::from(self.word()) << 32;
            let mut members = Vec::new();
            for (i, field) in shape.fields.iter().enumerate() {
                if bits >> i & 1 == 1 {
                    members.push(format!("\"{}\":{}", field.wire, self.value(field.kind)));
                }
            }
            if bits >> 63 == 1 {
                members.push(format!("\"extra\":{}", self.map()));
            }
            format!("{{{}}}", members.join(","))
        }

        fn value(&mut self, kind: Kind) -> String {
            match kind {
                Kind::Text | Kind::Id => Json::from(self.slice()).as_str().to_owned(),
                Kind::Count | Kind::Json => self.slice().to_owned(),
                Kind::JsonMap => self.map(),
                Kind::JsonList => self.list(|reader| reader.slice().to_owned()),
                Kind::One(shape) => self.row(shape),
                Kind::List(shape) => self.list(|reader| reader.row(shape)),
                Kind::MapOrRows(_) if self.word() == 0 => self.map(),
                Kind::MapOrRows(shape) => self.list(|reader| reader.row(shape)),
                unknown => panic!("{unknown:?}"),
            }
        }

        fn map(&mut self) -> String {
            let members = self.list(|reader| {
                let name = Json::from(reader.slice());
                format!("{}:{}", name.as_str(), reader.slice())
            });
            format!("{{{}}}", &members[1..members.len() - 1])
        }

        fn list(&mut self, mut element: impl FnMut(&mut Self) -> String) -> String {
            let elements: Vec<_> = (0..self.word()).map(|_| element(self)).collect();
            format!("[{}]", elements.join(","))
        }
    }

    fn read_back(name: &str, shape: &Shape, json: &str) -> String {
        let table = parse(name, json).unwrap();
        let mut reader = Reader::new(&table);
        assert_eq!(reader.word(), 1);
        let row = reader.row(shape);
        assert_eq!(reader.words.next(), None);
        row
    }

    #[test]
    fn a_table_says_all_that_was_given() {
        for json in [
            "{}",
            r#"{"empName":"","cus_name":"a\"b\\\n线","exts":[]}"#,
            r#"{"code":"1","exts":[{"salesleads_ext_key":"k"},{"salesleads_ext_key":"线"}]}"#,
            r#"{"code":"1","extra":{"b":[1,{"c":null}],"a":"x"}}"#,
        ] {
            assert_eq!(read_back("AddLead", AddLead::SHAPE, json), json);
        }
        for json in [
            r#"{"id":"5025653528380651509","exts":{"key":{"a":1.50},"":null}}"#,
            r#"{"id":"1","exts":{}}"#,
            r#"{"id":"1","exts":[]}"#,
        ] {
            assert_eq!(read_back("ModifyLead", ModifyLead::SHAPE, json), json);
        }
        let query = r#"{"query_group":[{"filters":[{"field_key":"f","field_values":[1,"a",[]]}]}],"page":2147483647}"#;
        let shape = qince_leads::QueryApaasLeads::SHAPE;
        assert_eq!(read_back("QueryApaasLeads", shape, query), query);
    }

    #[test]
    fn a_record_is_read_like_a_payload() {
        let json = r#"{"lead_code":"L1","activity_content":"见面 😀","extra":{"ext_1":"x"}}"#;
        let came = r#"{"lead_code":"L1","activity_content":"见面 😀","ext_1":"x"}"#;
        assert_eq!(read_back("FollowUp", qince_leads::FollowUp::SHAPE, came), json);
    }

    #[test]
    fn parts_have_tables_too_and_what_is_no_table_is_named() {
        assert!(parse("LeadExtField", r#"{"salesleads_ext_key":"k"}"#).is_ok());
        assert!(parse("LeadPhoto", r#"{"url":"u"}"#).is_ok());
        let error = parse("Nobody", "{}").err().unwrap();
        assert!(error.to_string().contains("`Nobody`"), "{error}");
    }

    #[test]
    fn what_is_not_of_its_shape_is_refused() {
        assert!(matches!(
            parse("AddLead", r#"{"empName":1}"#),
            Err(CoreError::InvalidPayload { .. })
        ));
        assert!(matches!(parse("Lead", "[]"), Err(CoreError::Malformed { .. })));
        assert_eq!(compact_json(" [1, 2]").unwrap(), "[1,2]");
        assert!(matches!(compact_json("1,2"), Err(CoreError::Malformed { .. })));
    }
}
