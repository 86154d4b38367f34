//! HTTP reply to result.

use anyhow::bail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qince_leads::{
    ApaasLead, Endpoint, Error, Fault, Lead, Operation, Other, Page, RawReply, Receipt, Record,
    Request,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::operation::with_operation;
use crate::reply_error;
use crate::value::{Node, compare_nodes};

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
        let read = if self.op == Other::NAME {
            Endpoint::OTHER.read(reply).map(|outcome| Receipt::from(outcome).dump())
        } else {
            with_operation!(
                self.op.as_str(),
                O => read::<O>(reply),
                op => bail!("no operation `{op}`"),
            )
        };
        let came = match read {
            Ok(result) => format!(r#"{{"ok":{result}}}"#),
            Err(error) => json!({ "error": reply_error(&error) }).to_string(),
        };
        let (mut expected, mut came) = (Node::of(&self.expect)?, Node::read(&came)?);
        for ok in [&mut expected, &mut came].into_iter().filter_map(|node| node.member("ok")) {
            ok.sort_list("faults");
        }
        compare_nodes(&expected, &came)
    }
}

fn read<O: Operation>(reply: RawReply) -> Result<String, Error>
where
    <O as Operation>::Output: Dump,
{
    O::read(reply).map(|output| output.dump())
}

/// A result as vectors write it, as JSON text.
pub(crate) trait Dump {
    fn dump(&self) -> String;
}

impl Dump for Receipt {
    fn dump(&self) -> String {
        let receipt = json!({
            "msg_id": self.msg_id,
            "id": self.id,
            "settled": self.settled.then_some(true),
        });
        let receipt = receipt.to_string();
        match &self.data {
            // Its numbers keep their digits.
            Some(data) => format!("{},\"data\":{}}}", &receipt[..receipt.len() - 1], data.as_str()),
            None => receipt,
        }
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
    format!(r#"{{"leads":[{}],"faults":{}}}"#, leads.join(","), faults(page.faults()))
}

/// Their paths, as a list that is left out where there are none.
pub(crate) fn faults(faults: impl IntoIterator<Item = Fault>) -> String {
    let paths: Vec<_> = faults.into_iter().map(|fault| fault.path).collect();
    if paths.is_empty() { "null".to_owned() } else { json!(paths).to_string() }
}
