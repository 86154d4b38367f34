//! Which address leads where.

use std::sync::Arc;

use axum::Router;
use axum::routing::post;

use crate::sandbox::Sandbox;
use crate::{admin, api, pages};

/// The API, the admin surface, and HTML for everything else.
pub(crate) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route(api::ADDRESS, post(api::serve))
        .method_not_allowed_fallback(pages::method_not_allowed)
        .nest("/_sandbox", admin::router())
        .fallback(pages::not_found)
        .with_state(sandbox)
}
