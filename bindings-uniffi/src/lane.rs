//! The fast lane: one plain function that signs, for JNA's direct mapping.
#![allow(unsafe_code, reason = "what comes from Kotlin comes as addresses")]

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use qince_leads::dynamic::Payload;
use qince_leads::{Account, Endpoint, Stamp};

use crate::account::timestamp_form;

/// The accounts that may be signed for. A number that is gone is nobody's, so none can do harm.
static ACCOUNTS: LazyLock<RwLock<Accounts>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Accounts {
    next: u64,
    known: HashMap<u64, Arc<Account>>,
}

/// An account's place, which it has as long as it lives.
pub(crate) struct Place(u64);

impl Place {
    pub(crate) fn of(account: &Arc<Account>) -> Self {
        let mut accounts = ACCOUNTS.write().unwrap_or_else(PoisonError::into_inner);
        accounts.next += 1;
        let number = accounts.next;
        accounts.known.insert(number, Arc::clone(account));
        Self(number)
    }

    pub(crate) fn number(&self) -> u64 {
        self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut accounts = ACCOUNTS.write().unwrap_or_else(PoisonError::into_inner);
        accounts.known.remove(&self.0);
    }
}

/// Signs a body that was put together in the order of the table from this many texts, none of which needs an escape, and
/// writes the URL. Returns the URL's length, or 0 where it cannot: then the payload is to be given as JSON.
///
/// # Safety
///
/// Each address is null or one of as many bytes as are said to be there, those of `url` writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn qince_leads_sign(
    account: u64,
    operation: u32,
    body: *const u8,
    body_len: u32,
    texts: u32,
    now_ms: i64,
    msg_id: *const u8,
    msg_id_len: u32,
    compact: u8,
    url: *mut u8,
    url_room: u32,
) -> u32 {
    if body.is_null() || msg_id.is_null() || url.is_null() {
        return 0;
    }
    // SAFETY: the caller says so.
    let (body, msg_id, room) = unsafe {
        (
            slice::from_raw_parts(body, body_len as usize),
            slice::from_raw_parts(msg_id, msg_id_len as usize),
            slice::from_raw_parts_mut(url, url_room as usize),
        )
    };
    let signed = || {
        let stamp = Stamp::new(now_ms, str::from_utf8(msg_id).ok()?);
        let stamp = stamp.with_form(timestamp_form(compact != 0));
        let url = sign(account, operation, str::from_utf8(body).ok()?, texts, &stamp)?;
        room.get_mut(..url.len())?.copy_from_slice(url.as_bytes());
        Some(url.len() as u32)
    };
    // Nothing here panics; if it did, that must not end the program that asked.
    catch_unwind(AssertUnwindSafe(signed)).ok().flatten().unwrap_or(0)
}

fn sign(account: u64, operation: u32, body: &str, texts: u32, stamp: &Stamp) -> Option<String> {
    let endpoint = Endpoint::ALL.get(operation as usize)?;
    let payload = Payload::from_texts(endpoint, body, texts as usize)?;
    let accounts = ACCOUNTS.read().unwrap_or_else(PoisonError::into_inner);
    let request = accounts.known.get(&account)?.sign_dynamic(payload, stamp).ok()?;
    Some(request.url)
}

#[cfg(test)]
mod tests {
    use qince_leads::{AddLead, Operation};

    use super::*;

    const BODY: &str = r#"{"empName":"负责人","cus_name":"示例公司"}"#;

    fn account() -> Arc<Account> {
        Arc::new(Account::new("openid", "app key").unwrap())
    }

    /// What the function answers to this body, where all else is right.
    fn signed(place: &Place, operation: u32, body: &[u8], texts: u32, room: u32) -> Option<String> {
        let (msg_id, mut url) = (b"90b4b267", vec![0; room as usize]);
        // SAFETY: all of these are slices of these lengths.
        let length = unsafe {
            qince_leads_sign(
                place.number(),
                operation,
                body.as_ptr(),
                body.len() as u32,
                texts,
                1617206400000,
                msg_id.as_ptr(),
                msg_id.len() as u32,
                0,
                url.as_mut_ptr(),
                room,
            )
        };
        url.truncate(length as usize);
        (length > 0).then(|| String::from_utf8(url).unwrap())
    }

    #[test]
    fn the_url_is_that_of_an_account_that_signs() {
        let account = account();
        let lead = AddLead::new().emp_name("负责人").cus_name("示例公司");
        let expected = account.sign(&lead, &Stamp::new(1617206400000, "90b4b267")).unwrap();
        assert_eq!(lead.to_body().unwrap(), BODY);
        let place = Place::of(&account);
        assert_eq!(signed(&place, 0, BODY.as_bytes(), 2, 500), Some(expected.url.clone()));
        assert_eq!(signed(&place, 0, BODY.as_bytes(), 2, expected.url.len() as u32 - 1), None);
    }

    #[test]
    fn what_is_not_surely_right_is_left_to_the_other_way() {
        let place = Place::of(&account());
        let refused: [(u32, &[u8], u32); 6] = [
            (99, BODY.as_bytes(), 2),
            (0, BODY.as_bytes(), 1),
            (0, b"{\"empName\":\"\xff\"}", 1),
            (0, br#"{"empName":"a\nb"}"#, 1),
            (0, br#"{"cus_name":"nobody is in charge"}"#, 1),
            (0, b"", 0),
        ];
        for (operation, body, texts) in refused {
            assert_eq!(signed(&place, operation, body, texts, 500), None, "{body:?}");
        }
    }

    #[test]
    fn an_account_that_is_gone_signs_no_more() {
        let (account, other) = (account(), account());
        let place = Place::of(&account);
        let gone = Place(place.number());
        assert!(signed(&gone, 0, BODY.as_bytes(), 2, 500).is_some());
        drop(place);
        let next = Place::of(&other);
        assert_ne!(next.number(), gone.number());
        assert_eq!(signed(&gone, 0, BODY.as_bytes(), 2, 500), None);
    }

    #[test]
    fn nothing_is_read_from_nowhere() {
        let (nothing, mut url) = (std::ptr::null(), [0; 9]);
        // SAFETY: null is allowed.
        let length =
            unsafe { qince_leads_sign(1, 0, nothing, 0, 0, 0, nothing, 0, 0, url.as_mut_ptr(), 9) };
        assert_eq!(length, 0);
    }
}
