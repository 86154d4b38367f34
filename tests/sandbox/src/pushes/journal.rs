//! The pushes so far, and what became of them.

use serde::Serialize;
use serde_json::Value;

use super::deliveries::Deliveries;
use super::delivery::Delivery;

/// A genuine push.
#[derive(Clone)]
pub(crate) struct Push {
    pub(super) msg_id: String,
    pub(super) data_id: String,
    pub(super) data_type: String,
    pub(super) data: String,
    pub(super) url: String,
    /// The timestamp of the last delivery.
    pub(super) sent_ms: i64,
    /// When the last delivery failed, if one did.
    pub(super) failed_ms: Option<i64>,
    attempts: u32,
    acknowledged: bool,
}

impl Push {
    /// A push that is yet to be delivered. Its id is new in every run, since receivers remember ids.
    pub(super) fn new(rng: &mut fastrand::Rng, url: &str, data_type: &str, data: &str) -> Self {
        Self {
            msg_id: format!("{:032x}", rng.u128(..)),
            data_id: rng.u64(1_000_000_000_000_000_000..9_000_000_000_000_000_000).to_string(),
            data_type: data_type.to_owned(),
            data: data.to_owned(),
            url: url.to_owned(),
            sent_ms: 0,
            failed_ms: None,
            attempts: 0,
            acknowledged: false,
        }
    }
}

/// All genuine pushes, in the order in which they were made.
#[derive(Default)]
pub(crate) struct Journal {
    pushes: Vec<Push>,
}

impl Journal {
    /// Enters new pushes.
    pub(crate) fn enter(&mut self, pushes: &[Push]) {
        self.pushes.extend_from_slice(pushes);
    }

    /// Notes what became of a delivery. A push that was acknowledged once stays so.
    pub(super) fn note(&mut self, delivery: &Delivery, acknowledged: bool, now_ms: i64) {
        let mut genuine = self.pushes.iter_mut().filter(|_| !delivery.forged);
        let Some(push) = genuine.find(|push| push.msg_id == delivery.msg_id) else {
            return;
        };
        push.attempts += 1;
        push.sent_ms = delivery.sent_ms;
        push.acknowledged |= acknowledged;
        if !acknowledged {
            push.failed_ms = Some(now_ms);
        }
    }

    /// Deliveries of all the pushes that failed.
    pub(crate) fn redeliveries(&self, secret: &str, now_ms: i64) -> Deliveries {
        let failed =
            self.pushes.iter().filter(|push| !push.acknowledged && push.failed_ms.is_some());
        Deliveries::new(failed.map(|push| Delivery::again(push, secret, now_ms)).collect())
    }

    /// What there is to tell of every push.
    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        self.pushes.iter().map(JournalEntry::of).collect()
    }
}

/// What there is to tell of a push.
#[derive(Serialize)]
pub(crate) struct JournalEntry {
    msg_id: String,
    attempts: u32,
    acknowledged: bool,
    data: Value,
}

impl JournalEntry {
    fn of(push: &Push) -> Self {
        Self {
            msg_id: push.msg_id.clone(),
            attempts: push.attempts,
            acknowledged: push.acknowledged,
            data: serde_json::from_str(&push.data).unwrap_or_default(),
        }
    }
}
