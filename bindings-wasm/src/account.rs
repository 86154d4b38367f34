//! Accounts and signing.

use qince_leads::dynamic::{self, Payload};
use qince_leads::{Error, SignedRequest, Stamp};
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::{endpoint, payload, scratch, timestamp_form};

/// An account, with its app key, or of an app without one.
#[wasm_bindgen(js_name = CoreAccount)]
pub struct Account(pub(crate) qince_leads::Account);

#[wasm_bindgen(js_class = CoreAccount)]
impl Account {
    /// An account at this address, or at the vendor's own.
    #[wasm_bindgen(constructor)]
    pub fn new(openid: &str, app_key: &str, base_url: Option<String>) -> Result<Self, Thrown> {
        let account = qince_leads::Account::new(openid, app_key)?;
        Ok(Self(match base_url {
            Some(base_url) => account.with_base_url(&base_url)?,
            None => account,
        }))
    }

    /// An account without a key, whose requests go to a relay.
    pub fn relay(relay_url: &str) -> Result<Self, Thrown> {
        Ok(Self(qince_leads::Account::relay(relay_url)?))
    }

    /// The address that requests go to.
    #[wasm_bindgen(getter, js_name = baseUrl)]
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }

    /// Signs a payload, given as JSON text; answers with timestamp, URL and body, one a line.
    pub fn sign(
        &self,
        operation: usize,
        json: &str,
        path: Option<String>,
        now_ms: f64,
        msg_id: &str,
        compact: bool,
    ) -> Result<String, Thrown> {
        let payload = payload(operation, json, path.as_deref(), true)?;
        let request = self.signed(payload, now_ms, msg_id, compact)?;
        Ok([&request.timestamp, "\n", &request.url, "\n", &request.body].concat())
    }

    /// Signs a body of this many bytes in the scratch room, put together from this many texts; answers with timestamp
    /// and URL, one a line, or with nothing where the payload must be given as JSON.
    #[wasm_bindgen(js_name = signTexts)]
    pub fn sign_texts(
        &self,
        operation: usize,
        length: usize,
        texts: usize,
        now_ms: f64,
        msg_id: &str,
        compact: bool,
    ) -> Result<String, Thrown> {
        let endpoint = endpoint(operation)?;
        let payload = scratch::read(length, |body| Payload::from_texts(endpoint, body, texts));
        Ok(match payload {
            Some(payload) => {
                let request = self.signed(payload, now_ms, msg_id, compact)?;
                [&request.timestamp, "\n", &request.url].concat()
            }
            None => String::new(),
        })
    }

    fn signed(
        &self,
        payload: Payload,
        now_ms: f64,
        msg_id: &str,
        compact: bool,
    ) -> Result<SignedRequest, Error> {
        let stamp = Stamp::new(now_ms as i64, msg_id).with_form(timestamp_form(compact));
        self.0.sign_dynamic(payload, &stamp)
    }
}

/// Checks a payload, given as JSON text.
#[wasm_bindgen]
pub fn check(operation: usize, json: &str, path: Option<String>) -> Result<(), Thrown> {
    payload(operation, json, path.as_deref(), true)?.into_body()?;
    Ok(())
}

/// A text without the openid and the digest of a signed request's URL.
#[wasm_bindgen]
pub fn redact(text: &str, url: &str) -> String {
    dynamic::redact(text, url)
}
