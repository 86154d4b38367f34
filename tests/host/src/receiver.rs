//! The webhook that pushes come to.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use qince_leads::{Error, PushEvent, verify_push};

use crate::clock::now_ms;

type Handler = Box<dyn FnMut(&PushEvent) -> Result<(), String> + Send>;

/// Verifies pushes, hands each event to a handler once, and acknowledges it.
///
/// What no secret signed is answered with HTTP 401 and no word more, what is no push with HTTP 400. An event
/// whose handler fails is refused, and so comes again; one that was handled is only acknowledged when it does.
///
/// Which message ids were handled is remembered in memory. A real host stores them with what the handler
/// stores, in one transaction, so that a restart forgets neither.
pub struct Receiver {
    secrets: Vec<String>,
    inbox: Mutex<Inbox>,
}

struct Inbox {
    handled: HashSet<String>,
    handler: Handler,
}

impl Receiver {
    /// A receiver of pushes that one of these secrets signed. The handler returns why it could not handle an
    /// event.
    #[must_use]
    pub fn new(
        secrets: Vec<String>,
        handler: impl FnMut(&PushEvent) -> Result<(), String> + Send + 'static,
    ) -> Self {
        Self {
            secrets,
            inbox: Mutex::new(Inbox { handled: HashSet::new(), handler: Box::new(handler) }),
        }
    }

    /// The webhook, at `/push`.
    pub fn into_router(self) -> Router {
        Router::new().route("/push", post(receive)).with_state(Arc::new(self))
    }

    fn answer(&self, body: &[u8]) -> Response {
        match verify_push(body, &self.secrets, now_ms(), None) {
            Ok(event) => ([(CONTENT_TYPE, "application/json")], self.take(&event)).into_response(),
            Err(Error::BadSignature) => StatusCode::UNAUTHORIZED.into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        }
    }

    fn take(&self, event: &PushEvent) -> String {
        // Held while the handler works, so that a push that comes twice at once is handled once.
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if !inbox.handled.contains(&event.msg_id) {
            if let Err(reason) = (inbox.handler)(event) {
                return event.refuse(&reason);
            }
            inbox.handled.insert(event.msg_id.clone());
        }
        event.acknowledge()
    }
}

async fn receive(State(receiver): State<Arc<Receiver>>, body: Bytes) -> Response {
    receiver.answer(&body)
}
