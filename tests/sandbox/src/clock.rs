//! The time of day, and days and minutes as the service writes them: always in Asia/Shanghai, which has had no
//! daylight saving time since 1991.

use time::{Date, Month, OffsetDateTime, Time};

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;

const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// `yyyy-MM-dd HH:mm`, the form of the times in a lead.
pub(crate) fn minute(epoch_ms: i64) -> String {
    let at = shanghai(epoch_ms);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// `yyyy-MM-dd HH:mm:ss`, the form of a push's `statusTime`.
pub(crate) fn second(epoch_ms: i64) -> String {
    format!("{}:{:02}", minute(epoch_ms), shanghai(epoch_ms).second())
}

/// The first millisecond of the day `yyyy-MM-dd`; `None` for any other text.
pub(crate) fn start_of_day(text: &str) -> Option<i64> {
    if !has_shape(text, "dddd-dd-dd") {
        return None;
    }
    let midnight = date(&text[..4], &text[5..7], &text[8..])?.midnight();
    Some(midnight.assume_utc().unix_timestamp() * 1000 - SHANGHAI_MS)
}

/// Whether the text is a time in the form `yyyyMMddHHmmss`.
pub(crate) fn is_compact(text: &str) -> bool {
    has_shape(text, "dddddddddddddd")
        && date(&text[..4], &text[4..6], &text[6..8]).is_some()
        && time(&text[8..10], &text[10..12], &text[12..]).is_some()
}

/// Whether the text has a digit where the shape has a `d`, and the shape's own character elsewhere.
pub(crate) fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(is, should)| if should == b'd' { is.is_ascii_digit() } else { is == should })
}

fn shanghai(epoch_ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(epoch_ms.saturating_add(SHANGHAI_MS).div_euclid(1000))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn time(hour: &str, minute: &str, second: &str) -> Option<Time> {
    Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{is_compact, minute, second, start_of_day};

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        assert_eq!(start_of_day("2021-04-01"), Some(1_617_206_400_000));
        assert_eq!(minute(1_617_206_400_000), "2021-04-01 00:00");
        assert_eq!(second(1_617_206_399_999), "2021-03-31 23:59:59");
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for text in ["2021-02-29", "2021-4-1", "2021-04-01 ", "+021-04-01", ""] {
            assert_eq!(start_of_day(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_compact_time_is_fourteen_digits_that_a_clock_can_show() {
        assert!(is_compact("20210401235959"));
        assert!(!is_compact("20210401240000"));
        assert!(!is_compact("2021040123595"));
    }
}
