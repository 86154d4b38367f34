//! The vendor's module of sales leads (销售线索): its operations, one file each, in the order of the vendor's page, and
//! what it pushes.

mod add;
mod add_apaas;
mod follow_up;
mod modify;
mod modify_apaas;
pub(crate) mod pushes;
mod query;
mod query_apaas;
mod remove;

pub use add::{AddLead, LeadExtField};
pub use add_apaas::{AddApaasLead, LeadMobile};
pub use follow_up::FollowUp;
pub use modify::{LeadExtRow, LeadExts, ModifyLead};
pub use modify_apaas::ModifyApaasLead;
pub use pushes::PushData;
pub use query::{Lead, LeadExt, LeadLabel, QueryLeads};
pub use query_apaas::{
    ApaasLead, LeadChoice, LeadFilter, LeadFilterGroup, LeadPhone, LeadPhoto, LeadReference,
    LeadRegion, LeadSort, QueryApaasLeads,
};
pub use remove::RemoveLead;

use crate::endpoint::Endpoint;
use crate::meta::{Allowed, Shape};
use crate::operation::Operation;

/// The module's path in URLs.
const MODULE: &str = "salesleads/v1";

impl Endpoint {
    /// All operations with a table, in the order of the vendor's page.
    pub const ALL: &'static [&'static Self] = &ENDPOINTS;

    /// The operation of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.name == name)
    }

    /// The operation whose payload has this shape.
    #[must_use]
    pub fn taking(shape: &Shape) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|endpoint| endpoint.shape.name == shape.name)
    }
}

/// 手机号码是否能重复, of both adds.
const MAY_REPEAT: &[Allowed] = &[
    Allowed::new("0", "不可以", "the number must be new"),
    Allowed::new("1", "可以", "the number may exist already"),
];

/// 分配状态, of both aPaaS writes.
const ALLOCATION: &[Allowed] = &[
    Allowed::new("1", "已分配", "allocated: the responsible person is required"),
    Allowed::new(
        "0",
        "未分配",
        "not allocated: the pool is required, the responsible person left out",
    ),
];

/// 跟进状态, of both aPaaS writes.
const PROGRESS: &[Allowed] = &[
    Allowed::new("1", "待处理", "to be handled"),
    Allowed::new("2", "跟进中", "being followed up"),
    Allowed::new("5", "已转换", "converted"),
];

/// 线索状态, of both queries.
const STATUS: &[Allowed] = &[
    Allowed::new("1", "待处理", "to be handled"),
    Allowed::new("2", "跟进", "being followed up"),
    Allowed::new("3", "无效", "invalid"),
    Allowed::new("5", "转换", "converted"),
    Allowed::new("6", "未分配", "not allocated"),
];

/// All operations, once: a constant would be repeated wherever it is used.
static ENDPOINTS: [&Endpoint; 7] = [
    AddLead::ENDPOINT,
    AddApaasLead::ENDPOINT,
    ModifyLead::ENDPOINT,
    ModifyApaasLead::ENDPOINT,
    RemoveLead::ENDPOINT,
    QueryLeads::ENDPOINT,
    QueryApaasLeads::ENDPOINT,
];
