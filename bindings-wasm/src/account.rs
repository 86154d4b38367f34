//! Accounts and signing.

use qince_leads::dynamic::Payload;
use qince_leads::{Error, SignedRequest, Stamp};
use wasm_bindgen::prelude::*;

use crate::thrown::Thrown;
use crate::{endpoint, scratch, timestamp_form};

/// An account, with its app key.
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

    /// The address that requests go to.
    #[wasm_bindgen(getter, js_name = baseUrl)]
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }

    /// Signs a payload, given as JSON text; answers with the URL, a line feed, and the body.
    pub fn sign(
        &self,
        operation: usize,
        payload: &str,
        now_ms: f64,
        msg_id: &str,
        compact: bool,
    ) -> Result<String, Thrown> {
        let payload = Payload::from_json(endpoint(operation)?, payload);
        let SignedRequest { url, body, .. } = self.signed(payload, now_ms, msg_id, compact)?;
        Ok([&url, "\n", &body].concat())
    }

    /// Signs a body of this many bytes in the scratch room, put together from this many texts; answers with
    /// the URL, or with nothing where the payload must be given as JSON.
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
            Some(payload) => self.signed(payload, now_ms, msg_id, compact)?.url,
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
pub fn check(operation: usize, payload: &str) -> Result<(), Thrown> {
    Payload::from_json(endpoint(operation)?, payload).into_body()?;
    Ok(())
}

/// The URL of a request as logs may hold it.
#[wasm_bindgen]
pub fn redact(url: String) -> String {
    let (body, operation, msg_id, timestamp) = Default::default();
    SignedRequest { url, body, operation, msg_id, timestamp }.redacted_url()
}
