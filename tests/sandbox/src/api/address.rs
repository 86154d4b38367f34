//! What stands in a request's address, and whether it may come in.

use super::{Operation, Refusal};
use crate::account::{Account, digest};
use crate::clock::{has_shape, is_compact};
use crate::http::decoded;

/// Where the operations stand.
const PREFIX: &str = "/api/salesleads/v1/";

/// The variable parts of an address, but for the operation.
pub(crate) struct Address {
    openid: String,
    timestamp: String,
    digest: String,
    pub(super) msg_id: String,
}

impl Address {
    /// The operation and what follows it; `None` for a path that no operation stands at.
    pub(super) fn read(path: &str) -> Option<(Operation, Self)> {
        let segments =
            path.strip_prefix(PREFIX)?.split('/').map(decoded).collect::<Option<Vec<_>>>()?;
        let [operation, openid, timestamp, digest, msg_id] =
            <[String; 5]>::try_from(segments).ok()?;
        let operation = Operation::named(&operation)?;
        Some((operation, Self { openid, timestamp, digest, msg_id }))
    }

    /// Refuses an openid that is not known, a timestamp in neither form, and a digest that is not the body's.
    pub(super) fn check(&self, account: &Account, body: &[u8]) -> Result<(), Refusal> {
        if self.openid != account.openid {
            return Err(Refusal::new("openid不存在"));
        }
        if !has_shape(&self.timestamp, "ddddddddddddd") && !is_compact(&self.timestamp) {
            return Err(Refusal::new("时间戳格式错误:应为13位毫秒数或yyyyMMddHHmmss"));
        }
        if self.digest != digest(body, &account.app_key, &self.timestamp) {
            return Err(Refusal::new("签名校验失败"));
        }
        Ok(())
    }
}
