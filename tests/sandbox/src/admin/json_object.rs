//! The body of an admin request.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::AdminError;

/// A JSON object, whatever its content type; no body stands for an empty object.
pub(super) struct JsonObject<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonObject<T> {
    type Rejection = AdminError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| AdminError::new(rejection.status(), rejection.body_text()))?;
        parse(&body).map(Self).map_err(|error| AdminError::bad_request(error.to_string()))
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    let members: Map<String, Value> = match body {
        b"" => Map::new(),
        body => serde_json::from_slice(body)?,
    };
    serde_json::from_value(Value::Object(members))
}
