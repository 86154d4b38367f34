//! How fast calls are begun.

use crate::error::Error;

/// Says when each of many calls may begin, so that no more than so many begin in a second.
///
/// Like everything here it has no clock: the host waits until the time that it is told.
///
/// ```
/// use qince_leads::Pace;
///
/// let mut pace = Pace::new(4.0)?;
/// assert_eq!(pace.next_ms(1000), 1000);
/// assert_eq!(pace.next_ms(1000), 1250);
/// assert_eq!(pace.next_ms(1300), 1500);
/// // Time that was not used does not come back as a burst.
/// assert_eq!(pace.next_ms(9000), 9000);
/// assert_eq!(pace.next_ms(9000), 9250);
/// # Ok::<(), qince_leads::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pace {
    interval_ms: f64,
    /// The host's clock as it was seen last.
    clock_ms: i64,
    /// How long after that the next call may begin.
    rest_ms: f64,
}

impl Pace {
    /// A pace of so many calls a second, of which one may begin at once.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAccount`] where that is no number above 0, or less than one in a day.
    pub fn new(per_second: f64) -> Result<Self, Error> {
        const DAY_MS: f64 = 86_400_000.0;
        let interval_ms = 1000.0 / per_second;
        if per_second > 0.0 && interval_ms <= DAY_MS {
            return Ok(Self { interval_ms, clock_ms: i64::MIN, rest_ms: 0.0 });
        }
        let what = "must be a number above 0, and at least one call a day";
        Err(Error::InvalidAccount(format!("per_second: {what}")))
    }

    /// When the next call may begin, in milliseconds since the epoch: now, or later. Each time that is told is one
    /// call's. A clock that is set back takes along what is left to wait.
    pub fn next_ms(&mut self, now_ms: i64) -> i64 {
        let passed_ms = now_ms.saturating_sub(self.clock_ms).max(0);
        self.clock_ms = now_ms;
        let wait_ms = (self.rest_ms - passed_ms as f64).max(0.0);
        self.rest_ms = wait_ms + self.interval_ms;
        now_ms.saturating_add(wait_ms.ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pace_is_a_number_above_0() {
        for per_second in [1e-4, 0.5, 10.0, 1e9, f64::INFINITY] {
            assert_eq!(Pace::new(per_second).unwrap().next_ms(7), 7);
        }
        for per_second in [0.0, -1.0, 1e-6, f64::NAN, f64::NEG_INFINITY] {
            let message = Pace::new(per_second).unwrap_err().to_string();
            assert!(message.contains("per_second"), "{message}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_takes_along_what_is_left_to_wait() {
        let mut pace = Pace::new(1.0).unwrap();
        assert_eq!(pace.next_ms(100_000), 100_000);
        assert_eq!(pace.next_ms(100_400), 101_000);
        assert_eq!(pace.next_ms(40_000), 41_600);
    }

    proptest! {
        #[test]
        fn no_more_begin_in_any_span_than_are_allowed(
            per_second in 0.1f64..5000.0,
            steps in prop::collection::vec(0i64..3000, 1..200),
        ) {
            let mut pace = Pace::new(per_second).unwrap();
            let mut now_ms = 0;
            let mut begun = Vec::new();
            for step_ms in steps {
                now_ms += step_ms;
                let next_ms = pace.next_ms(now_ms);
                prop_assert!(next_ms >= now_ms);
                begun.push(next_ms);
            }
            for (i, first_ms) in begun.iter().enumerate() {
                for (more, last_ms) in begun[i..].iter().enumerate() {
                    // Each time is rounded up to a millisecond.
                    prop_assert!((last_ms - first_ms + 1) as f64 >= more as f64 * 1000.0 / per_second - 1e-6);
                }
            }
        }
    }
}
