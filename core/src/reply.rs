//! Reading what the service answers, in every shape in which it does.

use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, Malformed, Rejected};
use crate::gzip;
use crate::json::{Cursor, SyntaxError};
use crate::meta::Shape;
use crate::record::{Cell, Fault, Reader, Record, Rows};

/// A reply as it came over HTTP.
///
/// A host need not undo gzip, nor strip a byte order mark: reading does both.
#[derive(Clone, PartialEq, Eq)]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text or as bytes.
    pub body: Body,
}

impl RawReply {
    /// A reply with this HTTP status and this text or these bytes.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Body>) -> Self {
        Self { status, body: body.into() }
    }
}

/// The body of a reply.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Text, where the host has it as such: it need not be seen to be UTF-8 again.
    Text(String),
    /// Bytes, maybe compressed by gzip.
    Bytes(Vec<u8>),
}

impl Body {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Its text, if it is UTF-8.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => simdutf8::basic::from_utf8(bytes).ok(),
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_owned())
    }
}

/// Gives the length, not the content.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_bytes().len())
    }
}

/// Gives the body's length, not its content.
impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawReply {{ status: {}, body: {:?} }}", self.status, self.body)
    }
}

/// What the service answers to a write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Receipt {
    /// `msg_id` (请求消息ID) as the service echoes it.
    pub msg_id: Option<String>,
    /// The lead's id, where the service gives it.
    pub id: Option<String>,
}

/// A page of records, in the order of the service.
///
/// Reading one notes where its values lie; they are looked up when asked for.
#[derive(Clone)]
pub struct Page<R> {
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
}

/// What an operation came to, whatever operation it was: of a write the receipt, of a query the rows.
#[derive(Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// What the service answered to a write; empty after a query.
    pub receipt: Receipt,
    /// The records of a page; none after a write.
    pub rows: Rows,
}

impl Outcome {
    pub(crate) fn of_receipt(receipt: Receipt) -> Self {
        Self { receipt, rows: Rows::default() }
    }

    pub(crate) fn of_rows(rows: Rows) -> Self {
        Self { receipt: Receipt::default(), rows }
    }
}

impl From<Outcome> for Receipt {
    fn from(outcome: Outcome) -> Self {
        outcome.receipt
    }
}

impl<R> From<Outcome> for Page<R> {
    fn from(outcome: Outcome) -> Self {
        Self { rows: outcome.rows, of: PhantomData }
    }
}

impl<R: Record + fmt::Debug> fmt::Debug for Page<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Reads the service's reply: of a query, whose records have this shape, a page of them; of a write the receipt.
pub(crate) fn read(reply: RawReply, record: Option<&'static Shape>) -> Result<Outcome, Error> {
    let body = reply.body.as_bytes();
    let unfolded = gzip::is_gzip(body).then(|| gzip::unfold(body).map(Body::Bytes));
    let envelope = match &unfolded {
        None => parse_envelope(&reply.body, record),
        Some(Ok(unfolded)) => parse_envelope(unfolded, record),
        Some(Err(reason)) => Err(Refusal::NotAReply(reason.clone())),
    };
    match envelope {
        Ok((msg_id, data)) => Ok(match data {
            None => Outcome::of_receipt(Receipt { msg_id, id: None }),
            Some(Data::Id(id)) => Outcome::of_receipt(Receipt { msg_id, id }),
            Some(Data::Rows(found)) => {
                let (text, is_body) = match (found.text, unfolded) {
                    (Some(text), _) => (text.into_bytes(), false),
                    (None, Some(Ok(unfolded))) => (unfolded.into_bytes(), false),
                    (None, _) => (reply.body.into_bytes(), true),
                };
                let sheet = found.reader.into_sheet(text, is_body);
                Outcome::of_rows(Rows::new(sheet, found.rows, found.shape))
            }
        }),
        Err(Refusal::Rejected(rejected)) => Err(Error::Rejected(rejected)),
        Err(Refusal::Malformed(fault)) => Err(fault.into_malformed(reply.body.into_bytes())),
        Err(Refusal::NotAReply(reason)) if (200..300).contains(&reply.status) => {
            Err(Malformed { path: None, reason, body: reply.body.into_bytes() }.into())
        }
        Err(Refusal::NotAReply(_)) => Err(Error::HttpStatus { status: reply.status }),
    }
}

/// Why a reply gave no result.
enum Refusal {
    NotAReply(String),
    Rejected(Rejected),
    Malformed(Fault),
}

/// What `response_data` holds.
enum Data {
    Id(Option<String>),
    Rows(Found),
}

type Envelope = (Option<String>, Option<Data>);

/// Reads what every reply of the service holds: its message id and its data.
fn parse_envelope(body: &Body, record: Option<&'static Shape>) -> Result<Envelope, Refusal> {
    let not_a_reply = |reason: &str| Refusal::NotAReply(reason.to_owned());
    let text = body.text().ok_or_else(|| not_a_reply("not UTF-8"))?;
    let mut cursor = Cursor::new(text);
    cursor.skip_byte_order_mark();
    cursor.skip_space();
    if cursor.peek() != b'{' {
        return Err(not_a_reply("not a JSON object"));
    }
    let members = read_members(&mut cursor, text.len(), record);
    let members = members.map_err(|error| Refusal::NotAReply(error.to_string()))?;
    let code = members.code.ok_or_else(|| not_a_reply("without a `return_code`"))?;
    if code != "0" {
        let (message, msg_id) = (members.message, members.msg_id);
        return Err(Refusal::Rejected(Rejected { code, message, msg_id }));
    }
    let data = members.data.transpose().map_err(Refusal::Malformed)?;
    Ok((members.msg_id, data))
}

/// The members of a reply, not yet judged.
#[derive(Default)]
struct Members {
    code: Option<String>,
    message: Option<String>,
    msg_id: Option<String>,
    data: Option<Result<Data, Fault>>,
}

fn read_members(
    cursor: &mut Cursor<'_>,
    len: usize,
    record: Option<&'static Shape>,
) -> Result<Members, SyntaxError> {
    let mut members = Members::default();
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
            "response_data" => {
                let value = cursor.clone();
                let data = match record {
                    Some(shape) => read_rows(cursor, len, shape).map(Data::Rows),
                    None => read_receipt(cursor).map(Data::Id),
                };
                if data.is_err() {
                    // What is wrong with the data only counts if the rest is JSON.
                    *cursor = value;
                    cursor.skip()?;
                }
                members.data = Some(data);
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

/// Reads the answer to a write: nothing, an id, or an object with one.
fn read_receipt(cursor: &mut Cursor<'_>) -> Result<Option<String>, Fault> {
    if !cursor.at_string() {
        return read_id(cursor);
    }
    let span = cursor.string()?;
    let text = cursor.text_of(span)?;
    let text = text.trim_ascii();
    let mut inner = Cursor::new(text);
    let id = match read_id(&mut inner).and_then(|id| Ok(inner.finish().map(|()| id)?)) {
        // Text that is not meant to be JSON is the id itself.
        Err(Fault::Syntax(_)) if !text.starts_with(['{', '[', '"']) => Some(text.to_owned()),
        id => id?,
    };
    Ok(id.filter(|id| !id.is_empty()))
}

fn read_id(cursor: &mut Cursor<'_>) -> Result<Option<String>, Fault> {
    let expected = || Fault::shape("nothing, an id, or an object with one");
    match cursor.peek() {
        b'{' => {
            let mut id = None;
            let mut more = cursor.open(b'}');
            while more {
                let name = cursor.key()?;
                if cursor.text_of(name)? != "id" {
                    cursor.skip()?;
                } else if matches!(cursor.peek(), b'{' | b'[' | b't' | b'f') {
                    return Err(expected());
                } else {
                    id = Some(read_words(cursor)?);
                }
                more = cursor.more(b'}')?;
            }
            id.ok_or_else(expected)
        }
        b'[' | b't' | b'f' => Err(expected()),
        _ => Ok(read_words(cursor)?),
    }
}

/// Reads text as it is said and anything else as JSON text; `None` for null.
fn read_words(cursor: &mut Cursor<'_>) -> Result<Option<String>, SyntaxError> {
    if cursor.at_string() {
        let span = cursor.string()?;
        return Ok(Some(cursor.text_of(span)?.into_owned()));
    }
    let mut words = String::new();
    cursor.copy_compact(&mut words)?;
    Ok(Some(words).filter(|words| words != "null"))
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
fn read_rows(cursor: &mut Cursor<'_>, len: usize, shape: &'static Shape) -> Result<Found, Fault> {
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
    let mut inner = Cursor::new(&text);
    let rows = match text.trim_ascii() {
        "" => Ok(Cell::default()),
        _ => find_rows(&mut reader, &mut inner, shape),
    };
    if let Err(Fault::Shape { .. }) = rows {
        inner = Cursor::new(&text);
        inner.skip_space();
        inner.skip()?;
    }
    inner.finish()?;
    Ok(Found { reader, rows: rows?, shape, text: Some(text) })
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
) -> Result<Cell, Fault> {
    cursor.skip_space();
    if cursor.peek() != b'{' {
        return Ok(read_list(reader, cursor, shape)?.unwrap_or_default());
    }
    const HOLDERS: [&str; 3] = ["rows", "list", "data"];
    let mut found = HOLDERS.map(|_| None);
    let mut more = cursor.open(b'}');
    while more {
        let name = cursor.key()?;
        let name = cursor.text_of(name)?;
        let value = cursor.clone();
        if let Some(holder) = HOLDERS.iter().position(|holder| *holder == name) {
            let rows = read_list(reader, cursor, shape);
            if rows.is_err() {
                *cursor = value;
                cursor.skip()?;
            }
            found[holder] = Some(rows);
        } else {
            cursor.skip()?;
        }
        more = cursor.more(b'}')?;
    }
    if found.iter().all(Option::is_none) {
        return Err(Fault::shape("`rows`, `list` or `data`"));
    }
    let rows = found.into_iter().flatten().find_map(Result::transpose);
    rows.unwrap_or_else(|| Ok(Cell::default()))
}

fn read_list(
    reader: &mut Reader,
    cursor: &mut Cursor<'_>,
    shape: &'static Shape,
) -> Result<Option<Cell>, Fault> {
    if cursor.peek() == b'n' {
        cursor.literal()?;
        return Ok(None);
    }
    if cursor.at_string() {
        let text = cursor.string()?;
        let is_empty = text.start == text.end;
        return if is_empty { Ok(None) } else { Err(Fault::shape("a list of records")) };
    }
    reader.list(cursor, shape).map(Some).map_err(Fault::below_response_data)
}
