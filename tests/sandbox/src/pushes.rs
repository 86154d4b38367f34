//! The push: follow-up records (线索跟进记录) that the service sends to the tenant's own address.

mod courier;
mod delivery;
mod follow_ups;
mod journal;

pub(crate) use self::courier::{Receipt, carry};
pub(crate) use self::follow_ups::FollowUps;
pub(crate) use self::journal::{Journal, JournalEntry};
