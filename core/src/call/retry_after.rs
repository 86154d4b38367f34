//! The `Retry-After` header (RFC 9110, section 10.2.3).

use std::time::UNIX_EPOCH;

/// How long the service asks to wait, in milliseconds; `None` where the header is none, or asks for nothing: its time is
/// 0 or past.
pub(super) fn delay_ms(header: &str, now_ms: i64) -> Option<u64> {
    let header = header.trim();
    let delay = seconds_as_ms(header).or_else(|| {
        let date = httpdate::parse_http_date(header).ok()?.duration_since(UNIX_EPOCH).ok()?;
        let date_ms = i64::try_from(date.as_millis()).ok()?;
        u64::try_from(date_ms.checked_sub(now_ms)?).ok()
    });
    delay.filter(|&delay| delay > 0)
}

/// Whole or decimal seconds, a part of a millisecond counting as one.
fn seconds_as_ms(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
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
