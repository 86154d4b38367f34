//! The service's operations, one file each, in the order of the vendor's page.

mod add;
mod add_apaas;
mod endpoint;
mod modify;
mod modify_apaas;
mod query;
mod query_apaas;
mod remove;

pub use add::{AddLead, ExtField};
pub use add_apaas::{AddApaasLead, Mobile};
pub use endpoint::{Endpoint, Paging};
pub use modify::{ExtRow, Exts, ModifyLead};
pub use modify_apaas::ModifyApaasLead;
pub use query::{Label, Lead, LeadExt, QueryLeads};
pub use query_apaas::{
    ApaasLead, Choice, Filter, FilterGroup, Phone, Photo, QueryApaasLeads, Reference, Region, Sort,
};
pub use remove::RemoveLead;

use crate::error::Error;
use crate::meta::{Allowed, Shape};
use crate::payload::dynamic::Payload;
use crate::record::Record;
use crate::reply::{Outcome, Page, RawReply};

/// Hands the payload types of all operations to a macro, in brackets behind whatever else it is given.
///
/// For code that treats all operations alike: whatever lists them lists them from here.
#[macro_export]
macro_rules! with_operations {
    ($($callback:ident)::+ { $($given:tt)* }) => {
        $($callback)::+! {
            $($given)*
            [AddLead AddApaasLead ModifyLead ModifyApaasLead RemoveLead QueryLeads QueryApaasLeads]
        }
    };
}

/// Evaluates an expression with the payload type of the operation of a name.
///
/// ```
/// use qince_leads::{Operation, match_operation};
///
/// let path = |name: &str| match_operation!(name, O => Some(O::PATH), _ => None);
/// assert_eq!(path("add"), Some("addSalesLeads"));
/// assert_eq!(path("adds"), None);
/// ```
#[macro_export]
macro_rules! match_operation {
    ($name:expr, $payload:ident => $known:expr, $other:pat => $unknown:expr $(,)?) => {
        $crate::with_operations! {
            $crate::match_operation { @arms $name, $payload => $known, $other => $unknown, }
        }
    };
    (
        @arms $name:expr, $payload:ident => $known:expr, $other:pat => $unknown:expr,
        [$($operation:ident)+]
    ) => {
        match $name {
            $(<$crate::$operation as $crate::Operation>::NAME => {
                type $payload = $crate::$operation;
                $known
            })+
            $other => $unknown,
        }
    };
}

/// One operation of the service, by the payload that it sends.
///
/// This is all that signing, calls and bindings know of an operation; the rest stands in its own file.
pub trait Operation: Sized + 'static {
    /// The operation as data.
    const ENDPOINT: &'static Endpoint;
    /// The operation's name in this SDK, such as `add`.
    const NAME: &'static str = Self::ENDPOINT.name;
    /// The operation's name in the URL, such as `addSalesLeads`.
    const PATH: &'static str = Self::ENDPOINT.path;
    /// The vendor's parameter table.
    const SHAPE: &'static Shape = Self::ENDPOINT.shape;
    /// What the service answers.
    type Output: Clone + From<Outcome>;

    /// Reads a payload from JSON with the vendor's names; `extra` holds members that are to be sent
    /// after the known ones.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] where a value has the wrong type or a member is unknown; then it lists
    /// the violations of all other rules too. A payload of the right shape is returned whatever rules
    /// it breaks: [`to_body`](Self::to_body) and signing judge that.
    fn from_json(json: &str) -> Result<Self, Error>;

    /// Writes the payload as JSON with the vendor's names: what [`from_json`](Self::from_json) reads.
    fn to_json(&self) -> String;

    /// Checks every rule and writes the body of the request: compact JSON, members in the order of the
    /// vendor's table, `extra` last.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations.
    fn to_body(&self) -> Result<String, Error>;

    /// Reads the service's reply.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`], [`Error::HttpStatus`] or [`Error::Malformed`].
    fn read(reply: RawReply) -> Result<Self::Output, Error> {
        Self::ENDPOINT.read(reply).map(Into::into)
    }

    /// The payload, whatever its operation.
    #[doc(hidden)]
    fn to_dynamic(&self) -> Payload;
}

/// A query, whose reply is a page of records.
pub trait Query: Operation<Output = Page<Self::Record>> + Clone {
    /// What a page holds.
    type Record: Record;

    /// Which page the payload asks for, and how many records it is to hold.
    fn page(&self) -> (Option<i64>, Option<i64>);

    /// The same query for another page, from 1, of at most this many records.
    #[must_use]
    fn with_page(self, page: i64, page_size: i64) -> Self;

    /// A record's id.
    fn id(record: &Self::Record) -> Option<&str>;
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
