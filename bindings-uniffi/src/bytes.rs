//! Bytes on their way, all at once: of a `Vec<u8>` UniFFI moves one after the other, which for a page takes longer than
//! reading it.
#![allow(unsafe_code, reason = "UniFFI lets none but itself say that a type may cross")]

use std::fmt;
use std::ops::Deref;

use uniffi::deps::anyhow::anyhow;
use uniffi::{FfiConverter, MetadataBuffer, TypeId};

use crate::UniFfiTag;

/// Bytes, which Kotlin and Swift see as those of a `Vec<u8>`.
pub struct Bytes(pub(crate) Vec<u8>);

/// Gives the length, not the content.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// The length as four bytes, the highest first, and the bytes.
//
// SAFETY: that is how UniFFI writes a `Vec<u8>`, whose type this claims to be, and how it reads one.
unsafe impl FfiConverter<UniFfiTag> for Bytes {
    uniffi::ffi_converter_rust_buffer_lift_and_lower!(UniFfiTag);

    fn write(bytes: Self, out: &mut Vec<u8>) {
        // There is no more text than that in one reply: the core counts in as many bits.
        let len = i32::try_from(bytes.len()).unwrap_or_default();
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(&bytes[..len as usize]);
    }

    fn try_read(from: &mut &[u8]) -> uniffi::Result<Self> {
        let too_short = || anyhow!("fewer bytes than were said");
        let (len, rest) = from.split_first_chunk().ok_or_else(too_short)?;
        let len = usize::try_from(i32::from_be_bytes(*len))?;
        let (bytes, rest) = rest.split_at_checked(len).ok_or_else(too_short)?;
        *from = rest;
        Ok(Self(bytes.to_vec()))
    }

    const TYPE_ID_META: MetadataBuffer = <Vec<u8> as TypeId<UniFfiTag>>::TYPE_ID_META;
}

uniffi::derive_ffi_traits!(local Bytes);

#[cfg(test)]
mod tests {
    use super::*;

    fn written<T: uniffi::Lower<UniFfiTag>>(bytes: T) -> Vec<u8> {
        let mut out = vec![1];
        T::write(bytes, &mut out);
        out
    }

    #[test]
    fn bytes_cross_as_those_of_a_vector() {
        for bytes in [vec![], vec![0], (0..=255).collect()] {
            let as_vector = written(bytes.clone());
            assert_eq!(written(Bytes(bytes.clone())), as_vector);
            let mut from = &as_vector[1..];
            let read = <Bytes as FfiConverter<UniFfiTag>>::try_read(&mut from).unwrap();
            assert_eq!((read.0, from), (bytes, [].as_slice()));
        }
    }

    #[test]
    fn bytes_that_are_missing_are_missed() {
        for from in [&[0, 0, 0][..], &[0, 0, 0, 2, 7], &[255, 255, 255, 255]] {
            assert!(<Bytes as FfiConverter<UniFfiTag>>::try_read(&mut &*from).is_err());
        }
    }
}
