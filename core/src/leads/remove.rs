//! `removeSalesLeads` (删除线索数据).

use crate::endpoint::Endpoint;
use crate::leads::MODULE;
use crate::meta::AsNumber;
use crate::operation::Operation;
use crate::payload::{Id, Table, fields};
use crate::reply::Receipt;

fields! {
    /// Removes (voids) a lead.
    payload RemoveLead = "删除线索数据" {
        /// The lead's id; this or `code` is required.
        id: Id = "id", "线索ID", max(40);
        /// The lead's code; this or `id` is required.
        code: String = "code", "线索编码", max(100);
        /// The person who removes it; in the vendor's example only.
        emp_id: String = "emp_id", "员工ID";
        /// The code of the reason; must exist in the tenant.
        reason_id: Id = "reason_id", "作废原因编码", max(40), as_number(AsNumber::Digits);
        /// The reason in words.
        content: String = "content", "作废原因", max(4000);
    }
    rules {
        one_of(id, code);
    }
}

impl Operation for RemoveLead {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "remove", "removeSalesLeads", Self::TABLE);
    type Output = Receipt;
}
