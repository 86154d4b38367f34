//! What makes a request unique: its time and its message id.

use std::ops::RangeInclusive;

use time::OffsetDateTime;

use crate::error::Error;
use crate::url::is_dots;

/// Asia/Shanghai is 8 hours ahead of UTC, in summer too.
const SHANGHAI_OFFSET_S: i64 = 8 * 60 * 60;

/// From 1970 to the last moment of 9999 in Shanghai: what 14 digits can say.
const TIMES: RangeInclusive<i64> = 0..=253_402_271_999_999;

/// The time and the message id of one request. The host supplies both: the core has no clock and no
/// randomness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    now_ms: i64,
    msg_id: String,
    form: TimestampForm,
}

/// How a request's timestamp is written. Both forms are in live use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimestampForm {
    /// Milliseconds since the epoch, 13 digits today.
    #[default]
    EpochMs,
    /// `yyyyMMddHHmmss` in Asia/Shanghai (UTC+8), as older pages of the vendor show it.
    Compact,
}

impl Stamp {
    /// A stamp for now.
    ///
    /// `now_ms` is the host's clock in milliseconds since 1970-01-01T00:00:00Z. `msg_id` (请求消息ID) is
    /// the id of this request, usually a UUID; the service echoes it.
    #[must_use]
    pub fn new(now_ms: i64, msg_id: impl Into<String>) -> Self {
        Self { now_ms, msg_id: msg_id.into(), form: TimestampForm::default() }
    }

    /// The same stamp with its timestamp written in another form.
    #[must_use]
    pub fn with_form(self, form: TimestampForm) -> Self {
        Self { form, ..self }
    }

    pub(crate) fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// The message id, where it can be a segment of a path.
    pub(crate) fn checked_msg_id(&self) -> Result<&str, Error> {
        if self.msg_id.is_empty() || is_dots(&self.msg_id) {
            let what = "msg_id: empty, or dots alone; give each request a UUID";
            return Err(Error::InvalidStamp(what.to_owned()));
        }
        Ok(&self.msg_id)
    }

    /// The timestamp as it is signed and sent.
    pub(crate) fn timestamp(&self) -> Result<String, Error> {
        if !TIMES.contains(&self.now_ms) {
            let now_ms = self.now_ms;
            let what = format!("now_ms: {now_ms} is no time from 1970 to 9999, in milliseconds");
            return Err(Error::InvalidStamp(what));
        }
        match self.form {
            TimestampForm::EpochMs => Ok(self.now_ms.to_string()),
            TimestampForm::Compact => self.in_shanghai(),
        }
    }

    fn in_shanghai(&self) -> Result<String, Error> {
        let time = OffsetDateTime::from_unix_timestamp(self.now_ms / 1000 + SHANGHAI_OFFSET_S);
        let time = time.map_err(|error| Error::InvalidStamp(format!("now_ms: {error}")))?;
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second) = time.to_hms();
        let month = u8::from(month);
        Ok(format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"))
    }
}
