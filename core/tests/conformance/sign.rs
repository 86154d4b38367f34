//! Payload to request.

use anyhow::bail;
use qince_leads::{Error, Operation, SignedRequest, Stamp, TimestampForm, match_operation};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::AccountParts;
use crate::value::{Node, compare_nodes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    op: String,
    account: AccountParts,
    stamp: StampParts,
    payload: Box<RawValue>,
    expect: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StampParts {
    now_ms: i64,
    msg_id: String,
    form: Option<Form>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    EpochMs,
    Compact,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let signed = match_operation!(self.op.as_str(), O => sign::<O>(&self), op => bail!("no operation `{op}`"));
        let came = match signed {
            Ok(request) => json!({ "url": request.url, "body": request.body }),
            Err(Error::InvalidPayload(error)) => {
                let violations = error.violations.iter().map(
                    |violation| json!({ "path": violation.path, "rule": violation.rule.name() }),
                );
                json!({ "violations": violations.collect::<Vec<_>>() })
            }
            Err(error) => json!({ "error": error.code() }),
        };
        let (mut expected, mut came) = (Node::of(&self.expect)?, Node::read(&came.to_string())?);
        // Violations stand in any order.
        expected.sort_list("violations");
        came.sort_list("violations");
        compare_nodes(&expected, &came)
    }
}

fn sign<O: Operation>(case: &Case) -> Result<SignedRequest, Error> {
    let account = case.account.account()?;
    let form = match case.stamp.form {
        Some(Form::Compact) => TimestampForm::Compact,
        Some(Form::EpochMs) | None => TimestampForm::EpochMs,
    };
    let stamp = Stamp::new(case.stamp.now_ms, &case.stamp.msg_id).with_form(form);
    account.sign(&O::from_json(case.payload.get())?, &stamp)
}
