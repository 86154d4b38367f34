//! The inside of JSON strings: finding their end, undoing and writing their escapes.

/// Where the run of ordinary characters from `at` ends: at a quote, a backslash, a control character or
/// the end of the text.
///
/// Looks at eight bytes at a time: on pages of leads half of all bytes stand inside strings.
#[inline]
pub(crate) fn run_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let Some(last) = bytes.last_chunk() else {
        let ordinary = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..0x20);
        return at + bytes.get(at..).unwrap_or_default().iter().take_while(ordinary).count();
    };
    // Fewer than eight bytes are left: the last of the last eight.
    let left = bytes.len().saturating_sub(at);
    let rest = u64::from_le_bytes(*last).checked_shr(64 - 8 * left as u32).unwrap_or(0);
    let ordinary = special(rest).trailing_zeros() as usize / 8;
    bytes.len() - left + ordinary.min(left)
}

/// Marks, by the highest bit of a byte, the bytes that end a run. Behind the first it may mark others wrongly.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
    let quotes = zeros(word ^ (ONES * b'"' as u64));
    let backslashes = zeros(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & ONES << 7
}

/// A JSON string held an escape that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadEscape;

/// What becomes of the escape of half a surrogate pair, which stands for no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surrogates {
    /// It is an error, as in all that is sent.
    Whole,
    /// It reads as U+FFFD: the service cuts text between UTF-16 units.
    MayBeCut,
}

/// Undoes the escapes of a JSON string's content.
pub(crate) fn unescape(raw: &str, surrogates: Surrogates) -> Result<String, BadEscape> {
    let mut said = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        said.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        said.push(match after.next() {
            Some(plain @ ('"' | '\\' | '/')) => plain,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let (character, left) = unicode_escape(after.as_str())?;
                after = left.chars();
                match (character, surrogates) {
                    (Some(character), _) => character,
                    (None, Surrogates::MayBeCut) => char::REPLACEMENT_CHARACTER,
                    (None, Surrogates::Whole) => return Err(BadEscape),
                }
            }
            _ => return Err(BadEscape),
        });
        rest = after.as_str();
    }
    said.push_str(rest);
    Ok(said)
}

/// Reads what follows `\u`: four hex digits, or a surrogate pair; `None` for half a pair.
fn unicode_escape(rest: &str) -> Result<(Option<char>, &str), BadEscape> {
    let (unit, rest) = hex_unit(rest).ok_or(BadEscape)?;
    let pair = || {
        let (low, rest) = hex_unit(rest.strip_prefix("\\u")?)?;
        Some((char::decode_utf16([unit, low]).next()?.ok()?, rest))
    };
    Ok(match (char::from_u32(unit.into()), pair) {
        (Some(character), _) => (Some(character), rest),
        (None, pair) => pair().map_or((None, rest), |(character, rest)| (Some(character), rest)),
    })
}

fn hex_unit(rest: &str) -> Option<(u16, &str)> {
    let (digits, rest) = rest.split_at_checked(4)?;
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = u16::from_str_radix(digits, 16).ok().filter(|_| all_hex)?;
    Some((unit, rest))
}

/// Writes `text` as a JSON string that escapes only what JSON demands.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut done = 0;
    loop {
        let end = run_end(text.as_bytes(), done);
        out.push_str(&text[done..end]);
        let Some(&byte) = text.as_bytes().get(end) else {
            break;
        };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(HEX[usize::from(control >> 4)].into());
                out.push(HEX[usize::from(control & 15)].into());
            }
        }
        done = end + 1;
    }
    out.push('"');
}

/// Writes a member of the user's own after the opening brace or another member.
pub(crate) fn write_member(out: &mut String, name: &str, json: &str) {
    separate(out);
    write_string(out, name);
    out.push(':');
    out.push_str(json);
}

/// Writes a member's name, in which nothing needs an escape, and its colon after the opening brace or another member.
pub(crate) fn write_key(out: &mut String, name: &str) {
    separate(out);
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// No member's text ends with an opening brace, so one says that nothing came yet.
#[inline]
fn separate(out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn strings_are_written_as_serde_json_writes_them(text in any::<String>()) {
            let mut out = String::new();
            write_string(&mut out, &text);
            prop_assert_eq!(&out, &serde_json::to_string(&text).unwrap());
            prop_assert_eq!(unescape(&out[1..out.len() - 1], Surrogates::Whole), Ok(text));
        }

        #[test]
        fn escapes_are_undone_as_serde_json_undoes_them(
            raw in r#"([a-z线😀]|\\["\\/bfnrtux]|\\u[0-9a-fA-FgG]{4}|\\ud83d|\\ude00){0,12}"#,
        ) {
            let expected = serde_json::from_str::<String>(&format!("\"{raw}\"")).ok();
            prop_assert_eq!(unescape(&raw, Surrogates::Whole).ok(), expected);
        }

        #[test]
        fn halves_of_surrogate_pairs_are_replaced_as_utf16_decoders_replace_them(
            units in prop::collection::vec(
                prop::sample::select(vec![0x61, 0x7ebf, 0xd83d, 0xde00, 0xdfff, 0xd800, 0x20]),
                0..12,
            ),
        ) {
            let raw: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let expected = String::from_utf16_lossy(&units);
            prop_assert_eq!(unescape(&raw, Surrogates::MayBeCut), Ok(expected));
        }

        #[test]
        fn runs_end_at_the_first_byte_that_a_string_treats_specially(
            bytes in prop::collection::vec(
                prop_oneof![any::<u8>(), prop::sample::select(b"\"#\\]\x1f\x20!a".to_vec())],
                0..40,
            ),
            at in 0usize..40,
        ) {
            let at = at.min(bytes.len());
            let special = |byte: &u8| matches!(byte, b'"' | b'\\') || *byte < 0x20;
            let expected = bytes[at..].iter().position(special).map_or(bytes.len(), |found| at + found);
            prop_assert_eq!(run_end(&bytes, at), expected);
        }
    }
}
