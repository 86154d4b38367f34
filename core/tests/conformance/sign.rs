//! Payload to request.

use anyhow::{Context, bail, ensure};
use qince_leads::dynamic::Payload;
use qince_leads::{Error, Json, Operation, Other, Request, SignedRequest, Stamp, TimestampForm};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::AccountParts;
use crate::operation::with_operation;
use crate::value::{Node, compare_nodes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    op: String,
    path: Option<String>,
    account: AccountParts,
    stamp: StampParts,
    payload: Box<RawValue>,
    expect: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StampParts {
    pub(crate) now_ms: i64,
    pub(crate) msg_id: String,
    form: Option<Form>,
}

impl StampParts {
    pub(crate) fn form(&self) -> TimestampForm {
        match self.form {
            Some(Form::Compact) => TimestampForm::Compact,
            Some(Form::EpochMs) | None => TimestampForm::EpochMs,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    EpochMs,
    Compact,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let signed = if self.op == Other::NAME {
            sign_other(&self)?
        } else {
            ensure!(self.path.is_none(), "only `other` has a path");
            with_operation!(self.op.as_str(), O => sign::<O>(&self), op => bail!("no operation `{op}`"))
        };
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
    account.sign(&O::from_json(case.payload.get())?, &stamp(case))
}

fn sign_other(case: &Case) -> anyhow::Result<Result<SignedRequest, Error>> {
    // Text that is no object has no value of its own here, so it goes the way of a binding.
    let path = case.path.as_deref().context("`other` has a path")?;
    let payload = Payload::other(path, case.payload.get(), true);
    let sign = || case.account.account()?.sign_dynamic(payload, &stamp(case));
    Ok(sign())
}

fn stamp(case: &Case) -> Stamp {
    Stamp::new(case.stamp.now_ms, &case.stamp.msg_id).with_form(case.stamp.form())
}

/// A request to any endpoint.
pub(crate) fn other(path: Option<&str>, payload: &RawValue, repeat: bool) -> anyhow::Result<Other> {
    let path = path.context("`other` has a path")?;
    let other = Other::new(path, Json::parse(payload.get())?);
    Ok(if repeat { other } else { other.once() })
}
