//! A strict JSON reader that moves over text and never recurses.

use std::borrow::Cow;
use std::fmt;

use super::text::{BadEscape, Surrogates, run_end, unescape, write_string};

/// How deep arrays and objects may nest.
const MAX_DEPTH: u32 = 128;

/// Why a text is not JSON, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not JSON: {} expected at byte {}", self.expected, self.at)
    }
}

type Result<T> = std::result::Result<T, SyntaxError>;

/// Where a value lies: of a string, what stands between its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The text holds escapes, so it is not the value as it stands.
    pub(crate) escaped: bool,
}

/// A position in JSON text.
///
/// Where it is quoted, the text around the position is the content of a JSON string that itself holds
/// JSON: quotes are `\"`, and a backslash of the inner text is `\\`. A quoted cursor knows the
/// escapes that serializers really write and refuses every other one; the caller then undoes the
/// outer string as a whole and reads it with a plain cursor.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    quoted: bool,
    surrogates: Surrogates,
}

impl<'t> Cursor<'t> {
    /// A cursor over what users give.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, quoted: false, surrogates: Surrogates::Whole }
    }

    /// A cursor over what the service sends, which cuts text between UTF-16 units.
    pub(crate) fn of_service(text: &'t str) -> Self {
        Self { surrogates: Surrogates::MayBeCut, ..Self::new(text) }
    }

    pub(crate) fn skip_byte_order_mark(&mut self) {
        self.at +=
            self.text[self.at..].strip_prefix('\u{feff}').map_or(0, |_| '\u{feff}'.len_utf8());
    }

    /// Steps into a string that holds JSON; the position must be at its opening quote.
    pub(crate) fn enter_string(&self) -> Cursor<'t> {
        Cursor { at: self.at + 1, quoted: true, ..*self }
    }

    /// Steps out of a string that holds JSON: only its closing quote may be left.
    pub(crate) fn leave_string(&mut self, mut inner: Cursor<'t>) -> Result<()> {
        inner.skip_space();
        self.at = inner.at;
        self.expect(b'"', "the end of the string")
    }

    /// Makes sure that nothing but white space is left.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { self.fail("the end of the text") }
    }
}

impl<'t> Cursor<'t> {
    /// The byte at the position, 0 at the end.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u8 {
        self.ahead(0)
    }

    #[inline(always)]
    fn ahead(&self, by: usize) -> u8 {
        self.text.as_bytes().get(self.at + by).copied().unwrap_or(0)
    }

    /// Whether a string begins here.
    #[inline(always)]
    pub(crate) fn at_string(&self) -> bool {
        if self.quoted {
            self.peek() == b'\\' && self.ahead(1) == b'"'
        } else {
            self.peek() == b'"'
        }
    }

    pub(crate) fn fail<T>(&self, expected: &'static str) -> Result<T> {
        Err(SyntaxError { at: self.at, expected })
    }

    #[inline]
    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<()> {
        if self.peek() != byte {
            return self.fail(expected);
        }
        self.at += 1;
        Ok(())
    }

    #[inline(always)]
    pub(crate) fn skip_space(&mut self) {
        // Serializers write none.
        if matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t' | b'\\') {
            self.skip_run_of_space();
        }
    }

    #[cold]
    fn skip_run_of_space(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                b'\\' if self.quoted && matches!(self.ahead(1), b'n' | b'r' | b't') => self.at += 2,
                _ => return,
            }
        }
    }

    /// Enters an array or object, which the caller has seen beginning here; `false` where it is empty.
    #[inline]
    pub(crate) fn open(&mut self, close: u8) -> bool {
        self.at += 1;
        self.skip_space();
        let empty = self.peek() == close;
        self.at += usize::from(empty);
        !empty
    }

    /// Moves on after a member or element; `false` where the array or object ends.
    #[inline]
    pub(crate) fn more(&mut self, close: u8) -> Result<bool> {
        self.skip_space();
        match self.peek() {
            b',' => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            byte if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => self.fail("a comma or the end of the array or object"),
        }
    }

    /// Passes over a member's name and colon if they are this name, written as by most serializers.
    #[inline(always)]
    pub(crate) fn eat_key(&mut self, name: &str) -> bool {
        if self.quoted {
            self.eat_between(br#"\""#, name, br#"\":"#)
        } else {
            self.eat_between(br#"""#, name, br#"":"#)
        }
    }

    #[inline(always)]
    fn eat_between<const OPEN: usize, const CLOSE: usize>(
        &mut self,
        open: &[u8; OPEN],
        name: &str,
        close: &[u8; CLOSE],
    ) -> bool {
        let end = self.at + OPEN + name.len() + CLOSE;
        let Some(key) = self.text.as_bytes().get(self.at..end) else { return false };
        let eaten = key.last_chunk() == Some(close)
            && key.first_chunk() == Some(open)
            && key[OPEN..key.len() - CLOSE] == *name.as_bytes();
        if eaten {
            self.at = end;
            self.skip_space();
        }
        eaten
    }

    /// Reads a member's name and its colon.
    pub(crate) fn key(&mut self) -> Result<Span> {
        if !self.at_string() {
            return self.fail("a member's name");
        }
        let span = self.string()?;
        self.skip_space();
        self.expect(b':', "a colon")?;
        self.skip_space();
        Ok(span)
    }

    /// Reads a string, which the caller has seen beginning here.
    pub(crate) fn string(&mut self) -> Result<Span> {
        self.string_in_place()
    }

    /// The same, for where nearly all strings are read.
    #[inline(always)]
    pub(crate) fn string_in_place(&mut self) -> Result<Span> {
        let bytes = self.text.as_bytes();
        let start = self.at + if self.quoted { 2 } else { 1 };
        let mut end = start;
        let mut escaped = false;
        loop {
            end = run_end(bytes, end);
            match bytes.get(end) {
                Some(b'"') if !self.quoted => {
                    self.at = end + 1;
                    return Ok(Span { start, end, escaped });
                }
                Some(b'\\') if self.quoted && bytes.get(end + 1) == Some(&b'"') => {
                    self.at = end + 2;
                    return Ok(Span { start, end, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at = end;
                    end += self.escape_len()?;
                }
                _ => {
                    self.at = end.min(bytes.len());
                    return self.fail("the end of the string");
                }
            }
        }
    }

    /// The length of the inner escape that begins here with a backslash.
    fn escape_len(&self) -> Result<usize> {
        let lead = if self.quoted { 2 } else { 1 };
        if self.quoted && self.ahead(1) != b'\\' {
            return self.fail("an escape of the inner text");
        }
        match self.ahead(lead) {
            b'"' if !self.quoted => Ok(2),
            b'\\' if !self.quoted => Ok(2),
            b'\\' if matches!(self.ahead(lead + 1), b'"' | b'\\') => Ok(4),
            b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(lead + 1),
            b'u' if (1..=4).all(|digit| self.ahead(lead + digit).is_ascii_hexdigit()) => {
                Ok(lead + 5)
            }
            _ => self.fail("a valid escape"),
        }
    }

    /// Whether the value that begins here is an empty text, list or object.
    pub(crate) fn at_nothing(&self) -> bool {
        match self.peek() {
            open @ (b'[' | b'{') => !self.clone().open(open + 2),
            b'"' if !self.quoted => self.ahead(1) == b'"',
            b'\\' if self.quoted => self.text.as_bytes()[self.at..].starts_with(br#"\"\""#),
            _ => false,
        }
    }

    /// Reads a number, `true`, `false` or `null` as literal text.
    #[inline]
    pub(crate) fn literal(&mut self) -> Result<&'t str> {
        let start = self.at;
        match self.peek() {
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }?;
        Ok(&self.text[start..self.at])
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fail("a value");
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        self.at += usize::from(self.peek() == b'-');
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return self.fail("a value"),
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        if !self.peek().is_ascii_digit() {
            return self.fail("a digit");
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    /// Passes over any value, and returns where it lies.
    pub(crate) fn skip(&mut self) -> Result<Span> {
        let start = self.at;
        self.walk(&mut |_: Token<'_>| Ok(()))?;
        Ok(Span { start, end: self.at, escaped: self.quoted })
    }

    /// The text between two positions, as it stands.
    #[inline]
    pub(crate) fn slice(&self, span: Span) -> &'t str {
        &self.text[span.start..span.end]
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Visits every token of the value that begins here.
    fn walk(&mut self, visit: &mut impl FnMut(Token<'t>) -> Result<()>) -> Result<()> {
        // One bit for every level that is open, the innermost lowest: set for an object.
        let mut levels: u128 = 0;
        let mut depth = 0;
        loop {
            // A value begins here.
            let byte = self.peek();
            if byte == b'{' || byte == b'[' {
                if depth == MAX_DEPTH {
                    return self.fail("at most 128 levels of nesting");
                }
                visit(Token::Mark(if byte == b'{' { "{" } else { "[" }))?;
                let close = byte + 2;
                if self.open(close) {
                    depth += 1;
                    levels = levels << 1 | u128::from(byte == b'{');
                    if byte == b'{' {
                        self.walk_key(visit)?;
                    }
                    continue;
                }
                visit(Token::Mark(if byte == b'{' { "}" } else { "]" }))?;
            } else if self.at_string() {
                let span = self.string()?;
                visit(Token::Text(span))?;
            } else {
                visit(Token::Mark(self.literal()?))?;
            }
            // A value ends here.
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let object = levels & 1 == 1;
                if self.more(if object { b'}' } else { b']' })? {
                    visit(Token::Mark(","))?;
                    if object {
                        self.walk_key(visit)?;
                    }
                    break;
                }
                visit(Token::Mark(if object { "}" } else { "]" }))?;
                depth -= 1;
                levels >>= 1;
            }
        }
    }

    fn walk_key(&mut self, visit: &mut impl FnMut(Token<'t>) -> Result<()>) -> Result<()> {
        let span = self.key()?;
        visit(Token::Text(span))?;
        visit(Token::Mark(":"))
    }

    /// What a string says, its escapes undone.
    pub(crate) fn text_of(&self, span: Span) -> Result<Cow<'t, str>> {
        let raw = self.slice(span);
        if !span.escaped {
            return Ok(Cow::Borrowed(raw));
        }
        let said = self.unescaped(raw);
        let said = if self.quoted { said.and_then(|inner| self.unescaped(&inner)) } else { said };
        let fail = |_| SyntaxError { at: span.start, expected: "valid escapes" };
        Ok(Cow::Owned(said.map_err(fail)?))
    }

    fn unescaped(&self, raw: &str) -> std::result::Result<String, BadEscape> {
        unescape(raw, self.surrogates)
    }

    /// Copies the value that begins here to `out` in its shortest form: no white space, no escapes
    /// but the necessary ones, numbers as they stand.
    pub(crate) fn copy_compact(&mut self, out: &mut String) -> Result<()> {
        if self.quoted {
            let span = self.skip()?;
            let inner = self
                .unescaped(self.slice(span))
                .map_err(|_| SyntaxError { at: span.start, expected: "valid escapes" })?;
            return Cursor { text: &inner, at: 0, quoted: false, ..*self }.copy_compact(out);
        }
        let said = self.clone();
        self.walk(&mut |token| {
            match token {
                Token::Mark(mark) => out.push_str(mark),
                Token::Text(span) => write_string(out, &said.text_of(span)?),
            }
            Ok(())
        })
    }
}

/// A piece of a value: punctuation or a literal as it stands, or a string.
enum Token<'t> {
    Mark(&'t str),
    Text(Span),
}
