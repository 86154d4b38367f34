//! How often and how long a call tries.

use crate::error::Error;

/// How often and how long a [`Call`](crate::Call) tries. All times are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// How many requests of an operation are sent at most; one is always sent.
    pub max_attempts: u32,
    /// The delay after the first failed request; it doubles with each further one.
    pub base_delay_ms: u64,
    /// The longest delay, but for one that the service asks for.
    pub max_delay_ms: u64,
    /// How long after the first request a delay may end at the latest; `None` for any time. It bounds delays, not
    /// requests.
    pub deadline_ms: Option<u64>,
    /// By which part of itself a delay is shortened at most, so that many hosts that fail together do not come back
    /// together. A call with one that is no number from 0 to 1 sends nothing.
    pub jitter: f64,
    /// How long to wait at least before an add that may have been carried out is looked for: as long as the service may
    /// take to show what it stored.
    pub settle_delay_ms: u64,
    /// Whether an add that may have been carried out is sent again once a query has not found it. Without it such a call
    /// ends as [`Error::Uncertain`].
    pub resend_adds: bool,
    /// Return codes by which this tenant's service says that it has not carried out a request and that it may be sent
    /// again: a rate limit that comes as HTTP 200, say.
    pub retry_codes: Vec<String>,
    /// Whether the tenant's service echoes message ids: then a reply with another one is another request's.
    pub match_msg_id: bool,
}

impl Default for Policy {
    /// Four attempts, half a second apart at first and 8 seconds at most; no delay ends later than a minute after the
    /// first request.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay_ms: 500,
            max_delay_ms: 8_000,
            deadline_ms: Some(60_000),
            jitter: 0.5,
            settle_delay_ms: 0,
            resend_adds: true,
            retry_codes: Vec::new(),
            match_msg_id: false,
        }
    }
}

impl Policy {
    /// Refuses what no host can mean.
    pub(super) fn check(&self) -> Result<(), Error> {
        if (0.0..=1.0).contains(&self.jitter) {
            return Ok(());
        }
        Err(Error::InvalidAccount("policy: jitter: must be a number from 0 to 1".to_owned()))
    }

    /// The delay after the `failures`th failed request, shortened by a random number from 0 to 1.
    pub(super) fn delay_ms(&self, failures: u32, random: f64) -> u64 {
        let factor = 1u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX);
        let delay = self.base_delay_ms.saturating_mul(factor).min(self.max_delay_ms);
        // What is no number shortens nothing: it becomes 0 as an integer.
        let shortening = self.jitter * random.clamp(0.0, 1.0);
        // Beyond 2^53 the product may be rounded up.
        delay.saturating_sub((delay as f64 * shortening) as u64)
    }

    /// Whether a refusal with this code says that the request was not carried out and may be sent again.
    pub(super) fn is_retry_code(&self, code: &str) -> bool {
        self.retry_codes.iter().any(|known| known == code)
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn a_jitter_is_a_part_of_a_delay() {
        let check = |jitter| Policy { jitter, ..Policy::default() }.check();
        for jitter in [0.0, 0.5, 1.0] {
            check(jitter).unwrap();
        }
        for jitter in [-0.1, 1.1, 7.0, f64::NAN, f64::INFINITY] {
            assert!(check(jitter).unwrap_err().to_string().contains("jitter"));
        }
    }

    #[test]
    fn no_delay_is_longer_for_being_shortened() {
        let whole = Policy { max_delay_ms: u64::MAX, jitter: 1.0, ..Policy::default() };
        for base_delay_ms in [0, 1, (1 << 53) + 3, u64::MAX] {
            let policy = Policy { base_delay_ms, ..whole.clone() };
            assert_eq!(policy.delay_ms(1, 1.0), 0);
            assert!(policy.delay_ms(1, 0.999_999) <= base_delay_ms);
            assert_eq!(policy.delay_ms(1, f64::NAN), base_delay_ms);
        }
    }
}
