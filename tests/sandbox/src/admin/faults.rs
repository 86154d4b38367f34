//! `/_sandbox/faults`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::error::AdminError;
use super::json_object::JsonObject;
use crate::faults::{Plan, Report};
use crate::sandbox::Sandbox;

pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>) -> Json<Report> {
    Json(sandbox.with_faults(|faults| faults.report()))
}

/// Replaces the plan; an empty one clears it.
pub(super) async fn replace(
    State(sandbox): State<Arc<Sandbox>>,
    JsonObject(plan): JsonObject<Plan>,
) -> Result<Json<Report>, AdminError> {
    if let Some(complaint) = plan.complaint() {
        return Err(AdminError::bad_request(complaint));
    }
    Ok(Json(sandbox.with_faults(|faults| {
        faults.follow(plan);
        faults.report()
    })))
}
