//! What a driver says, held against the table, against what came here, and against what is stored.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::front::PROXY_PASSWORD;
use crate::peer::Seen;
use crate::runs::{Case, Chaos, Run, Setting};
use crate::table::{End, ExceptionKind};

/// The most memory that a process may take while a body comes that has no end: 64 MiB, and two and a half times what
/// the core reads at most.
const MOST_MIB: f64 = 64.0 + 2.5 * 64.0;

/// What a driver says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    #[serde(default)]
    cases: Vec<CaseReport>,
    #[serde(default)]
    pub(crate) peak_mib: Option<f64>,
    #[serde(default)]
    ends: Vec<(String, Option<String>)>,
}

/// What became of one add.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseReport {
    id: String,
    adds: Vec<String>,
    end: String,
    failure: Option<String>,
    message: Option<String>,
}

/// The judgement.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Judgement {
    /// What is not as it should be, a line each.
    pub(crate) failed: Vec<String>,
    #[serde(skip)]
    pub(crate) failed_cells: HashSet<String>,
    #[serde(flatten)]
    pub(crate) chaos: Option<Tally>,
}

/// What became of many adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) adds: usize,
    /// How many ended in which way.
    pub(crate) ends: BTreeMap<String, usize>,
    /// Ended ok, and not stored.
    pub(crate) lost: usize,
    /// Stored more than once.
    pub(crate) doubled: usize,
    /// Ended as a definite failure, and stored.
    pub(crate) false_failures: usize,
}

/// Judges a run that is through.
pub(crate) async fn judge(
    run: &Run,
    report: Report,
    setting: &Setting,
) -> anyhow::Result<Judgement> {
    if let Some(chaos) = &run.chaos {
        return judge_chaos(chaos, &report.ends, setting).await;
    }
    let mut judgement = Judgement::default();
    let mut seen = Vec::new();
    for case in &run.cases {
        seen.push(case.peer.seen().await);
    }
    let stored = setting.upstream.stored().await?;
    let mut reports: HashMap<_, _> =
        report.cases.into_iter().map(|report| (report.id.clone(), report)).collect();
    for (case, seen) in run.cases.iter().zip(&seen) {
        let faults = match reports.remove(&case.id) {
            Some(report) => {
                let stored = stored.get(&case.lead.cus_name).copied().unwrap_or(0);
                faults(case, &report, stored, seen, setting)
            }
            None => vec!["nothing was said of it".to_owned()],
        };
        if !faults.is_empty() {
            judgement.failed.push(format!("{}: {}", case.id, faults.join("; ")));
            judgement.failed_cells.insert(case.id.clone());
        }
    }
    judgement.failed.extend(reports.into_keys().map(|id| format!("{id}: no such case")));
    if let Some(peak_mib) = report.peak_mib.filter(|&peak| peak > MOST_MIB) {
        judgement
            .failed
            .push(format!("the peak is {peak_mib} MiB, at most {MOST_MIB} are allowed"));
    }
    Ok(judgement)
}

/// What is wrong with a case.
fn faults(
    case: &Case,
    report: &CaseReport,
    stored: usize,
    seen: &Seen,
    setting: &Setting,
) -> Vec<String> {
    let mut faults = Vec::new();
    let expected = case.expected();
    let end = report.failure.as_ref().filter(|_| report.end == "transport");
    let end = end.unwrap_or(&report.end);
    let is_as_expected = report.adds.len() == expected.adds.len()
        && expected.adds.iter().zip(&report.adds).all(|(expected, got)| allows(expected, got))
        && allows(&expected.end, end)
        && stored == expected.stored;
    if !is_as_expected {
        faults.push(format!(
            "expected {}, got {}",
            in_words(&expected.adds, &expected.end, expected.stored),
            in_words(&report.adds, end, stored)
        ));
    }
    let distinct: HashSet<_> = seen.adds.iter().collect();
    if distinct.len() < seen.adds.len() && !case.cell.resends {
        faults.push("one request came more than once: the client sends by itself again".to_owned());
    }
    let sent = report.adds.iter().filter(|outcome| *outcome != "not_sent").count();
    if distinct.len() > sent {
        faults.push(format!(
            "{} requests to add came, and {sent} are said to have been sent",
            distinct.len()
        ));
    }
    if seen.followed > 0 {
        faults.push("a redirect was followed".to_owned());
    }
    if seen.cookies > 0 {
        faults.push("a cookie came back".to_owned());
    }
    let message = report.message.as_deref().unwrap_or_default();
    let secrets = [&setting.openid, &setting.app_key, PROXY_PASSWORD];
    let mut secrets = secrets.into_iter().chain(seen.digests.iter().map(String::as_str));
    if secrets.any(|secret| message.contains(secret)) {
        faults.push("a secret stands in the error's text".to_owned());
    }
    if let Some(proxy) = &case.open.proxy
        && !is_blind(case)
    {
        let address = proxy.rsplit('@').next().unwrap_or_default();
        if expected.end == "not_sent" && !message.contains(address) {
            faults.push(format!("the error's text does not name the proxy {address}: {message}"));
        }
        if expected.end == "ok" && seen.connects == 0 {
            faults.push("the proxy was not asked to connect".to_owned());
        }
    }
    faults
}

fn is_blind(case: &Case) -> bool {
    matches!(case.cell.exception, Some((ExceptionKind::Blind, _)))
}

impl Case {
    /// What is to become of it.
    fn expected(&self) -> &End {
        let ends = &self.cell.ends;
        if self.lead.code.is_some() { &ends.code } else { &ends.no_code }
    }
}

fn allows(expected: &str, got: &str) -> bool {
    expected.split('|').any(|expected| expected == got)
}

fn in_words(adds: &[String], end: &str, stored: usize) -> String {
    format!("adds [{}], end {end}, {stored} stored", adds.join(", "))
}

async fn judge_chaos(
    chaos: &Chaos,
    ends: &[(String, Option<String>)],
    setting: &Setting,
) -> anyhow::Result<Judgement> {
    ensure!(ends.len() == chaos.leads.len(), "{} ends for {} leads", ends.len(), chaos.leads.len());
    chaos.peer.seen().await;
    let stored = setting.upstream.stored().await.context("what is stored is not known")?;
    let mut tally = Tally { adds: ends.len(), ..Tally::default() };
    let mut failed = Vec::new();
    for (lead, (end, failure)) in chaos.leads.iter().zip(ends) {
        let end = failure.as_ref().filter(|_| end == "transport").unwrap_or(end);
        *tally.ends.entry(end.clone()).or_default() += 1;
        let stored = stored.get(&lead.cus_name).copied().unwrap_or(0);
        let wrong = match end.as_str() {
            _ if stored > 1 => &mut tally.doubled,
            "ok" if stored == 0 => &mut tally.lost,
            "ok" | "uncertain" => continue,
            _ if stored > 0 => &mut tally.false_failures,
            _ => continue,
        };
        *wrong += 1;
        let code = if lead.code.is_some() { "with" } else { "without" };
        failed.push(format!("{} {code} a code: end {end}, {stored} stored", lead.cus_name));
    }
    Ok(Judgement { failed, chaos: Some(tally), ..Judgement::default() })
}

#[cfg(test)]
mod tests;
