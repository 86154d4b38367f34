//! The `Retry-After` header (RFC 9110, section 10.2.3).

use time::{Date, Month};

/// How long the service asks to wait, in milliseconds; `None` where the header is none, or asks for nothing: its time is
/// 0 or past.
pub(super) fn delay_ms(header: &str, now_ms: i64) -> Option<u64> {
    let header = header.trim();
    let delay = seconds_as_ms(header).or_else(|| {
        let date_ms = date_as_ms(header)?;
        u64::try_from(date_ms.checked_sub(now_ms)?).ok()
    });
    delay.filter(|&delay| delay > 0)
}

/// A date in any of the three forms that there are, in milliseconds since the epoch. The day of the week says nothing
/// new.
fn date_as_ms(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<_> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, time) = match *words {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let units: Vec<_> = time.split(':').collect();
    let [hour, minute, second] = *units else { return None };
    let small = |digits: &str| u8::try_from(number(digits)?).ok();
    let year = match number(year)? {
        // Two digits are a year of this century, or of the one before.
        year @ 0..70 => 2000 + year,
        year @ 70..100 => 1900 + year,
        year => year,
    };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = Month::try_from(month as u8 + 1).ok()?;
    let date = Date::from_calendar_date(year.into(), month, small(day)?).ok()?;
    let time = date.with_hms(small(hour)?, small(minute)?, small(second)?).ok()?;
    Some(time.assume_utc().unix_timestamp() * 1000)
}

/// Whole or decimal seconds, a part of a millisecond counting as one.
fn seconds_as_ms(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let (thousandths, rest) = fraction.split_at(fraction.len().min(3));
    let thousandths = format!("{thousandths:0<3}").parse::<u64>().ok()?;
    let part = u64::from(rest.bytes().any(|digit| digit != b'0'));
    // Digits that do not fit ask for longer than anybody waits.
    let seconds = whole.parse::<u64>().unwrap_or(u64::MAX);
    Some(seconds.saturating_mul(1000).saturating_add(thousandths + part))
}

fn number(digits: &str) -> Option<u16> {
    digits.parse().ok().filter(|_| are_digits(digits))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::delay_ms;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const DATE_MS: i64 = 784_111_777_000;

    #[test]
    fn seconds_may_have_decimals_and_be_any_number() {
        for (header, delay) in [
            ("2", 2_000),
            (" 120 ", 120_000),
            ("1.5", 1_500),
            ("0.0004", 1),
            ("007", 7_000),
            ("99999999999999999999", u64::MAX),
        ] {
            assert_eq!(delay_ms(header, DATE_MS), Some(delay), "{header}");
        }
    }

    #[test]
    fn a_date_is_read_in_all_three_forms() {
        for header in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(delay_ms(header, DATE_MS - 1_500), Some(1_500), "{header}");
            assert_eq!(delay_ms(header, DATE_MS), None, "{header}");
            assert_eq!(delay_ms(header, DATE_MS + 1), None, "{header}");
            assert_eq!(delay_ms(header, i64::MIN), None, "{header}");
        }
    }

    #[test]
    fn anything_else_asks_for_nothing() {
        for header in [
            "",
            "0",
            "0.000",
            "-1",
            "+1",
            "0x10",
            "1,2",
            "1e3",
            ".5",
            "5.",
            "1 2",
            "Infinity",
            "NaN",
            "soon",
            "٣",
            "Sun, 06 Nov 1994",
            "Sun, 31 Feb 2094 08:49:37 GMT",
        ] {
            assert_eq!(delay_ms(header, 0), None, "{header}");
        }
    }
}
