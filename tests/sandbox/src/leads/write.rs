//! Adding, modifying and removing leads.

use rusqlite::{Transaction, params};
use serde_json::{Map, Value};

use super::lead::{Family, Lead};
use super::merge::merge;
use super::store::{LeadStore, insert, live, update};
use crate::api::{Failure, Operation, Refusal};
use crate::payload::Payload;

/// The request behind a change, kept word for word.
pub(crate) struct Written<'a> {
    pub(crate) operation: Operation,
    pub(crate) msg_id: &'a str,
    pub(crate) body: &'a str,
    pub(crate) at_ms: i64,
}

impl LeadStore {
    /// Adds a lead, and answers its id. Only where codes repeat, it may bring one that another lead has.
    pub(crate) fn add(
        &self,
        family: Family,
        payload: &Payload,
        repeat_codes: bool,
        written: &Written<'_>,
    ) -> Result<String, Failure> {
        self.write(|transaction| {
            if let Some(code) = payload.text("code").filter(|_| !repeat_codes) {
                refuse_taken(transaction, family, "code", code, "线索编码(code)已存在")?;
            }
            if let Some(phone) = unrepeatable_phone(family, payload) {
                refuse_taken(transaction, family, "mobile", phone, "手机号码(mobile)已存在")?;
            }
            let given: Map<String, Value> =
                payload.given().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            let (seq, id) = insert(transaction, family, &given, written.at_ms)?;
            keep(transaction, seq, written)?;
            Ok(id)
        })
    }

    /// Modifies the lead that the payload names.
    pub(crate) fn modify(
        &self,
        family: Family,
        payload: &Payload,
        written: &Written<'_>,
    ) -> Result<(), Failure> {
        self.write(|transaction| {
            let mut lead = named(transaction, family, payload)?.ok_or_else(no_such_lead)?;
            if let Some(code) = payload.text("code")
                && lead.text("code") != Some(code)
            {
                refuse_taken(transaction, family, "code", code, "线索编码(code)已存在")?;
            }
            merge(family, &mut lead.payload, payload);
            update(transaction, &lead, written.at_ms)?;
            keep(transaction, lead.seq, written)?;
            Ok(())
        })
    }

    /// Removes the lead that the payload names. There is one operation for both families, so the classic leads
    /// are looked through first.
    pub(crate) fn remove(&self, payload: &Payload, written: &Written<'_>) -> Result<(), Failure> {
        self.write(|transaction| {
            let lead = match named(transaction, Family::Classic, payload)? {
                Some(lead) => lead,
                None => named(transaction, Family::Apaas, payload)?.ok_or_else(no_such_lead)?,
            };
            if let Some(code) = payload.text("code")
                && lead.text("code") != Some(code)
            {
                return Err(Refusal::new("线索ID(id)与线索编码(code)不是同一条线索").into());
            }
            transaction.execute("UPDATE lead SET removed = 1 WHERE seq = ?1", [lead.seq])?;
            keep(transaction, lead.seq, written)?;
            Ok(())
        })
    }
}

/// The lead that the payload names: by id if it is given, else by code.
fn named(
    transaction: &Transaction<'_>,
    family: Family,
    payload: &Payload,
) -> rusqlite::Result<Option<Lead>> {
    match (payload.id("id"), payload.text("code")) {
        (Some(id), _) => live(transaction, family, "id", &id),
        (None, Some(code)) => live(transaction, family, "code", code),
        (None, None) => Ok(None),
    }
}

fn no_such_lead() -> Refusal {
    Refusal::new("线索不存在")
}

/// The phone number that no other lead may have: the add says so by `mobile_repeat` or `mobile_duplicate`.
fn unrepeatable_phone(family: Family, payload: &Payload) -> Option<&str> {
    let (flag, phone) = match family {
        Family::Classic => ("mobile_repeat", payload.text("mobile")),
        Family::Apaas => (
            "mobile_duplicate",
            payload.members().get("mobile").and_then(|mobile| mobile["phone"].as_str()),
        ),
    };
    phone.filter(|phone| payload.text(flag) == Some("0") && !phone.is_empty())
}

fn refuse_taken(
    transaction: &Transaction<'_>,
    family: Family,
    column: &str,
    value: &str,
    refusal: &str,
) -> Result<(), Failure> {
    match live(transaction, family, column, value)? {
        Some(_) => Err(Refusal::new(refusal).into()),
        None => Ok(()),
    }
}

fn keep(transaction: &Transaction<'_>, lead: i64, written: &Written<'_>) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO written (lead, operation, msg_id, body, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            lead,
            written.operation.name(),
            written.msg_id,
            written.body,
            written.at_ms,
        ])?;
    Ok(())
}
