//! From a request to what it changes or finds.

use super::address::Address;
use super::reply::{Outcome, Reply};
use super::{Failure, Operation};
use crate::clock::now_ms;
use crate::leads::{Family, LeadStore, Search, Written, record};
use crate::payload::Payload;
use crate::quirks::Quirks;
use crate::sandbox::Sandbox;

/// Checks the request, carries it out and words the reply. The error is the sandbox's own.
pub(super) fn reply(
    sandbox: &Sandbox,
    operation: Operation,
    address: &Address,
    body: &[u8],
) -> rusqlite::Result<Reply> {
    let quirks = sandbox.quirks();
    let outcome = match carry_out(sandbox, operation, address, body, &quirks) {
        Ok(outcome) => outcome,
        Err(Failure::Refused(refusal)) => Outcome::Refused(refusal),
        Err(Failure::Broken(error)) => return Err(error),
    };
    Ok(Reply::new(outcome, &address.msg_id, &quirks))
}

fn carry_out(
    sandbox: &Sandbox,
    operation: Operation,
    address: &Address,
    body: &[u8],
    quirks: &Quirks,
) -> Result<Outcome, Failure> {
    address.check(&sandbox.account, body)?;
    let (payload, text) = Payload::parse(body)?;
    operation.check(&payload)?;

    let leads = &sandbox.leads;
    let written = Written { operation, msg_id: &address.msg_id, body: text, at_ms: now_ms() };
    let add =
        |family| leads.add(family, &payload, quirks.repeat_codes, &written).map(Outcome::Added);
    match operation {
        Operation::Add => add(Family::Classic),
        Operation::AddApaas => add(Family::Apaas),
        Operation::Modify => {
            leads.modify(Family::Classic, &payload, &written).map(|()| Outcome::Changed)
        }
        Operation::ModifyApaas => {
            leads.modify(Family::Apaas, &payload, &written).map(|()| Outcome::Changed)
        }
        Operation::Remove => leads.remove(&payload, &written).map(|()| Outcome::Changed),
        Operation::Query => find(leads, Family::Classic, &payload, quirks.page_cap),
        Operation::QueryApaas => find(leads, Family::Apaas, &payload, quirks.page_cap),
    }
}

fn find(
    leads: &LeadStore,
    family: Family,
    payload: &Payload,
    page_cap: u32,
) -> Result<Outcome, Failure> {
    let search = Search::parse(family, payload, page_cap)?;
    let found = leads.find(&search)?;
    let records = found.iter().map(|lead| match family {
        Family::Classic => record::classic(lead),
        Family::Apaas => record::apaas(lead),
    });
    Ok(Outcome::Found(records.collect()))
}
