//! Gzip (RFC 1952): inflating and the checksum are libraries', the few bytes around them are read here.
//!
//! `flate2` would do all of it, at three times the size; this is part of what is shipped to browsers.

use crc::{CRC_32_ISO_HDLC, Crc};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::body::MAX_BODY;

/// The bits of a header's flags that say what follows its first ten bytes.
const HAS_CHECKSUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;

/// Whether a body is gzip, which its first two bytes give away: no JSON begins like that.
pub(crate) fn is_gzip(body: &[u8]) -> bool {
    body.starts_with(&[0x1f, 0x8b])
}

/// Undoes gzip, or says what is wrong with it. Several members are one text, and zeros behind a member are padding.
pub(crate) fn unfold(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut unfolded = Vec::new();
    let mut inflater = Box::<DecompressorOxide>::default();
    let mut rest = body;
    loop {
        let deflated = content(rest).ok_or(CUT_OFF)?;
        let begin = unfolded.len();
        let trailer = inflate(&mut inflater, deflated, &mut unfolded)?;
        let (trailer, after) = trailer.split_first_chunk::<8>().ok_or(CUT_OFF)?;
        let [c0, c1, c2, c3, length @ ..] = *trailer;
        let member = &unfolded[begin..];
        let is_whole = u32::from_le_bytes([c0, c1, c2, c3]) == checksum(member)
            && u32::from_le_bytes(length) as usize == member.len();
        if !is_whole {
            return Err("gzip with a wrong checksum".to_owned());
        }
        rest = &after[after.iter().take_while(|&&byte| byte == 0).count()..];
        if rest.is_empty() {
            return Ok(unfolded);
        }
    }
}

const CUT_OFF: &str = "gzip that is damaged or cut off";

/// Inflates one member behind what was unfolded before, and returns what follows it.
fn inflate<'b>(
    inflater: &mut DecompressorOxide,
    mut deflated: &'b [u8],
    unfolded: &mut Vec<u8>,
) -> Result<&'b [u8], String> {
    inflater.init();
    let begin = unfolded.len();
    let mut end = begin;
    loop {
        // One byte more than is allowed, so that a text of just as many is seen to end there.
        let room = (2 * deflated.len()).max(2 * (end - begin)).max(1);
        unfolded.resize((begin + room).min(MAX_BODY + 1), 0);
        // What a member repeats lies within the member.
        let (out, at) = (&mut unfolded[begin..], end - begin);
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, consumed, written) = decompress(inflater, deflated, out, at, flags);
        deflated = deflated.get(consumed..).unwrap_or_default();
        end += written;
        match status {
            _ if end > MAX_BODY => {
                return Err(format!("gzip that unfolds to more than {MAX_BODY} bytes"));
            }
            TINFLStatus::Done => {
                unfolded.truncate(end);
                return Ok(deflated);
            }
            TINFLStatus::HasMoreOutput => {}
            _ => return Err(CUT_OFF.to_owned()),
        }
    }
}

/// The checksum of gzip. Its table is made when it is needed: as a constant it would be a kilobyte that does not
/// compress.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(bytes)
}

/// What follows the header.
fn content(body: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = body.split_first_chunk::<10>()?;
    let [_, _, DEFLATE, flags, ..] = *header else { return None };
    if flags & HAS_EXTRA != 0 {
        let (length, extra) = rest.split_first_chunk::<2>()?;
        rest = extra.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [HAS_NAME, HAS_COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    rest.get(if flags & HAS_CHECKSUM != 0 { 2 } else { 0 }..)
}

/// The only method of compression there is.
const DEFLATE: u8 = 8;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_another_library_folds_is_unfolded(
            text in prop::collection::vec(any::<u8>(), 0..2000),
            level in 0u32..10,
            extra in prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
            name in prop::option::of("[a-z]{0,20}"),
            comment in prop::option::of("[a-z]{0,20}"),
        ) {
            let mut builder = GzBuilder::new();
            if let Some(extra) = extra {
                builder = builder.extra(extra);
            }
            if let Some(name) = name {
                builder = builder.filename(name);
            }
            if let Some(comment) = comment {
                builder = builder.comment(comment);
            }
            let mut encoder = builder.write(Vec::new(), Compression::new(level));
            encoder.write_all(&text)?;
            let folded = encoder.finish()?;
            prop_assert_eq!(unfold(&folded), Ok(text.clone()));
            let padded = [folded.as_slice(), &[0; 5], &folded, &[0; 3]].concat();
            prop_assert_eq!(unfold(&padded), Ok([text.as_slice(), &text].concat()));
            prop_assert!(unfold(&[folded.as_slice(), b"x"].concat()).is_err());
            for end in [0, 2, 9, 10, folded.len() / 2, folded.len() - 1] {
                prop_assert!(unfold(&folded[..end]).is_err());
            }
        }

        #[test]
        fn any_bytes_end_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = unfold(&[&[0x1f, 0x8b, 8], bytes.as_slice()].concat());
        }
    }

    #[test]
    fn members_together_unfold_to_no_more_than_is_allowed() {
        let fold = |length: usize| {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::fast());
            encoder.write_all(&vec![b' '; length]).unwrap();
            encoder.finish().unwrap()
        };
        let (half, one) = (fold(MAX_BODY / 2), fold(1));
        let whole = [half.as_slice(), &half].concat();
        assert_eq!(unfold(&whole).unwrap().len(), MAX_BODY);
        assert!(unfold(&[whole, one].concat()).unwrap_err().contains("more than"));
    }

    #[test]
    fn a_changed_byte_shows() {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::none());
        encoder.write_all(b"a lead").unwrap();
        let mut folded = encoder.finish().unwrap();
        let at = folded.len() - 9;
        folded[at] ^= 1;
        assert_eq!(unfold(&folded).unwrap_err(), "gzip with a wrong checksum");
    }
}
