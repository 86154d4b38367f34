//! The admin surface below `/_sandbox/`: how the sandbox is told what to do, and asked what it has seen. It is no
//! part of the service's API.

mod error;
mod faults;
mod json_object;
mod leads;
mod pushes;
mod quirks;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use self::error::AdminError;
use crate::sandbox::Sandbox;
use crate::server::Peer;

/// The routes, without their common prefix.
pub(crate) fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/quirks", put(quirks::replace).get(quirks::show))
        .route("/faults", put(faults::replace).get(faults::show))
        .route("/leads", post(leads::create).get(leads::list))
        .route("/follow-ups", post(pushes::follow_ups))
        .route("/redeliver", post(pushes::redeliver))
        .route("/pushes", get(pushes::list))
        .route("/state", delete(forget))
        .method_not_allowed_fallback(async || {
            AdminError::new(StatusCode::METHOD_NOT_ALLOWED, "another method is meant")
        })
        .fallback(async || AdminError::new(StatusCode::NOT_FOUND, "there is nothing here"))
        .layer(middleware::from_fn(loopback_only))
}

async fn forget(State(sandbox): State<Arc<Sandbox>>) -> Result<Json<Value>, AdminError> {
    blocking(move || sandbox.forget()).await??;
    Ok(Json(json!({})))
}

async fn loopback_only(request: Request, next: Next) -> Response {
    match request.extensions().get::<Peer>() {
        Some(Peer(address)) if address.ip().is_loopback() => next.run(request).await,
        _ => AdminError::new(StatusCode::FORBIDDEN, "only for this machine").into_response(),
    }
}

/// Runs what blocks on a thread of its own.
async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AdminError> {
    Ok(tokio::task::spawn_blocking(act).await?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use crate::account::Account;
    use crate::leads::LeadStore;
    use crate::sandbox::Sandbox;
    use crate::server::Peer;

    async fn status_for(peer: Option<&str>) -> StatusCode {
        let leads = LeadStore::open(Path::new(":memory:")).expect("a database");
        let account =
            Account { openid: String::new(), app_key: String::new(), push_secret: String::new() };
        let router = super::router().with_state(Arc::new(Sandbox::new(account, leads)));
        let mut request = Request::get("/quirks").body(Body::empty()).expect("a request");
        if let Some(address) = peer {
            let address = address.parse().expect("an address");
            request.extensions_mut().insert(Peer(address));
        }
        let response = router.oneshot(request).await.expect("a response");
        response.status()
    }

    #[tokio::test]
    async fn only_this_machine_may_use_the_admin_surface() {
        assert_eq!(status_for(Some("127.0.0.1:50000")).await, StatusCode::OK);
        assert_eq!(status_for(Some("[::1]:50000")).await, StatusCode::OK);
        assert_eq!(status_for(Some("10.0.0.1:50000")).await, StatusCode::FORBIDDEN);
        assert_eq!(status_for(None).await, StatusCode::FORBIDDEN);
    }
}
