//! Reading what the service answers, in every shape in which it does.

use std::fmt;
use std::io::Read;
use std::marker::PhantomData;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Malformed, Rejected};
use crate::json::{Cursor, SyntaxError};
use crate::meta::Shape;
use crate::record::{Cell, Fault, Reader, Record, Row, Sheet};

/// The longest body that gzip may unfold to, in bytes.
const MAX_UNFOLDED: u64 = 1 << 26;

/// A reply as it came over HTTP.
///
/// A host need not undo gzip, nor strip a byte order mark: reading does both.
#[derive(Clone, PartialEq, Eq)]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl RawReply {
    /// A reply with this HTTP status and these bytes.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into() }
    }
}

/// Gives the body's length, not its content.
impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.len();
        write!(f, "RawReply {{ status: {}, body: {body} bytes }}", self.status)
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
    sheet: Arc<Sheet>,
    rows: Cell,
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
        Row::run(&self.sheet, self.rows, R::SHAPE).map(R::at)
    }
}

impl<R: Record + fmt::Debug> fmt::Debug for Page<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Reads the answer to a write: nothing, an id, or an object with one.
pub(crate) fn read_receipt(reply: RawReply) -> Result<Receipt, Error> {
    let read = |cursor: &mut Cursor<'_>, _| {
        if !cursor.at_string() {
            return read_id(cursor);
        }
        let span = cursor.string()?;
        let text = cursor.text_of(span)?;
        let text = text.trim();
        let mut inner = Cursor::new(text);
        let id = match read_id(&mut inner).and_then(|id| Ok(inner.finish().map(|()| id)?)) {
            // Text that is not meant to be JSON is the id itself.
            Err(Fault::Syntax(_)) if !text.starts_with(['{', '[', '"']) => Some(text.to_owned()),
            id => id?,
        };
        Ok(id.filter(|id| !id.is_empty()))
    };
    let (envelope, _) = read_envelope(reply, read)?;
    Ok(Receipt { msg_id: envelope.msg_id, id: envelope.data.flatten() })
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

/// Reads a page of records, from an array, or an object that holds one, as JSON or as text of JSON.
pub(crate) fn read_page<R: Record>(reply: RawReply) -> Result<Page<R>, Error> {
    let read = |cursor: &mut Cursor<'_>, len| read_rows(cursor, len, R::SHAPE);
    let (envelope, text) = read_envelope(reply, read)?;
    let (sheet, rows) = match envelope.data {
        Some(Rows { reader, rows, text: inner }) => {
            (reader.into_sheet(inner.map_or(text, String::into_bytes)), rows)
        }
        None => Default::default(),
    };
    Ok(Page { sheet: Arc::new(sheet), rows, of: PhantomData })
}

/// Rows and what they were read with.
struct Rows {
    reader: Reader,
    rows: Cell,
    /// The text that they lie in, where it is not the reply itself.
    text: Option<String>,
}

fn read_rows(cursor: &mut Cursor<'_>, len: usize, shape: &'static Shape) -> Result<Rows, Fault> {
    if !cursor.at_string() {
        let mut reader = Reader::new(len)?;
        let rows = find_rows(&mut reader, cursor, shape)?;
        return Ok(Rows { reader, rows, text: None });
    }
    if let Some(rows) = read_rows_in_place(cursor, len, shape) {
        return Ok(rows);
    }
    // The string holds escapes that cannot be read in place, or something is wrong with it.
    let span = cursor.string()?;
    let text = cursor.text_of(span)?.into_owned();
    let mut reader = Reader::new(text.len())?;
    let mut inner = Cursor::new(&text);
    let rows = match text.trim() {
        "" => Ok(Cell::default()),
        _ => find_rows(&mut reader, &mut inner, shape),
    };
    if let Err(Fault::Shape { .. }) = rows {
        inner = Cursor::new(&text);
        inner.skip_space();
        inner.skip()?;
    }
    inner.finish()?;
    Ok(Rows { reader, rows: rows?, text: Some(text) })
}

/// Reads rows from JSON inside a string without undoing the string; `None` where that cannot be done.
fn read_rows_in_place(cursor: &mut Cursor<'_>, len: usize, shape: &'static Shape) -> Option<Rows> {
    let mut reader = Reader::new(len).ok()?;
    let mut inner = cursor.enter_string();
    let rows = find_rows(&mut reader, &mut inner, shape).ok()?;
    let mut outer = cursor.clone();
    outer.leave_string(inner).ok()?;
    *cursor = outer;
    Some(Rows { reader, rows, text: None })
}

/// Finds rows in an array, or in an object's `rows`, `list` or `data`: the first that holds any. Null and empty
/// text are no rows.
fn find_rows<const QUOTED: bool>(
    reader: &mut Reader,
    cursor: &mut Cursor<'_, QUOTED>,
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

fn read_list<const QUOTED: bool>(
    reader: &mut Reader,
    cursor: &mut Cursor<'_, QUOTED>,
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

/// What every reply of the service holds.
struct Envelope<T> {
    msg_id: Option<String>,
    data: Option<T>,
}

/// Why a reply gave no result.
enum Refusal {
    NotAReply(String),
    Rejected(Rejected),
    Malformed(Fault),
}

/// Reads a reply, its `response_data` by `read`, which is told how long the text is; gives back the
/// text too.
fn read_envelope<T>(
    reply: RawReply,
    read: impl Fn(&mut Cursor<'_>, usize) -> Result<T, Fault>,
) -> Result<(Envelope<T>, Vec<u8>), Error> {
    let unfolded = unfold(&reply.body);
    let text = match &unfolded {
        Some(Ok(unfolded)) => unfolded,
        Some(Err(_)) | None => &reply.body,
    };
    let envelope = match &unfolded {
        Some(Err(reason)) => Err(Refusal::NotAReply(reason.clone())),
        _ => parse_envelope(text, read),
    };
    match envelope {
        Ok(envelope) => {
            let text = unfolded.and_then(Result::ok).unwrap_or(reply.body);
            Ok((envelope, text))
        }
        Err(Refusal::Rejected(rejected)) => Err(Error::Rejected(rejected)),
        Err(Refusal::Malformed(fault)) => Err(fault.into_malformed(reply.body)),
        Err(Refusal::NotAReply(reason)) if (200..300).contains(&reply.status) => {
            Err(Malformed { path: None, reason, body: reply.body }.into())
        }
        Err(Refusal::NotAReply(_)) => Err(Error::HttpStatus { status: reply.status }),
    }
}

/// Undoes gzip, which its first two bytes give away: no JSON begins like that.
fn unfold(body: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let gzip = body.starts_with(&[0x1f, 0x8b]);
    gzip.then(|| {
        let mut unfolded = Vec::new();
        let mut decoder = MultiGzDecoder::new(body).take(MAX_UNFOLDED + 1);
        match decoder.read_to_end(&mut unfolded) {
            Ok(length) if length as u64 <= MAX_UNFOLDED => Ok(unfolded),
            Ok(_) => Err(format!("gzip that unfolds to more than {MAX_UNFOLDED} bytes")),
            Err(error) => Err(format!("not gzip: {error}")),
        }
    })
}

fn parse_envelope<T>(
    text: &[u8],
    read: impl Fn(&mut Cursor<'_>, usize) -> Result<T, Fault>,
) -> Result<Envelope<T>, Refusal> {
    let not_a_reply = |reason: &str| Refusal::NotAReply(reason.to_owned());
    let text = simdutf8::basic::from_utf8(text).map_err(|_| not_a_reply("not UTF-8"))?;
    let mut cursor = Cursor::new(text);
    cursor.skip_byte_order_mark();
    cursor.skip_space();
    if cursor.peek() != b'{' {
        return Err(not_a_reply("not a JSON object"));
    }
    let members = read_members(&mut cursor, |cursor| read(cursor, text.len()));
    let members = members.map_err(|error| Refusal::NotAReply(error.to_string()))?;
    let code = members.code.ok_or_else(|| not_a_reply("without a `return_code`"))?;
    if code != "0" {
        let (message, msg_id) = (members.message, members.msg_id);
        return Err(Refusal::Rejected(Rejected { code, message, msg_id }));
    }
    let data = members.data.transpose().map_err(Refusal::Malformed)?;
    Ok(Envelope { msg_id: members.msg_id, data })
}

/// The members of a reply, not yet judged.
struct Members<T> {
    code: Option<String>,
    message: Option<String>,
    msg_id: Option<String>,
    data: Option<Result<T, Fault>>,
}

fn read_members<T>(
    cursor: &mut Cursor<'_>,
    read: impl Fn(&mut Cursor<'_>) -> Result<T, Fault>,
) -> Result<Members<T>, SyntaxError> {
    let mut members = Members { code: None, message: None, msg_id: None, data: None };
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
                let data = read(cursor);
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
