//! What is refused: by the core, before anything is sent, and by the service.

use anyhow::{bail, ensure};
use qince_leads::{AddLead, Error, LeadExtField, Operation, Request};

use crate::screen;
use crate::stage::Stage;

pub(crate) fn show_invalid(stage: &mut Stage) -> anyhow::Result<()> {
    let lead = AddLead::new()
        .cus_name("客".repeat(101))
        .mobile_repeat("2")
        .exts([LeadExtField::new().salesleads_ext_value("没有key")]);
    screen::line(AddLead::NAME, "given", lead.to_json());
    let before = stage.sandbox.faults()?.requests;
    let Err(Error::InvalidPayload(invalid)) = stage.client.call(lead) else {
        bail!("the payload was not refused");
    };
    for (number, violation) in (1..).zip(&invalid.violations) {
        screen::line("", &format!("{number}"), violation);
    }
    ensure!(invalid.violations.len() == 4, "{} violations were reported", invalid.violations.len());
    ensure!(stage.attempts().is_empty(), "the observer saw an attempt");
    ensure!(stage.sandbox.faults()?.requests == before, "a request was sent");
    screen::ok("all four at once, and no request came to the sandbox");
    Ok(())
}

pub(crate) fn show_rejected(stage: &mut Stage) -> anyhow::Result<()> {
    let lead = AddLead::new().cus_name("示例公司").emp_name("负责人").code("P1");
    let Err(Error::Rejected(rejected)) = stage.show(lead, |_| "accepted".to_owned())? else {
        bail!("the service did not refuse");
    };
    ensure!(rejected.code == "1", "the service's code is {}", rejected.code);
    ensure!(stage.sandbox.leads_with_code("P1")?.len() == 1, "the code was given twice");
    screen::ok("not sent again, and still one lead has the code");
    Ok(())
}
