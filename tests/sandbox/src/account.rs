//! The one account that the sandbox knows.

/// Who may call, and with which secrets both sides sign.
#[derive(Clone)]
pub struct Account {
    /// Stands in every request's address.
    pub openid: String,
    /// Signs requests.
    pub app_key: String,
    /// Signs pushes.
    pub push_secret: String,
}

impl Default for Account {
    /// The account that every sandbox knows unless it is told of another.
    fn default() -> Self {
        Self {
            openid: "sandbox-openid".to_owned(),
            app_key: "sandbox-app-key".to_owned(),
            push_secret: "sandbox-push-secret".to_owned(),
        }
    }
}

/// The signature of requests and pushes alike: MD5 of the text, the secret and the timestamp, joined by `|`, in
/// lower-case hex.
pub(crate) fn digest(text: &[u8], secret: &str, timestamp: &str) -> String {
    use md5::{Digest, Md5};

    let digest = Md5::new()
        .chain_update(text)
        .chain_update("|")
        .chain_update(secret)
        .chain_update("|")
        .chain_update(timestamp)
        .finalize();
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn the_published_example_gives_the_published_digest() {
        let digest = digest(br#"{"org_status":"1"}"#, "2EV5i30kYI6r7Hz817", "1617206400000");
        assert_eq!(digest, "b7b7d9810bbb0786e9560751dc2b6597");
    }
}
