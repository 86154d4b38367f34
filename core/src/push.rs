//! Pushes: the service posts a follow-up to a webhook, and the host acknowledges it.
//!
//! `digest = md5(data | push_secret | timestamp)`, where `data` is the decoded text exactly as received:
//! it is verified before anything is parsed.

use subtle::{Choice, ConstantTimeEq};

use crate::error::{Error, Malformed};
use crate::json::{Cursor, Json, Object};
use crate::leads::PushData;
use crate::leads::pushes::Push;
use crate::record::Row;
use crate::sign::raw_digest;
use crate::url::{form_decode, percent_encode};

/// The status of a push that failed before and comes again.
const REDELIVERY: &str = "2";

/// A push that is verified and parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushEvent {
    /// `msgId` (消息ID): the same when a push comes again, so handle each only once.
    pub msg_id: String,
    /// `dataId` (数据ID).
    pub data_id: Option<String>,
    /// `dataVersion` (接口数据版本), such as `001`.
    pub data_version: Option<String>,
    /// `dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI.
    pub data_source: Option<String>,
    /// `dataType`: `salesLeads_follow` for a follow-up.
    pub data_type: String,
    /// `tenantId` (企业ID).
    pub tenant_id: Option<String>,
    /// `timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// `status` (数据同步状态) is 2: an earlier delivery failed.
    pub redelivery: bool,
    /// `statusTime` (上次同步失败时间): when that was, `yyyy-MM-dd HH:mm:ss`.
    pub status_time: Option<String>,
    /// What is pushed.
    pub data: PushData,
}

impl PushEvent {
    /// The body of the answer that acknowledges this push, to be sent with HTTP 200 within 5 seconds.
    ///
    /// Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly
    /// for up to ten days.
    #[must_use]
    pub fn acknowledge(&self) -> String {
        acknowledge(&self.msg_id)
    }

    /// The body of the answer that asks for this push to come again.
    #[must_use]
    pub fn refuse(&self, reason: &str) -> String {
        refuse(&self.msg_id, reason)
    }
}

/// What [`PushEvent::acknowledge`] answers to a push with this message id.
#[must_use]
pub fn acknowledge(msg_id: &str) -> String {
    answer("0", "", msg_id)
}

/// What [`PushEvent::refuse`] answers to a push with this message id.
#[must_use]
pub fn refuse(msg_id: &str, reason: &str) -> String {
    answer("1", reason, msg_id)
}

fn answer(code: &str, message: &str, msg_id: &str) -> String {
    let mut answer = Object::default();
    answer.json("return_code", code);
    answer.text("return_msg", message);
    answer.text("msg_id", msg_id);
    answer.finish()
}

/// Verifies a push and parses it.
///
/// `body` is the raw body of the request, as it came: a form that a framework has parsed cannot be
/// verified. `secrets` are the push secrets in use, more than one while they are being rotated.
/// `now_ms` is the host's clock in milliseconds since the epoch, and `max_age_ms` how far the push's
/// timestamp may lie from it, in the past and in the future; `None` allows any. Failed pushes come
/// again for up to ten days, and it is not known whether with a new timestamp, so leave it `None`
/// unless that is seen to work, and tell repeated pushes apart by their message id.
///
/// # Errors
///
/// In this order: [`Error::Malformed`] where the form is broken, [`Error::InvalidAccount`] where no secret is
/// given, or none but empty ones, [`Error::BadSignature`], [`Error::Stale`], [`Error::Malformed`] where the
/// signed data is not JSON or of another shape.
pub fn verify_push<S: AsRef<str>>(
    body: &[u8],
    secrets: &[S],
    now_ms: i64,
    max_age_ms: Option<u64>,
) -> Result<PushEvent, Error> {
    let malformed = |reason: String| Error::from(Malformed::new(reason, body));
    let said = |reason: String| malformed(no_push(body).map_or(reason, str::to_owned));
    let form = Form::parse(body).map_err(said)?;
    let required = |name: &str| match form.value(name) {
        None => Err(said(format!("{name}: missing"))),
        Some("") if name != "digest" && name != "data" => Err(malformed(format!("{name}: empty"))),
        Some(value) => Ok(value),
    };
    let msg_id = required("msgId")?;
    let data = required("data")?;
    let timestamp = required("timestamp")?;
    let digest = required("digest")?;
    let data_type = required("dataType")?;
    let Some(timestamp_ms) = timestamp.parse().ok().filter(|_| !timestamp.starts_with('+')) else {
        return Err(malformed("timestamp: not a 64-bit number of milliseconds".to_owned()));
    };

    if secrets.iter().all(|secret| secret.as_ref().trim().is_empty()) {
        let what =
            "push secret: none is given, so that no push can be verified; copy it from the console";
        return Err(Error::InvalidAccount(what.to_owned()));
    }
    if !is_signed(data, timestamp, digest, secrets) {
        return Err(Error::BadSignature);
    }
    let age_ms = now_ms.abs_diff(timestamp_ms);
    if let Some(max_age_ms) = max_age_ms.filter(|&max_age_ms| age_ms > max_age_ms) {
        return Err(Error::Stale { age_ms, max_age_ms });
    }

    let data = match Push::ALL.iter().find(|push| push.data_type == data_type) {
        Some(push) => (push.data)(Row::from_json(data, push.shape)?),
        None => {
            let json = Json::read(Cursor::of_service(data));
            PushData::Other(json.map_err(|error| Malformed::new(error, data.as_bytes()))?)
        }
    };
    let text = |name| form.value(name).map(str::to_owned);
    Ok(PushEvent {
        msg_id: msg_id.to_owned(),
        data_id: text("dataId"),
        data_version: text("dataVersion"),
        data_source: text("dataSource"),
        data_type: data_type.to_owned(),
        tenant_id: text("tenantId"),
        timestamp_ms,
        redelivery: form.value("status") == Some(REDELIVERY),
        status_time: text("statusTime"),
        data,
    })
}

/// A push that is to be made, for tests of a receiver, see [`testing`](crate::testing).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnsignedPush {
    /// `msgId`.
    pub msg_id: String,
    /// `data`: JSON text.
    pub data: String,
    /// `dataType`, such as `salesLeads_follow`.
    pub data_type: String,
    /// `timestamp`, in milliseconds since the epoch.
    pub timestamp_ms: i64,
    /// Whether it comes again: `status` is 2.
    pub redelivery: bool,
    /// `dataId`.
    pub data_id: Option<String>,
    /// `dataVersion`.
    pub data_version: Option<String>,
    /// `dataSource`.
    pub data_source: Option<String>,
    /// `statusTime`.
    pub status_time: Option<String>,
    /// `tenantId`.
    pub tenant_id: Option<String>,
}

/// The body that the service would send: a form, signed with this push secret.
#[must_use]
pub fn sign_push(push: &UnsignedPush, secret: &str) -> String {
    let timestamp = push.timestamp_ms.to_string();
    let digest = hex::encode(raw_digest(&push.data, secret, &timestamp));
    let value = |name: &str| match name {
        "msgId" => Some(push.msg_id.as_str()),
        "dataId" => push.data_id.as_deref(),
        "dataVersion" => push.data_version.as_deref(),
        "dataFormat" => Some("json"),
        "dataSource" => push.data_source.as_deref(),
        "timestamp" => Some(timestamp.as_str()),
        "status" => Some(if push.redelivery { REDELIVERY } else { "0" }),
        "statusTime" => push.status_time.as_deref(),
        "tenantId" => push.tenant_id.as_deref(),
        "digest" => Some(digest.as_str()),
        "dataType" => Some(push.data_type.as_str()),
        _ => Some(push.data.as_str()),
    };
    let mut form = String::new();
    for name in PARAMETERS {
        if let Some(value) = value(name) {
            let separator = if form.is_empty() { "" } else { "&" };
            form += &[separator, name, "=", &percent_encode(value)].concat();
        }
    }
    form
}

/// Whether any secret signed this, in a time that tells nothing about which, or how nearly.
/// What a body is, where it is plainly no push as it came.
fn no_push(body: &[u8]) -> Option<&'static str> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_\r\n".contains(byte);
    match body.trim_ascii() {
        [] => Some("body: empty; hand over the raw body, before any body parser reads it"),
        [b'{' | b'[', ..] => {
            Some("body: JSON; hand over the raw body, as it came, not what a parser made of it")
        }
        [text @ .., b'=', b'='] | [text @ .., b'='] | text if text.iter().all(is_base64) => {
            Some("body: base64, or no form; decode it, and hand over the raw body as it came")
        }
        _ => None,
    }
}

fn is_signed<S: AsRef<str>>(data: &str, timestamp: &str, digest: &str, secrets: &[S]) -> bool {
    let mut given = [0; 16];
    if hex::decode_to_slice(digest, &mut given).is_err() {
        return false;
    }
    // An empty secret is none: everybody knows it.
    let secrets = secrets.iter().map(AsRef::as_ref).filter(|secret| !secret.is_empty());
    let matches = secrets.map(|secret| raw_digest(data, secret, timestamp).ct_eq(&given));
    matches.fold(Choice::from(0), |any, one| any | one).into()
}

/// The parameters of a push, in the order of the vendor's table.
const PARAMETERS: [&str; 12] = [
    "msgId",
    "dataId",
    "dataVersion",
    "dataFormat",
    "dataSource",
    "timestamp",
    "status",
    "statusTime",
    "tenantId",
    "digest",
    "dataType",
    "data",
];

/// The parameters that came.
#[derive(Default)]
struct Form {
    values: [Option<String>; PARAMETERS.len()],
}

impl Form {
    /// Decodes `application/x-www-form-urlencoded` strictly. Unknown parameters are passed over.
    fn parse(body: &[u8]) -> Result<Self, String> {
        let mut form = Self::default();
        for pair in body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |&byte| byte == b'=');
            let mut half = || form_decode(halves.next().unwrap_or_default());
            let (name, value) = (half()?, half()?);
            let known = PARAMETERS.iter().zip(&mut form.values).find(|(known, _)| **known == name);
            if let Some((_, known)) = known
                && known.replace(value).is_some()
            {
                return Err(format!("{name}: given twice"));
            }
        }
        Ok(form)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let place = PARAMETERS.iter().position(|known| *known == name)?;
        self.values[place].as_deref()
    }
}
