//! Pushes: the service posts a follow-up to a webhook, and the host acknowledges it.
//!
//! `digest = md5(data | push_secret | timestamp)`, where `data` is the decoded text exactly as received:
//! it is verified before anything is parsed.

use subtle::{Choice, ConstantTimeEq};

use crate::error::{Error, Malformed};
use crate::json::{Json, write_string};
use crate::meta::Others;
use crate::record::{Record, record};
use crate::sign::raw_digest;

/// The data type of a follow-up.
const FOLLOW_UP: &str = "salesLeads_follow";

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

/// What a push holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushData {
    /// A follow-up (跟进记录), of data type `salesLeads_follow`.
    FollowUp(FollowUp),
    /// The data of any other type.
    Other(Json),
}

impl PushData {
    /// The data as JSON with the vendor's names.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::FollowUp(follow_up) => follow_up.to_json(),
            Self::Other(json) => json.as_str().to_owned(),
        }
    }
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
    let mut json = format!("{{\"return_code\":{code},\"return_msg\":");
    write_string(&mut json, message);
    json.push_str(",\"msg_id\":");
    write_string(&mut json, msg_id);
    json.push('}');
    json
}

record! {
    /// A follow-up of a lead (跟进记录).
    ///
    /// Custom fields, whose names begin with `ext_`, are among its extra members, as text.
    FollowUp = "线索跟进记录" (Others::KeptAsTextWith("ext_")) {
        /// The lead's id.
        lead_id: text = "lead_ID", "线索ID";
        /// The lead's code.
        lead_code: text = "lead_code", "线索编码", max(32);
        /// The customer's name.
        lead_name: text = "lead_name", "客户名称", max(32);
        /// How the lead was followed up.
        activity_type: text = "activity_type", "跟进方式", max(32);
        /// What was noted.
        activity_content: text = "activity_content", "跟进内容", max(32);
        /// Where it was.
        location: text = "location", "位置", max(32);
        /// How far from the customer, in metres.
        offset: text = "offset", "偏差(米)", max(32);
        /// The path of a photo in the service's store.
        photo_path: text = "photo_path", "照片路径", max(32);
        /// Who followed up.
        create_by: text = "create_by", "跟进人", max(32);
        /// The department of that person.
        department: text = "department", "跟进人部门", max(32);
        /// When, `yyyy-MM-dd HH:mm`.
        create_at: text = "create_at", "跟进时间", max(32);
    }
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
/// In this order: [`Error::Malformed`] where the form is broken, [`Error::BadSignature`],
/// [`Error::Stale`], [`Error::Malformed`] where the signed data is not JSON or of another shape.
pub fn verify_push<S: AsRef<str>>(
    body: &[u8],
    secrets: &[S],
    now_ms: i64,
    max_age_ms: Option<u64>,
) -> Result<PushEvent, Error> {
    let malformed = |reason: String| Error::from(Malformed::new(reason, body));
    let form = Form::parse(body).map_err(malformed)?;
    let required = |name: &str| {
        form.value(name)
            .filter(|value| !value.is_empty() || name == "digest" || name == "data")
            .ok_or_else(|| malformed(format!("{name}: missing")))
    };
    let msg_id = required("msgId")?;
    let data = required("data")?;
    let timestamp = required("timestamp")?;
    let digest = required("digest")?;
    let data_type = required("dataType")?;
    let Some(timestamp_ms) = timestamp.parse().ok().filter(|_| !timestamp.starts_with('+')) else {
        return Err(malformed("timestamp: not a 64-bit number of milliseconds".to_owned()));
    };

    if !is_signed(data, timestamp, digest, secrets) {
        return Err(Error::BadSignature);
    }
    let age_ms = now_ms.abs_diff(timestamp_ms);
    if let Some(max_age_ms) = max_age_ms.filter(|&max_age_ms| age_ms > max_age_ms) {
        return Err(Error::Stale { age_ms, max_age_ms });
    }

    let data = if data_type == FOLLOW_UP {
        PushData::FollowUp(FollowUp::from_json(data)?)
    } else {
        PushData::Other(Json::parse(data)?)
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

/// Whether any secret signed this, in a time that tells nothing about which, or how nearly.
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
            let mut half = || decode(halves.next().unwrap_or_default());
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

fn decode(encoded: &[u8]) -> Result<String, String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter();
    while let Some(&byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(*bytes.next()?).to_digit(16);
                let escape = digit().zip(digit()).map(|(high, low)| (high * 16 + low) as u8);
                escape.ok_or("an invalid percent escape")?
            }
            plain => plain,
        });
    }
    String::from_utf8(decoded).map_err(|_| "not UTF-8".to_owned())
}
