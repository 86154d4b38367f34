//! From a request to what it changes or finds.

use super::address::Address;
use super::envelope::{Envelope, Outcome};
use super::{Failure, Operation};
use crate::leads::{Family, KeepError, Leads, Search, Written, record};
use crate::payload::Payload;
use crate::quirks::Quirks;
use crate::sandbox::Sandbox;

/// Checks the request, carries it out and words the reply. The error is the sandbox's own.
pub(super) fn envelope(
    sandbox: &mut Sandbox,
    now_ms: i64,
    operation: Operation,
    address: &Address,
    body: &[u8],
) -> Result<Envelope, KeepError> {
    let outcome = match carry_out(sandbox, now_ms, operation, address, body) {
        Ok(outcome) => outcome,
        Err(Failure::Refused(refusal)) => Outcome::Refused(refusal),
        Err(Failure::Broken(error)) => return Err(error),
    };
    Ok(Envelope::new(outcome, &address.msg_id, &sandbox.quirks))
}

fn carry_out(
    sandbox: &mut Sandbox,
    now_ms: i64,
    operation: Operation,
    address: &Address,
    body: &[u8],
) -> Result<Outcome, Failure> {
    address.check(&sandbox.account, body)?;
    let (payload, text) = Payload::parse(body)?;
    operation.check(&payload)?;

    let Sandbox { leads, quirks, .. } = sandbox;
    let written = Written {
        operation,
        msg_id: &address.msg_id,
        body: text,
        at_ms: now_ms,
        unseen: quirks.visible_after_ms > 0,
    };
    match operation {
        Operation::Add => add(leads, Family::Classic, &payload, quirks, &written),
        Operation::AddApaas => add(leads, Family::Apaas, &payload, quirks, &written),
        Operation::Modify => {
            leads.modify(Family::Classic, &payload, &written).map(|()| Outcome::Changed)
        }
        Operation::ModifyApaas => {
            leads.modify(Family::Apaas, &payload, &written).map(|()| Outcome::Changed)
        }
        Operation::Remove => leads.remove(&payload, &written).map(|()| Outcome::Changed),
        Operation::Query => find(leads, Family::Classic, &payload, quirks, now_ms),
        Operation::QueryApaas => find(leads, Family::Apaas, &payload, quirks, now_ms),
    }
}

fn add(
    leads: &mut Leads,
    family: Family,
    payload: &Payload,
    quirks: &Quirks,
    written: &Written<'_>,
) -> Result<Outcome, Failure> {
    let repeat_codes = quirks.repeat_codes.contains(&family);
    leads.add(family, payload, repeat_codes, written).map(Outcome::Added)
}

fn find(
    leads: &Leads,
    family: Family,
    payload: &Payload,
    quirks: &Quirks,
    now_ms: i64,
) -> Result<Outcome, Failure> {
    let search = Search::parse(family, payload, quirks.page_cap)?;
    let seen_until = (quirks.visible_after_ms > 0)
        .then(|| now_ms.saturating_sub_unsigned(quirks.visible_after_ms));
    let records = leads.find(&search, seen_until).into_iter().map(|lead| match family {
        Family::Classic => record::classic(&lead),
        Family::Apaas => record::apaas(&lead),
    });
    Ok(Outcome::Found(records.collect()))
}
