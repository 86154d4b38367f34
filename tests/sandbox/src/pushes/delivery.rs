//! One delivery of a push: the form as it is sent.

use super::journal::Push;
use crate::account::digest;
use crate::clock::second;

/// A push on its way: what to send to its receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to send it, by POST.
    pub url: String,
    /// What it is: a form, `application/x-www-form-urlencoded`.
    pub body: String,
}

/// The form fields of one delivery, signed.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(super) url: String,
    pub(super) msg_id: String,
    pub(super) forged: bool,
    pub(super) sent_ms: i64,
    data_id: String,
    data_type: String,
    data: String,
    /// When the last delivery failed; the first one has none.
    failed_ms: Option<i64>,
    digest: String,
}

impl Delivery {
    /// The first delivery of a push.
    pub(super) fn first(push: &Push, secret: &str, now: i64) -> Self {
        Self::signed(push, secret, now, None)
    }

    /// Another delivery of a push whose last one failed, with a later timestamp and so another signature.
    pub(super) fn again(push: &Push, secret: &str, now: i64) -> Self {
        Self::signed(push, secret, now.max(push.sent_ms + 1), push.failed_ms)
    }

    /// A delivery that pretends to be the service's: either its data was changed after it was signed, or another
    /// secret signed it.
    pub(super) fn forged(push: &Push, secret: &str, now: i64, changed: bool) -> Self {
        let mut delivery = if changed {
            Self::signed(push, secret, now, None)
        } else {
            Self::signed(push, &format!("not-{secret}"), now, None)
        };
        if changed {
            delivery.data = delivery.data.replacen('{', "{\"ext_forged\":\"1\",", 1);
        }
        delivery.msg_id = format!("forged-{}", push.msg_id);
        delivery.forged = true;
        delivery
    }

    fn signed(push: &Push, secret: &str, sent_ms: i64, failed_ms: Option<i64>) -> Self {
        Self {
            url: push.url.clone(),
            msg_id: push.msg_id.clone(),
            forged: false,
            sent_ms,
            data_id: push.data_id.clone(),
            data_type: push.data_type.clone(),
            data: push.data.clone(),
            failed_ms,
            digest: digest(push.data.as_bytes(), secret, &sent_ms.to_string()),
        }
    }

    /// The delivery as it is sent.
    pub(super) fn outgoing(&self) -> Outgoing {
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(self.form()).finish();
        Outgoing { url: self.url.clone(), body }
    }

    /// The form, in the order of the specification's table.
    fn form(&self) -> Vec<(&'static str, String)> {
        const TENANT: &str = "7872470323618986146";

        let status = if self.failed_ms.is_some() { "2" } else { "0" };
        let mut form = vec![
            ("msgId", self.msg_id.clone()),
            ("dataId", self.data_id.clone()),
            ("dataVersion", "001".to_owned()),
            ("dataFormat", "json".to_owned()),
            ("dataSource", "biz".to_owned()),
            ("timestamp", self.sent_ms.to_string()),
            ("status", status.to_owned()),
        ];
        form.extend(self.failed_ms.map(|failed| ("statusTime", second(failed))));
        form.extend([
            ("tenantId", TENANT.to_owned()),
            ("digest", self.digest.clone()),
            ("dataType", self.data_type.clone()),
            ("data", self.data.clone()),
        ]);
        form
    }
}
