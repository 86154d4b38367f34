//! What the service pushes: the data types that are known, and the records that their data are.

use crate::json::Json;
use crate::leads::FollowUp;
use crate::meta::Shape;
use crate::record::{Fault, Record, Row};

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

    /// What of a record is not as the vendor documents it; of other data nothing.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            Self::FollowUp(follow_up) => follow_up.faults().collect(),
            Self::Other(_) => Vec::new(),
        }
    }
}

/// A push that the service is known to send.
#[derive(Debug)]
#[non_exhaustive]
pub struct Push {
    /// Its `dataType`, such as `salesLeads_follow`.
    pub data_type: &'static str,
    /// What its data are.
    pub shape: &'static Shape,
    pub(crate) data: fn(Row) -> PushData,
}

impl Push {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self {
        data_type: "salesLeads_follow",
        shape: FollowUp::SHAPE,
        data: |row| PushData::FollowUp(FollowUp::at(row)),
    }];
}
