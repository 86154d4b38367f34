//! What a server does for an app without a key.

use qince_leads::{Error, Relayed, SignedRequest};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;

use crate::AccountParts;
use crate::sign::StampParts;
use crate::value::compare;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(rename = "kind")]
    _kind: IgnoredAny,
    account: AccountParts,
    stamp: StampParts,
    allow: Vec<String>,
    path: String,
    body: String,
    expect: Box<RawValue>,
}

impl Case {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let came = match self.relay() {
            Ok(request) => json!({ "url": request.url, "body": request.body }),
            Err(error) => json!({ "error": { "kind": error.code() } }),
        };
        compare(&self.expect, &came.to_string())
    }

    fn relay(&self) -> Result<SignedRequest, Error> {
        let relayed = Relayed::read(&self.path, &self.body, &self.allow)?;
        relayed.sign(&self.account.account()?, self.stamp.now_ms, self.stamp.form())
    }
}
