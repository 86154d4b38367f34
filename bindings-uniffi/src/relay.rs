//! What a server does for an app without a key.

use std::sync::Arc;

use qince_leads::Relayed;

use crate::account::{CoreAccount, CoreRequest, timestamp_form};
use crate::error::CoreError;

/// A request of an app, understood and checked.
#[derive(uniffi::Object)]
pub struct CoreRelayed(Relayed);

#[uniffi::export]
impl CoreRelayed {
    /// Reads what an app sent.
    #[uniffi::constructor]
    pub fn read(path: &str, body: &str, allow: Vec<String>) -> Result<Arc<Self>, CoreError> {
        Ok(Arc::new(Self(Relayed::read(path, body, &allow)?)))
    }

    /// The operation's name.
    pub fn operation(&self) -> String {
        self.0.operation().to_owned()
    }

    /// The app's message id.
    pub fn msg_id(&self) -> String {
        self.0.msg_id().to_owned()
    }

    /// The payload as it will be sent, as JSON text.
    pub fn payload(&self) -> String {
        self.0.payload().to_owned()
    }

    /// Signs it for the server's own account.
    pub fn sign(
        &self,
        account: &CoreAccount,
        now_ms: i64,
        compact: bool,
    ) -> Result<CoreRequest, CoreError> {
        let relayed = self.0.clone();
        Ok(relayed.sign(&account.account, now_ms, timestamp_form(compact))?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::CoreStamp;
    use crate::payload::CorePayload;

    #[test]
    fn what_an_app_sends_is_signed_by_the_server() {
        let json = r#"{"empName":"负责人","cus_name":"示例公司"}"#;
        let app = CoreAccount::relay("https://crm.example.com/qince").unwrap();
        let payload = CorePayload::Known { operation: "add".to_owned(), json: json.to_owned() };
        let stamp = CoreStamp { now_ms: 0, msg_id: "m1".to_owned(), compact: false };
        let asked = app.sign(payload, stamp).unwrap();
        let path = asked.url.strip_prefix("https://crm.example.com/qince/").unwrap();

        let relayed = |allow: &str| CoreRelayed::read(path, &asked.body, vec![allow.to_owned()]);
        assert!(matches!(relayed("query"), Err(CoreError::Forbidden { .. })));
        let relayed = relayed("add").unwrap();
        assert_eq!((relayed.operation().as_str(), relayed.msg_id().as_str()), ("add", "m1"));
        assert_eq!(relayed.payload(), json);
        let server = CoreAccount::new("openid", "app key", None).unwrap();
        let request = relayed.sign(&server, 1617206400000, false).unwrap();
        assert!(request.url.contains("/openid/1617206400000/"), "{}", request.redacted_url);
        assert_eq!(request.body, json);
    }
}
