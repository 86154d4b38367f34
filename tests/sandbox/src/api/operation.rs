//! The operations and what is known of each.

use serde::Deserialize;

use super::Refusal;
use crate::payload::{self, Payload};

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operation {
    /// `addSalesLeads`
    Add,
    /// `addSalesLeadsForApaas`
    AddApaas,
    /// `modifySalesLeads`
    Modify,
    /// `modifySalesLeadsForApaas`
    ModifyApaas,
    /// `removeSalesLeads`
    Remove,
    /// `querySalesLeads`
    Query,
    /// `querySalesLeadsForApaas`
    QueryApaas,
}

impl Operation {
    /// The operation that stands in an address under this name.
    pub(crate) fn named(segment: &str) -> Option<Self> {
        match segment {
            "addSalesLeads" => Some(Self::Add),
            "addSalesLeadsForApaas" => Some(Self::AddApaas),
            "modifySalesLeads" => Some(Self::Modify),
            "modifySalesLeadsForApaas" => Some(Self::ModifyApaas),
            "removeSalesLeads" => Some(Self::Remove),
            "querySalesLeads" => Some(Self::Query),
            "querySalesLeadsForApaas" => Some(Self::QueryApaas),
            _ => None,
        }
    }

    /// The name by which logs and the admin surface call the operation.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::AddApaas => "add_apaas",
            Self::Modify => "modify",
            Self::ModifyApaas => "modify_apaas",
            Self::Remove => "remove",
            Self::Query => "query",
            Self::QueryApaas => "query_apaas",
        }
    }

    /// Refuses a payload that breaks the operation's parameter table or its rules.
    pub(crate) fn check(self, payload: &Payload) -> Result<(), Refusal> {
        match self {
            Self::Add => payload::add::check(payload),
            Self::AddApaas => payload::add_apaas::check(payload),
            Self::Modify => payload::modify::check(payload),
            Self::ModifyApaas => payload::modify_apaas::check(payload),
            Self::Remove => payload::remove::check(payload),
            Self::Query => payload::query::check(payload),
            Self::QueryApaas => payload::query_apaas::check(payload),
        }
    }
}
