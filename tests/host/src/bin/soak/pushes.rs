//! Pushes, to a receiver that fails at times.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use qince_host::{Delivery, Environment, JournalEntry, LocalServer, Receiver, Sandbox};
use serde_json::json;

use crate::options::Options;
use crate::table::Table;

/// The share of pushes that the receiver fails before they are handled, that many again after that, and the share
/// of events that the handler cannot take.
const FAILING: f64 = 0.1;

/// By then even an unlucky push has been acknowledged.
const MAX_ROUNDS: usize = 100;

pub(crate) struct Pushed {
    deliveries: Vec<Delivery>,
    journal: Vec<JournalEntry>,
    handled: BTreeMap<String, u32>,
}

/// Pushes follow-ups, repeated, shuffled and with forged ones among them, until all are acknowledged.
pub(crate) fn deliver(
    options: &Options,
    environment: &Environment,
    sandbox: &Sandbox,
) -> anyhow::Result<Pushed> {
    let handled = Arc::new(Mutex::new(BTreeMap::new()));
    let webhook = LocalServer::start(failing_webhook(options, environment, Arc::clone(&handled)))?;
    let mut deliveries = sandbox.push(&json!({
        "url": webhook.url("/push"), "count": options.pushes(), "seed": options.seed,
        "repeat": 0.3, "tamper": 0.3, "shuffle": true,
    }))?;
    for _ in 0..MAX_ROUNDS {
        let again = sandbox.redeliver()?;
        if again.is_empty() {
            break;
        }
        deliveries.extend(again);
    }
    let handled = handled.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Pushed { deliveries, journal: sandbox.journal()?, handled })
}

/// A webhook that answers HTTP 500 before and after its work, and whose handler fails, each at times.
fn failing_webhook(
    options: &Options,
    environment: &Environment,
    handled: Arc<Mutex<BTreeMap<String, u32>>>,
) -> axum::Router {
    let mut luck = fastrand::Rng::with_seed(options.seed);
    let failing = Arc::new(Mutex::new(luck.fork()));
    let secrets = vec!["retired".to_owned(), environment.push_secret.clone()];
    let receiver = Receiver::new(secrets, move |event| {
        if luck.f64() < FAILING {
            return Err("the database is busy".to_owned());
        }
        let mut handled = handled.lock().unwrap_or_else(PoisonError::into_inner);
        *handled.entry(event.msg_id.clone()).or_default() += 1;
        Ok(())
    });
    let fail = middleware::from_fn_with_state(failing, fail_at_times);
    receiver.into_router().layer(fail)
}

async fn fail_at_times(
    State(luck): State<Arc<Mutex<fastrand::Rng>>>,
    request: Request,
    next: Next,
) -> Response {
    let drawn = luck.lock().unwrap_or_else(PoisonError::into_inner).f64();
    if drawn < FAILING {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let response = next.run(request).await;
    if drawn < 2.0 * FAILING {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    response
}

impl Pushed {
    /// `wants_faults`: whether pushes must have been forged.
    pub(crate) fn report(&self, table: &mut Table, wants_faults: bool) {
        let (forged, genuine): (Vec<_>, Vec<_>) =
            self.deliveries.iter().partition(|delivery| delivery.forged);
        let failed = genuine.iter().filter(|delivery| !delivery.acknowledged);
        let was_handled = |msg_id: &str| self.handled.contains_key(msg_id);
        let pushes = &self.journal;

        table.number("follow-ups pushed", pushes.len() as u64);
        table.number("  deliveries", genuine.len() as u64);
        table.number("  of them not acknowledged", failed.count() as u64);
        table.number("  handled", self.handled.len() as u64);
        let open = pushes.iter().filter(|push| !push.acknowledged);
        table.none("  never acknowledged", &names(open));
        let lost = pushes.iter().filter(|push| !was_handled(&push.msg_id));
        table.none("  never handled", &names(lost));
        let twice = self.handled.iter().filter(|&(_, &times)| times > 1);
        let twice: Vec<_> = twice.map(|(msg_id, _)| msg_id.clone()).collect();
        table.none("  handled more than once", &twice);

        table.some("forged pushes", forged.len() as u64, wants_faults);
        let status = |status| {
            let with = |delivery: &&&Delivery| delivery.http_status == Some(status);
            forged.iter().filter(with).count() as u64
        };
        table.number("  turned away with HTTP 401", status(401));
        table.number("  met by a failing receiver", status(500));
        let was_taken = |delivery: &&&Delivery| {
            let turned_away = matches!(delivery.http_status, Some(401 | 500));
            !turned_away || delivery.acknowledged || was_handled(&delivery.msg_id)
        };
        let taken = forged.iter().filter(was_taken);
        let taken: Vec<_> = taken.map(|delivery| delivery.msg_id.clone()).collect();
        table.none("  answered otherwise, or handled", &taken);
    }
}

fn names<'j>(pushes: impl Iterator<Item = &'j JournalEntry>) -> Vec<String> {
    pushes.map(|push| push.msg_id.clone()).collect()
}
