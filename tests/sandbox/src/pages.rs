//! The HTML that a web server in front of the service answers with.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// An address that nothing stands behind.
pub(crate) async fn not_found() -> Response {
    page(StatusCode::NOT_FOUND)
}

/// An address of the API, but another method than POST.
pub(crate) async fn method_not_allowed() -> Response {
    page(StatusCode::METHOD_NOT_ALLOWED)
}

/// A page that says no more than its status.
pub(crate) fn page(status: StatusCode) -> Response {
    let html = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(CONTENT_TYPE, "text/html;charset=utf-8")], html).into_response()
}
