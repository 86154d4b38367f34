//! HTTP reply to result.

use anyhow::bail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qince_leads::{
    ApaasLead, Error, Lead, Operation, Page, RawReply, Receipt, Record, match_operation,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{compare, reply_error};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    op: String,
    status: u16,
    body: Option<String>,
    body_base64: Option<String>,
    expect: Value,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let body = match (self.body, self.body_base64) {
            (Some(body), None) => body.into_bytes(),
            (None, Some(body)) => STANDARD.decode(body)?,
            _ => bail!("either body or body_base64 must be given"),
        };
        let reply = RawReply::new(self.status, body);
        let came = match match_operation!(
            self.op.as_str(),
            O => read::<O>(reply),
            op => bail!("no operation `{op}`"),
        ) {
            Ok(result) => json!({ "ok": result }),
            Err(error) => json!({ "error": reply_error(&error) }),
        };
        compare(&self.expect, &came)
    }
}

fn read<O: Operation>(reply: RawReply) -> Result<Value, Error>
where
    O::Output: Dump,
{
    O::read(reply).map(|output| output.dump())
}

/// A result as vectors write it.
pub(crate) trait Dump {
    fn dump(&self) -> Value;
}

impl Dump for Receipt {
    fn dump(&self) -> Value {
        json!({ "msg_id": self.msg_id, "id": self.id })
    }
}

impl Dump for Page<Lead> {
    fn dump(&self) -> Value {
        leads(self)
    }
}

impl Dump for Page<ApaasLead> {
    fn dump(&self) -> Value {
        leads(self)
    }
}

fn leads<R: Record>(page: &Page<R>) -> Value {
    let leads = page.iter().map(|lead| serde_json::from_str::<Value>(&lead.to_json()).unwrap());
    json!({ "leads": leads.collect::<Vec<_>>() })
}
