//! The leads: what is kept of each, and how it is searched.

mod apaas_record;
mod classic_record;
mod field_key;
mod id;
mod kept;
mod lead;
mod listing;
mod merge;
mod query_group;
mod samples;
mod search;
mod sorts;
mod store;
mod write;

pub use self::kept::Kept;
pub(crate) use self::lead::Family;
pub(crate) use self::listing::Listing;
pub(crate) use self::samples::Samples;
pub(crate) use self::search::Search;
pub(crate) use self::store::Leads;
pub use self::store::{Keep, KeepError};
pub(crate) use self::write::Written;

/// Leads as queries show them.
pub(crate) mod record {
    pub(crate) use super::apaas_record::record as apaas;
    pub(crate) use super::classic_record::record as classic;
}
