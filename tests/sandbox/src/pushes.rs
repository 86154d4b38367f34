//! The push: follow-up records (线索跟进记录) that the service sends to the tenant's own address.

mod deliveries;
mod delivery;
mod follow_ups;
mod journal;

pub use self::deliveries::Answer;
pub(crate) use self::deliveries::Deliveries;
pub use self::delivery::Outgoing;
pub(crate) use self::follow_ups::FollowUps;
pub(crate) use self::journal::Journal;
