//! Runs: what a driver is told to do, and what it says of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::certificates::Authority;
use crate::fault::{Fault, Front};
use crate::front::{self, Open};
use crate::peer::{self, Connections, Peer, Plan};
use crate::table::{Cell, ExceptionKind, Table};
use crate::upstream::Upstream;

/// How long a driver is told to wait on an idle connection.
const PAUSE_MS: u64 = 300;

/// How many adds a driver of chaos makes where it does not say.
const ADDS: usize = 500;

/// What every run needs.
pub(crate) struct Setting {
    pub(crate) upstream: Upstream,
    pub(crate) openid: String,
    pub(crate) app_key: String,
    pub(crate) table: Table,
    pub(crate) authority: Authority,
    pub(crate) ca_file: PathBuf,
}

/// What is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Each fault of the table once with a code and once without.
    #[default]
    Table,
    /// Those that take memory.
    Bounds,
    /// Faults by chance.
    Chaos,
}

/// What a driver asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    pub(crate) transport: String,
    #[serde(default)]
    pub(crate) kind: Kind,
    adds: Option<usize>,
    seed: Option<u64>,
}

/// A run that has begun.
pub(crate) struct Run {
    pub(crate) transport: String,
    pub(crate) kind: Kind,
    pub(crate) cases: Vec<Case>,
    pub(crate) chaos: Option<Chaos>,
}

/// A fault, met by an add with a code or without.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) cell: Arc<Cell>,
    pub(crate) lead: Lead,
    pub(crate) peer: Arc<Peer>,
    pub(crate) open: Open,
}

/// Faults by chance, met by many adds.
pub(crate) struct Chaos {
    pub(crate) leads: Vec<Lead>,
    pub(crate) peer: Arc<Peer>,
    open: Open,
}

/// What is to be added.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Lead {
    pub(crate) cus_name: String,
    emp_name: String,
    pub(crate) code: Option<String>,
}

/// What a driver is told.
#[derive(Serialize)]
pub(crate) struct Task<'a> {
    run: u32,
    openid: &'a str,
    app_key: &'a str,
    timeout_ms: u64,
    connect_timeout_ms: u64,
    ca_file: &'a PathBuf,
    ca_pem: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<CaseTask<'a>>,
    #[serde(flatten)]
    chaos: Option<ChaosTask<'a>>,
}

#[derive(Serialize)]
struct CaseTask<'a> {
    id: &'a str,
    fault: Fault,
    base_url: &'a str,
    proxy: Option<&'a str>,
    trust: bool,
    warm_up: bool,
    pause_ms: u64,
    lead: &'a Lead,
}

#[derive(Serialize)]
struct ChaosTask<'a> {
    base_url: &'a str,
    leads: &'a [Lead],
}

impl Kind {
    /// The client's time-outs: of a request, and of connecting.
    fn time_outs_ms(self) -> (u64, u64) {
        match self {
            Self::Table => (2500, 1000),
            Self::Bounds => (20_000, 2_000),
            Self::Chaos => (500, 300),
        }
    }

    fn time_out(self) -> Duration {
        Duration::from_millis(self.time_outs_ms().0)
    }
}

impl Run {
    /// Opens the ports of a run.
    pub(crate) async fn begin(
        number: u32,
        wanted: Wanted,
        setting: &Setting,
    ) -> anyhow::Result<Self> {
        let Wanted { transport, kind, adds, seed } = wanted;
        ensure!(
            setting.table.transports.contains(&transport),
            "no transport is called `{transport}`"
        );
        let mut run = Self { transport, kind, cases: Vec::new(), chaos: None };
        if kind == Kind::Chaos {
            // No client keeps a promise on top of a run-time that sends again by itself on a kept connection.
            let resends = setting.table.resends(&run.transport);
            let connections = if resends { Connections::Closed } else { Connections::Fresh };
            let plan = Plan::Drawn(fastrand::Rng::with_seed(seed.unwrap_or(1)));
            let peer = Peer::new(setting.upstream, kind.time_out(), connections, plan);
            run.chaos = Some(Chaos::begin(number, adds.unwrap_or(ADDS), peer, setting).await?);
            return Ok(run);
        }
        if kind == Kind::Bounds {
            tokio::task::spawn_blocking(peer::prepare_bomb).await?;
        }
        for cell in setting.table.cells(&run.transport) {
            let is_left_out = matches!(cell.exception, Some((ExceptionKind::LeftOut, _)));
            if is_left_out || cell.row.bounds != (kind == Kind::Bounds) {
                continue;
            }
            let cell = Arc::new(cell);
            for has_code in [true, false] {
                let case = Case::begin(number, &cell, has_code, kind, setting).await;
                run.cases.push(case.context("a port could not be opened")?);
            }
        }
        Ok(run)
    }

    /// What the driver is to do.
    pub(crate) fn task<'a>(&'a self, number: u32, setting: &'a Setting) -> Task<'a> {
        let (timeout_ms, connect_timeout_ms) = self.kind.time_outs_ms();
        Task {
            run: number,
            openid: &setting.openid,
            app_key: &setting.app_key,
            timeout_ms,
            connect_timeout_ms,
            ca_file: &setting.ca_file,
            ca_pem: &setting.authority.pem,
            cases: self.cases.iter().map(Case::task).collect(),
            chaos: self.chaos.as_ref().map(Chaos::task),
        }
    }
}

impl Case {
    async fn begin(
        run: u32,
        cell: &Arc<Cell>,
        has_code: bool,
        kind: Kind,
        setting: &Setting,
    ) -> anyhow::Result<Self> {
        let fault = cell.row.fault;
        let name = fault.name();
        let (id, cus_name) = if has_code {
            (format!("{name}/code"), format!("R{run}-{name}"))
        } else {
            (format!("{name}/no_code"), format!("R{run}-{name}-no-code"))
        };
        let code = has_code.then(|| cus_name.clone());
        let front = fault.front();
        let fault_of_peer = if front == Front::Plain { fault } else { Fault::Healthy };
        let connections =
            if fault.wants_warm_up() { Connections::Kept } else { Connections::Fresh };
        let plan = Plan::Once(fault_of_peer);
        let peer = Peer::new(setting.upstream, kind.time_out(), connections, plan);
        let open = front::open(front, &peer, &setting.authority).await?;
        Ok(Self { id, cell: Arc::clone(cell), lead: Lead::new(cus_name, code), peer, open })
    }

    fn task(&self) -> CaseTask<'_> {
        let fault = self.cell.row.fault;
        CaseTask {
            id: &self.id,
            fault,
            base_url: &self.open.base_url,
            proxy: self.open.proxy.as_deref(),
            trust: self.open.trust,
            warm_up: fault.wants_warm_up(),
            pause_ms: if fault.wants_warm_up() { PAUSE_MS } else { 0 },
            lead: &self.lead,
        }
    }
}

impl Chaos {
    /// Every third lead has no code.
    async fn begin(
        run: u32,
        adds: usize,
        peer: Arc<Peer>,
        setting: &Setting,
    ) -> anyhow::Result<Self> {
        let lead = |at: usize| {
            let name = format!("R{run}-{at}");
            let code = (at % 3 != 2).then(|| name.clone());
            Lead::new(name, code)
        };
        let open = front::open(Front::Plain, &peer, &setting.authority).await?;
        Ok(Self { leads: (0..adds).map(lead).collect(), peer, open })
    }

    fn task(&self) -> ChaosTask<'_> {
        ChaosTask { base_url: &self.open.base_url, leads: &self.leads }
    }
}

impl Lead {
    fn new(cus_name: String, code: Option<String>) -> Self {
        Self { cus_name, emp_name: "负责人".to_owned(), code }
    }
}
