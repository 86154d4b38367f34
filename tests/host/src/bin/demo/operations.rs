//! All seven operations with the samples of the vendor's page. Only ids that no lead of the sandbox has are
//! replaced by those of the leads that were just added.

use anyhow::{Context, ensure};
use qince_host::StoredLead;
use qince_leads::{
    AddApaasLead, AddLead, ModifyApaasLead, ModifyLead, Operation, QueryApaasLeads, QueryLeads,
    Receipt, RemoveLead, Request,
};

use crate::screen;
use crate::stage::Stage;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../samples/", $name, ".json"))
    };
}

pub(crate) fn show(stage: &mut Stage) -> anyhow::Result<()> {
    let id = add(stage, AddLead::from_json(sample!("add"))?)?;
    let apaas_id = add(stage, AddApaasLead::from_json(sample!("add_apaas"))?)?;

    let modify = ModifyLead::from_json(sample!("modify"))?.id(id.as_str());
    change(stage, modify, &id)?;
    let modify = ModifyApaasLead::from_json(sample!("modify_apaas"))?.id(apaas_id.as_str());
    change(stage, modify, &apaas_id)?;

    query(stage, &id)?;
    query_apaas(stage, &apaas_id)?;

    let lead = change(stage, RemoveLead::from_json(sample!("remove"))?, &id)?;
    ensure!(lead.removed, "the lead was not removed");
    Ok(())
}

/// Adds a lead, and returns its id.
fn add<O: Operation<Output = Receipt>>(stage: &mut Stage, payload: O) -> anyhow::Result<String> {
    let body = payload.to_body()?;
    let receipt = stage.show(payload, describe)??;
    let id = receipt.id.context("the receipt has no id")?;
    written(stage, &id, O::NAME, &body)?;
    Ok(id)
}

/// Modifies or removes a lead, and returns what the sandbox has of it.
fn change<O: Operation<Output = Receipt>>(
    stage: &mut Stage,
    payload: O,
    id: &str,
) -> anyhow::Result<StoredLead> {
    let body = payload.to_body()?;
    stage.show(payload, describe)??;
    written(stage, id, O::NAME, &body)
}

fn describe(receipt: &Receipt) -> String {
    match (&receipt.id, &receipt.msg_id) {
        (Some(id), _) => format!("id {id}"),
        (None, Some(msg_id)) => format!("msg_id {msg_id}"),
        (None, None) => "accepted".to_owned(),
    }
}

/// Makes sure that this body was the last that wrote the lead.
fn written(stage: &Stage, id: &str, operation: &str, body: &str) -> anyhow::Result<StoredLead> {
    let leads = stage.sandbox.leads()?;
    let lead = leads.into_iter().find(|lead| lead.id == id);
    let lead = lead.with_context(|| format!("the sandbox has no lead {id}"))?;
    let last = lead.writes.last().context("nothing wrote the lead")?;
    ensure!(
        last.operation == operation && last.body == body,
        "what wrote lead {id} is not what was sent"
    );
    screen::ok("it arrived word for word, and was carried out");
    Ok(lead)
}

fn query(stage: &mut Stage, id: &str) -> anyhow::Result<()> {
    let sample = QueryLeads::from_json(sample!("query"))?;
    let found = stage.show(sample, |page| format!("{} leads", page.len()))??;
    ensure!(found.is_empty(), "the sample's conditions fit no lead");

    let by_code = QueryLeads::new().code("codezs");
    let found = stage.show(by_code, |page| format!("{} lead", page.len()))??;
    let lead = found.iter().next().context("no lead was found")?;
    ensure!(found.len() == 1 && lead.id() == Some(id), "another lead was found");
    let address = lead.mark_addr().unwrap_or_default();
    ensure!(address == "南京市铁心桥", "the lead was not modified: {address}");
    let name = lead.cus_name().unwrap_or_default();
    screen::ok(format!("lead {id}, {name}, {address}, as modified"));
    Ok(())
}

fn query_apaas(stage: &mut Stage, id: &str) -> anyhow::Result<()> {
    let sample = QueryApaasLeads::from_json(sample!("query_apaas"))?;
    let found = stage.show(sample, |page| format!("{} leads", page.len()))??;
    ensure!(found.is_empty(), "the sample's conditions fit no lead");

    let by_id = QueryApaasLeads::new().id(id);
    let found = stage.show(by_id, |page| format!("{} lead", page.len()))??;
    let lead = found.iter().next().context("no lead was found")?;
    ensure!(found.len() == 1 && lead.id() == Some(id), "another lead was found");
    let name = lead.company_name().unwrap_or_default();
    let phone = lead.mobile().context("the lead has no mobile number")?;
    let phone = phone.phone().unwrap_or_default();
    ensure!(name == "掌控网络", "the lead was not modified: {name}");
    screen::ok(format!("lead {id}, {name}, {phone}, as modified"));
    Ok(())
}
