//! `/_sandbox/quirks`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::error::AdminError;
use super::json_object::JsonObject;
use crate::quirks::Quirks;
use crate::sandbox::Sandbox;

pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>) -> Json<Quirks> {
    Json(sandbox.quirks())
}

/// Replaces all quirks; what is left out is the default again.
pub(super) async fn replace(
    State(sandbox): State<Arc<Sandbox>>,
    JsonObject(quirks): JsonObject<Quirks>,
) -> Result<Json<Quirks>, AdminError> {
    if quirks.page_cap == 0 {
        return Err(AdminError::bad_request("page_cap must be at least 1"));
    }
    sandbox.replace_quirks(quirks);
    Ok(Json(quirks))
}
