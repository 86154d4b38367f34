//! The fast lane: one plain function that signs, for JNA's direct mapping.
#![allow(unsafe_code, reason = "what comes from Kotlin comes as addresses")]

use std::collections::HashMap;
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
/// Each address is one of as many bytes as are said to be there, those of `url` writable.
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
    // SAFETY: the caller says so.
    let (body, msg_id, room) = unsafe {
        (
            slice::from_raw_parts(body, body_len as usize),
            slice::from_raw_parts(msg_id, msg_id_len as usize),
            slice::from_raw_parts_mut(url, url_room as usize),
        )
    };
    let signed = || {
        let endpoint = Endpoint::ALL.get(operation as usize)?;
        let body = std::str::from_utf8(body).ok()?;
        let payload = Payload::from_texts(endpoint, body, texts as usize)?;
        let stamp = Stamp::new(now_ms, std::str::from_utf8(msg_id).ok()?);
        let accounts = ACCOUNTS.read().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.known.get(&account)?;
        account.sign_dynamic(payload, &stamp.with_form(timestamp_form(compact != 0))).ok()
    };
    let Some(request) = signed() else { return 0 };
    let Some(room) = room.get_mut(..request.url.len()) else { return 0 };
    room.copy_from_slice(request.url.as_bytes());
    request.url.len() as u32
}
