//! Reading what the service answers, in every shape in which it does.

use std::fmt;
use std::marker::PhantomData;

use crate::body::{Body, MAX_BODY, RawReply};
use crate::error::{Error, HttpStatus, Malformed, Rejected};
use crate::gzip;
use crate::json::{Cursor, Json, SyntaxError};
use crate::meta::Shape;
use crate::record::{Cell, Fault, ReadError, Reader, Record, Rows};

/// What the service answers to a write, or to any other request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Receipt {
    /// `msg_id` (请求消息ID) as the service echoes it.
    pub msg_id: Option<String>,
    /// The lead's id, where the service gives it.
    pub id: Option<String>,
    /// What the service gives besides, or in place of, an id.
    pub data: Option<Json>,
    /// Whether the request's own reply is missing and a query found the lead: see [`Call`](crate::Call).
    pub settled: bool,
    /// Whether there was a lead with this code, so that nothing was added: see [`Call::ensure`](crate::Call::ensure).
    pub existed: bool,
}

/// A page of records, in the order of the service.
///
/// Reading one notes where its values lie; they are looked up when asked for.
#[derive(Clone)]
pub struct Page<R> {
    msg_id: Option<String>,
    rows: Rows,
    of: PhantomData<fn() -> R>,
}

impl<R: Record> Page<R> {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none: the scan is over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records. Each keeps the page alive as long as it lives.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = R> {
        self.rows.iter().map(R::at)
    }

    /// What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is
    /// left out and listed as `[1]`; rows are counted as they came. At most 100,000 are listed.
    pub fn faults(&self) -> impl ExactSizeIterator<Item = Fault> {
        self.rows.faults()
    }

    /// `msg_id` (请求消息ID) as the service echoes it.
    #[must_use]
    pub fn msg_id(&self) -> Option<&str> {
        self.msg_id.as_deref()
    }
}

/// What an operation came to, whatever operation it was.
#[derive(Clone)]
#[non_exhaustive]
pub enum Outcome {
    /// Of a write, or of any other request.
    Receipt(Receipt),
    /// Of a query.
    Page {
        /// `msg_id` (请求消息ID) as the service echoes it.
        msg_id: Option<String>,
        /// The records.
        rows: Rows,
    },
}

impl Outcome {
    /// `msg_id` (请求消息ID) as the service echoes it.
    #[must_use]
    pub fn msg_id(&self) -> Option<&str> {
        match self {
            Self::Receipt(receipt) => receipt.msg_id.as_deref(),
            Self::Page { msg_id, .. } => msg_id.as_deref(),
        }
    }

    /// The records of a page; none after a write.
    pub(crate) fn into_rows(self) -> Rows {
        match self {
            Self::Receipt(_) => Rows::default(),
            Self::Page { rows, .. } => rows,
        }
    }
}

impl From<Outcome> for Receipt {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Receipt(receipt) => receipt,
            Outcome::Page { msg_id, .. } => Self { msg_id, ..Self::default() },
        }
    }
}

impl<R> From<Outcome> for Page<R> {
    fn from(outcome: Outcome) -> Self {
        let msg_id = outcome.msg_id().map(str::to_owned);
        Self { msg_id, rows: outcome.into_rows(), of: PhantomData }
    }
}

impl<R: Record + fmt::Debug> fmt::Debug for Page<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What a reply is read as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// An answer to a write: nothing, an id, or more than that.
    Receipt,
    /// A page of records of this shape.
    Rows(&'static Shape),
    /// Anything.
    Json,
}

/// Reads the service's reply.
pub(crate) fn read(reply: RawReply, expected: Expected) -> Result<Outcome, Error> {
    let body = reply.body.as_bytes();
    let unfolded = gzip::is_gzip(body).then(|| gzip::unfold(body).map(Body::Bytes));
    let envelope = match &unfolded {
        None => parse_envelope(&reply.body, expected),
        Some(Ok(unfolded)) => parse_envelope(unfolded, expected),
        Some(Err(reason)) => Err(Refusal::NotAReply(reason.clone())),
    };
    match envelope {
        Ok((msg_id, None)) => Ok(match expected {
            Expected::Rows(shape) => Outcome::Page { msg_id, rows: Rows::none(shape) },
            Expected::Receipt | Expected::Json => {
                Outcome::Receipt(Receipt { msg_id, ..Receipt::default() })
            }
        }),
        Ok((msg_id, Some(Data::Said { id, data }))) => {
            Ok(Outcome::Receipt(Receipt { msg_id, id, data, ..Receipt::default() }))
        }
        Ok((msg_id, Some(Data::Rows(found)))) => {
            let (text, is_body) = match (found.text, unfolded) {
                (Some(text), _) => (text.into_bytes(), false),
                (None, Some(Ok(unfolded))) => (unfolded.into_bytes(), false),
                (None, _) => (reply.body.into_bytes(), true),
            };
            let sheet = found.reader.into_sheet(text, is_body);
            Ok(Outcome::Page { msg_id, rows: Rows::new(sheet, found.rows, found.shape) })
        }
        Err(Refusal::Rejected(rejected)) => Err(Error::Rejected(rejected)),
        Err(Refusal::NotAReply(_)) if !(200..300).contains(&reply.status) => {
            Err(Error::HttpStatus(HttpStatus::new(reply.status, reply.body.as_bytes())))
        }
        Err(Refusal::NotAReply(reason) | Refusal::Malformed(reason)) => {
            Err(Malformed::new(reason, reply.body.as_bytes()).into())
        }
    }
}

/// Why a reply gave no result.
enum Refusal {
    NotAReply(String),
    Rejected(Rejected),
    /// It is the service's, but its data are not what they should be.
    Malformed(String),
}

/// What `response_data` holds.
enum Data {
    Said { id: Option<String>, data: Option<Json> },
    Rows(Found),
}

type Envelope = (Option<String>, Option<Data>);

/// Reads what every reply of the service holds: its message id and its data, if there are any.
fn parse_envelope(body: &Body, expected: Expected) -> Result<Envelope, Refusal> {
    let not_a_reply = |reason: &str| Refusal::NotAReply(reason.to_owned());
    if body.as_bytes().len() > MAX_BODY {
        return Err(not_a_reply("more than 64 MiB"));
    }
    let text = body.text().ok_or_else(|| not_a_reply("not UTF-8"))?;
    let mut cursor = Cursor::of_service(text);
    cursor.skip_byte_order_mark();
    cursor.skip_space();
    if cursor.peek() != b'{' {
        return Err(not_a_reply("not a JSON object"));
    }
    let members = read_members(&mut cursor, text.len(), expected);
    let members = members.map_err(|error| Refusal::NotAReply(error.to_string()))?;
    let code = members.code.ok_or_else(|| not_a_reply("without a `return_code`"))?;
    if code != "0" {
        let (message, msg_id) = (members.message, members.msg_id);
        return Err(Refusal::Rejected(Rejected { code, message, msg_id }));
    }
    let mut data = members.response_data;
    if let Ok(None) = data
        && let Some(mut instead) = members.return_data
    {
        data = read_data(&mut instead, text.len(), expected).map(Some);
    }
    let data = data.map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok((members.msg_id, data))
}

/// The members of a reply, not yet judged.
struct Members<'t> {
    code: Option<String>,
    message: Option<String>,
    msg_id: Option<String>,
    response_data: Result<Option<Data>, ReadError>,
    /// Where the data stand that some replies have in place of `response_data`.
    return_data: Option<Cursor<'t>>,
}

fn read_members<'t>(
    cursor: &mut Cursor<'t>,
    len: usize,
    expected: Expected,
) -> Result<Members<'t>, SyntaxError> {
    let mut members = Members {
        code: None,
        message: None,
        msg_id: None,
        response_data: Ok(None),
        return_data: None,
    };
    let mut more = cursor.open(b'}');
    while more {
        let name = cursor.key()?;
        match &*cursor.text_of(name)? {
            "return_code" => {
                let is_code = cursor.at_string() || matches!(cursor.peek(), b'-' | b'0'..=b'9');
                members.code = read_words(cursor)?.filter(|_| is_code);
            }
            "return_msg" => members.message = read_words(cursor)?,
            "msg_id" => members.msg_id = read_words(cursor)?,
            "response_data" if is_none(cursor) => {
                cursor.skip()?;
                members.response_data = Ok(None);
            }
            "response_data" => {
                let value = cursor.clone();
                let data = read_data(cursor, len, expected);
                if data.is_err() {
                    // What is wrong with the data only counts if the rest is JSON.
                    *cursor = value;
                    cursor.skip()?;
                }
                members.response_data = data.map(Some);
            }
            "return_data" => {
                members.return_data = Some(cursor.clone());
                cursor.skip()?;
            }
            _ => {
                cursor.skip()?;
            }
        }
        more = cursor.more(b'}')?;
    }
    cursor.finish()?;
    Ok(members)
}

/// Whether null or empty text stands here.
fn is_none(cursor: &Cursor<'_>) -> bool {
    cursor.peek() == b'n' || cursor.at_string() && cursor.at_nothing()
}

fn read_data(cursor: &mut Cursor<'_>, len: usize, expected: Expected) -> Result<Data, ReadError> {
    Ok(match expected {
        Expected::Rows(shape) => Data::Rows(read_rows(cursor, len, shape)?),
        Expected::Receipt => read_receipt(cursor)?,
        Expected::Json => Data::Said { id: None, data: read_any(cursor)? },
    })
}

/// Reads the answer to a write. It was carried out, whatever the answer says: an id, an object with one, or anything
/// else.
fn read_receipt(cursor: &mut Cursor<'_>) -> Result<Data, SyntaxError> {
    if !cursor.at_string() {
        let json = Json::at(cursor)?;
        return Ok(said_by(json));
    }
    let span = cursor.string()?;
    let text = cursor.text_of(span)?;
    let text = text.trim();
    let json = Json::read(Cursor::of_service(text)).ok();
    Ok(match json.filter(|json| !matches!(json.as_str(), "true" | "false")) {
        Some(json) => said_by(json),
        // Text that is no JSON, or would be a word of it, is the id itself.
        None => Data::Said { id: Some(text.to_owned()).filter(|id| !id.is_empty()), data: None },
    })
}

/// What a JSON value says of a lead.
fn said_by(json: Json) -> Data {
    let (id, data) = match json.as_str().as_bytes()[0] {
        b'n' => (None, None),
        b'"' => (json.text(), None),
        b'{' => (json.member("id"), Some(json)),
        b'[' | b't' | b'f' => (None, Some(json)),
        _ => (Some(json.as_str().to_owned()), None),
    };
    Data::Said { id: id.filter(|id| !id.is_empty()), data }
}

/// Reads any value; text that holds JSON is what it holds.
fn read_any(cursor: &mut Cursor<'_>) -> Result<Option<Json>, SyntaxError> {
    let is_text = cursor.at_string();
    let json = Json::at(cursor)?;
    let held = json.text().filter(|_| is_text);
    let held = held.and_then(|text| Json::read(Cursor::of_service(&text)).ok());
    Ok(Some(held.unwrap_or(json)).filter(|json| json.as_str() != "null"))
}

/// Reads text as it is said and anything else as JSON text; `None` for null.
fn read_words(cursor: &mut Cursor<'_>) -> Result<Option<String>, SyntaxError> {
    if cursor.at_string() {
        let span = cursor.string()?;
        return Ok(Some(cursor.text_of(span)?.into_owned()));
    }
    let json = Json::at(cursor)?;
    Ok(Some(json.as_str().to_owned()).filter(|words| words != "null"))
}

/// Rows and what they were read with.
struct Found {
    reader: Reader,
    rows: Cell,
    shape: &'static Shape,
    /// The text that they lie in, where it is not the reply itself.
    text: Option<String>,
}

/// Reads a page of records, from an array, or an object that holds one, as JSON or as text of JSON.
fn read_rows(
    cursor: &mut Cursor<'_>,
    len: usize,
    shape: &'static Shape,
) -> Result<Found, ReadError> {
    if !cursor.at_string() {
        let mut reader = Reader::new(len)?;
        let rows = find_rows(&mut reader, cursor, shape)?;
        return Ok(Found { reader, rows, shape, text: None });
    }
    if let Some(rows) = read_rows_in_place(cursor, len, shape) {
        return Ok(rows);
    }
    // The string holds escapes that cannot be read in place, or something is wrong with it.
    let span = cursor.string()?;
    let text = cursor.text_of(span)?.into_owned();
    let mut reader = Reader::new(text.len())?;
    let mut inner = Cursor::of_service(&text);
    let rows = match text.trim_ascii() {
        "" => Ok(Cell::default()),
        _ => find_rows(&mut reader, &mut inner, shape),
    };
    let rows = rows?;
    inner.finish()?;
    Ok(Found { reader, rows, shape, text: Some(text) })
}

/// Reads rows from JSON inside a string without undoing the string; `None` where that cannot be done.
fn read_rows_in_place(cursor: &mut Cursor<'_>, len: usize, shape: &'static Shape) -> Option<Found> {
    let mut reader = Reader::new(len).ok()?;
    let mut inner = cursor.enter_string();
    let rows = find_rows(&mut reader, &mut inner, shape).ok()?;
    let mut outer = cursor.clone();
    outer.leave_string(inner).ok()?;
    *cursor = outer;
    Some(Found { reader, rows, shape, text: None })
}

/// Finds rows in an array, or in an object's `rows`, `list` or `data`: the first that holds any. Null and empty
/// text are no rows.
fn find_rows(
    reader: &mut Reader,
    cursor: &mut Cursor<'_>,
    shape: &'static Shape,
) -> Result<Cell, ReadError> {
    cursor.skip_space();
    if cursor.peek() != b'{' {
        return Ok(read_list(reader, cursor, shape)?.unwrap_or_default());
    }
    const HOLDERS: [&str; 3] = ["rows", "list", "data"];
    // Where the last member of each name stands, and whether it holds anything.
    let mut found = HOLDERS.map(|_| None);
    let mut more = cursor.open(b'}');
    while more {
        let name = cursor.key()?;
        let name = cursor.text_of(name)?;
        if let Some(holder) = HOLDERS.iter().position(|holder| *holder == name) {
            found[holder] = Some((cursor.clone(), is_none(cursor)));
        }
        cursor.skip()?;
        more = cursor.more(b'}')?;
    }
    if found.iter().all(Option::is_none) {
        return Err(ReadError::Shape("`rows`, `list` or `data`"));
    }
    match found.into_iter().flatten().find(|(_, is_none)| !is_none) {
        Some((mut holder, _)) => Ok(read_list(reader, &mut holder, shape)?.unwrap_or_default()),
        None => Ok(Cell::default()),
    }
}

fn read_list(
    reader: &mut Reader,
    cursor: &mut Cursor<'_>,
    shape: &'static Shape,
) -> Result<Option<Cell>, ReadError> {
    if is_none(cursor) {
        cursor.skip()?;
        return Ok(None);
    }
    if cursor.peek() != b'[' {
        return Err(ReadError::Shape("a list of records"));
    }
    reader.page(cursor, shape).map(Some)
}
