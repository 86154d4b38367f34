//! What stands in a request's address, and whether it may come in.

use serde::Deserialize;

use super::Refusal;
use crate::account::{Account, digest};
use crate::clock::{has_shape, is_compact};

/// The variable parts of an address.
#[derive(Deserialize)]
pub(crate) struct Address {
    pub(super) operation: String,
    openid: String,
    timestamp: String,
    digest: String,
    pub(super) msg_id: String,
}

impl Address {
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
