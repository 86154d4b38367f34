//! What drivers talk to: `POST /runs`, `POST /runs/{run}`, `GET /matrix`, `GET /ca.pem`.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::judge::{self, Judgement, Report, Tally};
use crate::runs::{Kind, Run, Setting, Wanted};

/// What runs have said so far.
struct Control {
    setting: Setting,
    /// Where the matrix is written after each run.
    matrix_file: Option<PathBuf>,
    runs: Mutex<Runs>,
}

#[derive(Default)]
struct Runs {
    count: u32,
    open: HashMap<u32, Run>,
    matrix: BTreeMap<String, Column>,
}

/// What is known of a transport.
#[derive(Clone, Default, Serialize)]
struct Column {
    /// Whether each case was as expected.
    cases: BTreeMap<String, bool>,
    peak_mib: Option<f64>,
    chaos: Option<Tally>,
    failed: Vec<String>,
}

/// What goes wrong is said in the body.
struct Failed(anyhow::Error);

type Answer<T> = Result<T, Failed>;

pub(crate) fn router(setting: Setting, matrix_file: Option<PathBuf>) -> Router {
    let control = Arc::new(Control { setting, matrix_file, runs: Mutex::default() });
    Router::new()
        .route("/runs", post(begin).options(allow))
        .route("/runs/{run}", post(end).options(allow))
        .route("/matrix", get(matrix))
        .route("/ca.pem", get(ca))
        .layer(map_response(for_pages))
        .with_state(control)
}

async fn begin(
    State(control): State<Arc<Control>>,
    Json(wanted): Json<Wanted>,
) -> Answer<Json<Value>> {
    let number = {
        let mut runs = control.runs();
        runs.count += 1;
        runs.count
    };
    let run = Run::begin(number, wanted, &control.setting).await?;
    let task = serde_json::to_value(run.task(number, &control.setting))?;
    control.runs().open.insert(number, run);
    Ok(Json(task))
}

async fn end(
    State(control): State<Arc<Control>>,
    Path(number): Path<u32>,
    Json(report): Json<Report>,
) -> Answer<Json<Judgement>> {
    let run = control.runs().open.remove(&number);
    let run = run.with_context(|| format!("run {number} is not under way"))?;
    let peak_mib = report.peak_mib;
    let judgement = judge::judge(&run, report, &control.setting).await?;
    control.note(&run, &judgement, peak_mib);
    if let Some(file) = &control.matrix_file {
        fs::write(file, control.matrix().to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(Json(judgement))
}

async fn matrix(State(control): State<Arc<Control>>) -> Json<Value> {
    Json(control.matrix())
}

async fn ca(State(control): State<Arc<Control>>) -> String {
    control.setting.authority.pem.clone()
}

async fn allow() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// A page may ask, wherever it comes from.
async fn for_pages(mut response: Response) -> Response {
    let allowed = [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_METHODS,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
    ];
    for name in allowed {
        response.headers_mut().insert::<HeaderName>(name, header::HeaderValue::from_static("*"));
    }
    response
}

impl Control {
    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what came of a run.
    fn note(&self, run: &Run, judgement: &Judgement, peak_mib: Option<f64>) {
        let mut runs = self.runs();
        let column = runs.matrix.entry(run.transport.clone()).or_default();
        for case in &run.cases {
            let is_as_expected = !judgement.failed_cells.contains(&case.id);
            column.cases.insert(case.id.clone(), is_as_expected);
        }
        column.failed.extend(judgement.failed.iter().cloned());
        match run.kind {
            Kind::Table => {}
            // Where all of them are left out, nothing was measured.
            Kind::Bounds => column.peak_mib = peak_mib.filter(|_| !run.cases.is_empty()),
            Kind::Chaos => column.chaos.clone_from(&judgement.chaos),
        }
    }

    /// What came of all runs, by transport, with the exceptions of each.
    fn matrix(&self) -> Value {
        let runs = self.runs();
        let columns = runs.matrix.iter().map(|(transport, column)| {
            let cells = self.setting.table.cells(transport).into_iter();
            let exceptions: BTreeMap<_, _> = cells
                .filter_map(|cell| {
                    let (kind, why) = cell.exception?;
                    Some((cell.row.fault.name(), json!({ "kind": kind, "why": why })))
                })
                .collect();
            (transport.clone(), json!({ "runs": column, "exceptions": exceptions }))
        });
        Value::Object(columns.collect())
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let error = json!({ "error": format!("{:#}", self.0) });
        (StatusCode::BAD_REQUEST, Json(error)).into_response()
    }
}
