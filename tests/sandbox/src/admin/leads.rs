//! `/_sandbox/leads`

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::blocking;
use super::error::AdminError;
use super::json_object::JsonObject;
use crate::leads::{Listed, Listing, Samples};
use crate::sandbox::Sandbox;

/// Creates many leads from the specification's examples.
pub(super) async fn create(
    State(sandbox): State<Arc<Sandbox>>,
    JsonObject(samples): JsonObject<Samples>,
) -> Result<Json<Value>, AdminError> {
    let created = blocking(move || sandbox.leads.create(&samples)).await??;
    let created = created.map_err(AdminError::bad_request)?;
    Ok(Json(json!({ "created": created })))
}

/// Lists leads, removed ones too.
pub(super) async fn list(
    State(sandbox): State<Arc<Sandbox>>,
    listing: Result<Query<Listing>, QueryRejection>,
) -> Result<Json<Listed>, AdminError> {
    let Query(listing) =
        listing.map_err(|rejection| AdminError::bad_request(rejection.body_text()))?;
    Ok(Json(blocking(move || sandbox.leads.list(&listing)).await??))
}
