//! The seven operations of the API.

mod address;
mod carry_out;
mod operation;
mod refusal;
mod reply;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use tokio::task::JoinError;

pub(crate) use self::operation::Operation;
pub(crate) use self::refusal::{Failure, Refusal};

use self::address::Address;
use self::reply::Reply;
use crate::faults::{Fault, Faults};
use crate::sandbox::Sandbox;
use crate::server::CloseConnection;
use crate::{log, pages};

/// Where the operations stand.
pub(crate) const ADDRESS: &str =
    "/api/salesleads/v1/{operation}/{openid}/{timestamp}/{digest}/{msg_id}";

/// Answers a request, with whatever fault it meets.
pub(crate) async fn serve(
    State(sandbox): State<Arc<Sandbox>>,
    address: Result<Path<Address>, PathRejection>,
    body: Bytes,
) -> Response {
    // An address that is no text stands for nothing either.
    let Ok(Path(address)) = address else {
        return pages::not_found().await;
    };
    let Some(operation) = Operation::named(&address.operation) else {
        return pages::not_found().await;
    };
    let (fault, delay) = sandbox.with_faults(|faults| (faults.take(operation), faults.delay()));
    if let Some(response) = instead_of_carrying_out(fault) {
        return response;
    }

    let worker = {
        let sandbox = Arc::clone(&sandbox);
        move || carry_out::reply(&sandbox, operation, &address, &body)
    };
    let carried_out = match fault {
        Fault::Late => hold_back(sandbox, delay, worker).await,
        _ => tokio::task::spawn_blocking(worker).await,
    };
    match carried_out {
        Ok(Ok(reply)) => {
            if fault == Fault::Slow {
                tokio::time::sleep(delay).await;
            }
            after_carrying_out(fault, reply)
        }
        Ok(Err(error)) => broken(&error),
        Err(panic) => broken(&panic),
    }
}

/// Lets some time pass before the work is done, which happens also where the client has left meanwhile: a task
/// of its own does not end with the connection.
async fn hold_back<T: Send + 'static>(
    sandbox: Arc<Sandbox>,
    delay: Duration,
    worker: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let held_back = tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        let done = tokio::task::spawn_blocking(worker).await;
        sandbox.with_faults(Faults::let_through);
        done
    });
    held_back.await.flatten()
}

fn instead_of_carrying_out(fault: Fault) -> Option<Response> {
    match fault {
        Fault::DropBefore => Some(closed_connection()),
        Fault::Error500 => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Fault::BadGateway => Some(pages::page(StatusCode::BAD_GATEWAY)),
        Fault::TooMany => {
            Some((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response())
        }
        Fault::None
        | Fault::DropAfter
        | Fault::Error500After
        | Fault::Truncated
        | Fault::Slow
        | Fault::Late
        | Fault::Gzip => None,
    }
}

fn after_carrying_out(fault: Fault, reply: Reply) -> Response {
    match fault {
        Fault::DropAfter => closed_connection(),
        Fault::Error500After => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Fault::Truncated => reply.cut_in_half().into_response(),
        Fault::Gzip => reply.compressed().into_response(),
        _ => reply.into_response(),
    }
}

fn closed_connection() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CloseConnection);
    response
}

/// The sandbox itself failed, which is no fault that was asked for.
fn broken(error: &dyn std::error::Error) -> Response {
    log::failure(error);
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
