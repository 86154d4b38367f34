//! Adding, modifying and removing leads.

use serde_json::{Map, Value};

use super::kept::{Kept, State, Write};
use super::lead::Family;
use super::merge::merge;
use super::store::{Column, Leads};
use crate::api::{Failure, Operation, Refusal};
use crate::payload::Payload;

/// The request behind a change, kept word for word.
pub(crate) struct Written<'a> {
    pub(crate) operation: Operation,
    pub(crate) msg_id: &'a str,
    pub(crate) body: &'a str,
    pub(crate) at_ms: i64,
    /// Whether queries go on seeing the lead as it was, for a while.
    pub(crate) unseen: bool,
}

impl Write {
    /// What is kept of a request.
    pub(super) fn of(written: &Written<'_>) -> Self {
        Self {
            operation: written.operation.name().to_owned(),
            msg_id: written.msg_id.to_owned(),
            body: written.body.to_owned(),
        }
    }
}

impl Leads {
    /// Adds a lead, and answers its id. Only where codes repeat, it may bring one that another lead has.
    pub(crate) fn add(
        &mut self,
        family: Family,
        payload: &Payload,
        repeat_codes: bool,
        written: &Written<'_>,
    ) -> Result<String, Failure> {
        if let Some(code) = payload.text("code").filter(|_| !repeat_codes) {
            self.refuse_taken(family, Column::Code, code, "线索编码(code)已存在")?;
        }
        if let Some(phone) = unrepeatable_phone(family, payload) {
            self.refuse_taken(family, Column::Mobile, phone, "手机号码(mobile)已存在")?;
        }
        let given: Map<String, Value> =
            payload.given().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        self.create(family, std::iter::once(given), written.at_ms, Some(written))?;
        Ok(self.all().last().map(Kept::id).unwrap_or_default())
    }

    /// Modifies the lead that the payload names.
    pub(crate) fn modify(
        &mut self,
        family: Family,
        payload: &Payload,
        written: &Written<'_>,
    ) -> Result<(), Failure> {
        let kept = self.named(family, payload).ok_or_else(no_such_lead)?;
        let seq = kept.seq;
        let mut lead = kept.unfolded(&kept.now);
        if let Some(code) = payload.text("code")
            && lead.text("code") != Some(code)
        {
            self.refuse_taken(family, Column::Code, code, "线索编码(code)已存在")?;
        }
        merge(family, &mut lead.payload, payload);
        let state = State::new(family, &lead.payload, written.at_ms);
        Ok(self.change(seq, state, written)?)
    }

    /// Removes the lead that the payload names. There is one operation for both families, so the classic leads
    /// are looked through first.
    pub(crate) fn remove(
        &mut self,
        payload: &Payload,
        written: &Written<'_>,
    ) -> Result<(), Failure> {
        let kept = [Family::Classic, Family::Apaas]
            .into_iter()
            .find_map(|family| self.named(family, payload))
            .ok_or_else(no_such_lead)?;
        if let Some(code) = payload.text("code")
            && kept.now.keys.code.as_deref() != Some(code)
        {
            return Err(Refusal::new("线索ID(id)与线索编码(code)不是同一条线索").into());
        }
        let state = State { removed: true, since_ms: written.at_ms, ..kept.now.clone() };
        Ok(self.change(kept.seq, state, written)?)
    }

    /// The lead that the payload names: by id if it is given, else by code.
    fn named(&self, family: Family, payload: &Payload) -> Option<&Kept> {
        match payload.id("id") {
            Some(id) => self.live_by_id(family, &id),
            None => self.live(family, Column::Code, payload.text("code")?),
        }
    }

    fn refuse_taken(
        &self,
        family: Family,
        column: Column,
        value: &str,
        refusal: &str,
    ) -> Result<(), Refusal> {
        match self.live(family, column, value) {
            Some(_) => Err(Refusal::new(refusal)),
            None => Ok(()),
        }
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
