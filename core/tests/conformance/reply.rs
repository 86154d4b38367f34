//! HTTP reply to result.

use anyhow::bail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qince_leads::{
    ApaasLead, Error, Lead, Operation, Page, RawReply, Receipt, Record, match_operation,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::reply_error;
use crate::value::compare;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    op: String,
    status: u16,
    body: Option<String>,
    body_base64: Option<String>,
    expect: Box<RawValue>,
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
            Ok(result) => format!(r#"{{"ok":{result}}}"#),
            Err(error) => json!({ "error": reply_error(&error) }).to_string(),
        };
        compare(&self.expect, &came)
    }
}

fn read<O: Operation>(reply: RawReply) -> Result<String, Error>
where
    O::Output: Dump,
{
    O::read(reply).map(|output| output.dump())
}

/// A result as vectors write it, as JSON text.
pub(crate) trait Dump {
    fn dump(&self) -> String;
}

impl Dump for Receipt {
    fn dump(&self) -> String {
        json!({ "msg_id": self.msg_id, "id": self.id }).to_string()
    }
}

impl Dump for Page<Lead> {
    fn dump(&self) -> String {
        leads(self)
    }
}

impl Dump for Page<ApaasLead> {
    fn dump(&self) -> String {
        leads(self)
    }
}

fn leads<R: Record>(page: &Page<R>) -> String {
    let leads: Vec<_> = page.iter().map(|lead| lead.to_json()).collect();
    format!(r#"{{"leads":[{}]}}"#, leads.join(","))
}
