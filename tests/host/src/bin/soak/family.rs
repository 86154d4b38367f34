//! The two families of leads, with their own operations.

use qince_host::Client;
use qince_leads::{
    AddApaasLead, AddLead, Error, ModifyApaasLead, ModifyLead, Query, QueryApaasLeads, QueryLeads,
    Receipt,
};

/// Before any lead of the sandbox was created.
const BEGINNING: &str = "2020-01-01";

/// So few that a scan turns many pages, and that faults hit some of them.
const PAGE_SIZE: u32 = 100;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Family {
    Classic,
    Apaas,
}

/// What is compared of a lead that was found.
pub(crate) struct Found {
    pub(crate) id: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) detail: Option<String>,
}

macro_rules! found {
    ($lead:expr) => {
        Found {
            id: $lead.id().map(str::to_owned),
            code: $lead.code().map(str::to_owned),
            detail: $lead.detail().map(str::to_owned),
        }
    };
}

impl Family {
    pub(crate) const ALL: [Self; 2] = [Self::Classic, Self::Apaas];

    /// The sandbox's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Apaas => "apaas",
        }
    }

    pub(crate) fn add(self, client: &mut Client, code: &str) -> Result<Receipt, Error> {
        match self {
            Self::Classic => client.call(lead(code)),
            Self::Apaas => client.call(apaas_lead(code)),
        }
    }

    /// Modifies the lead's details.
    pub(crate) fn modify(
        self,
        client: &mut Client,
        code: &str,
        detail: &str,
    ) -> Result<Receipt, Error> {
        match self {
            Self::Classic => client.call(ModifyLead::new().code(code).detail(detail)),
            Self::Apaas => client.call(ModifyApaasLead::new().code(code).detail(detail)),
        }
    }

    /// What the service finds by this code.
    pub(crate) fn query(self, client: &mut Client, code: &str) -> Result<Vec<Found>, Error> {
        match self {
            Self::Classic => {
                let page = client.call(QueryLeads::new().code(code))?;
                Ok(page.iter().map(|lead| found!(lead)).collect())
            }
            Self::Apaas => {
                let page = client.call(QueryApaasLeads::new().code(code))?;
                Ok(page.iter().map(|lead| found!(lead)).collect())
            }
        }
    }

    /// The ids of all leads of the family, as a scan hands them out.
    pub(crate) fn scan(self, client: &mut Client) -> Result<Vec<String>, Error> {
        match self {
            Self::Classic => {
                let query = QueryLeads::new().create_time_start(BEGINNING);
                ids(client, query.page_size(PAGE_SIZE))
            }
            Self::Apaas => {
                let query = QueryApaasLeads::new().create_time_start(BEGINNING);
                ids(client, query.page_size(PAGE_SIZE))
            }
        }
    }
}

/// A classic lead to be added.
pub(crate) fn lead(code: &str) -> AddLead {
    AddLead::new().cus_name("示例公司").emp_name("负责人").code(code)
}

/// An aPaaS lead to be added.
pub(crate) fn apaas_lead(code: &str) -> AddApaasLead {
    AddApaasLead::new()
        .company_name("示例公司")
        .allocation_status("0")
        .pool_name("默认线索池")
        .code(code)
}

fn ids<Q: Query>(client: &mut Client, query: Q) -> Result<Vec<String>, Error> {
    let leads = client.scan(query);
    leads.map(|lead| Ok(Q::id(&lead?).unwrap_or_default().to_owned())).collect()
}
