//! `/_sandbox/follow-ups`, `/_sandbox/redeliver`, `/_sandbox/pushes`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::blocking;
use super::error::AdminError;
use super::json_object::JsonObject;
use crate::pushes::{FollowUps, JournalEntry, Receipt, carry};
use crate::sandbox::Sandbox;

/// A list of what there is to tell of pushes.
#[derive(Serialize)]
pub(super) struct Pushes<T> {
    pushes: Vec<T>,
}

/// Makes follow-up records, pushes them, and waits for what becomes of them.
pub(super) async fn follow_ups(
    State(sandbox): State<Arc<Sandbox>>,
    JsonObject(follow_ups): JsonObject<FollowUps>,
) -> Result<Json<Pushes<Receipt>>, AdminError> {
    if let Some(complaint) = follow_ups.complaint() {
        return Err(AdminError::bad_request(complaint));
    }
    let pushes = follow_ups.pushes();
    let deliveries = follow_ups.deliveries(&pushes, &sandbox.account.push_secret);
    sandbox.with_pushes(|journal| journal.enter(&pushes));
    let pushes = blocking(move || carry(&sandbox, &deliveries)).await?;
    Ok(Json(Pushes { pushes }))
}

/// Takes no members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Delivers every push that failed again.
pub(super) async fn redeliver(
    State(sandbox): State<Arc<Sandbox>>,
    JsonObject(Nothing {}): JsonObject<Nothing>,
) -> Result<Json<Pushes<Receipt>>, AdminError> {
    let secret = &sandbox.account.push_secret;
    let deliveries = sandbox.with_pushes(|journal| journal.redeliveries(secret));
    let pushes = blocking(move || carry(&sandbox, &deliveries)).await?;
    Ok(Json(Pushes { pushes }))
}

/// Lists all genuine pushes.
pub(super) async fn list(State(sandbox): State<Arc<Sandbox>>) -> Json<Pushes<JournalEntry>> {
    Json(Pushes { pushes: sandbox.with_pushes(|journal| journal.entries()) })
}
