//! A report that is wrong in any one thing fails its cell.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::certificates::Authority;
use crate::fault::Fault;
use crate::peer::{Connections, Peer, Plan};
use crate::runs::Wanted;
use crate::table::Table;
use crate::testing::{ADDED, add, send, service};
use crate::upstream::Upstream;

const TRANSPORT: &str = "rust-ureq";

async fn setting(upstream: Upstream) -> Setting {
    Setting {
        upstream,
        openid: "the-openid".to_owned(),
        app_key: "the-key".to_owned(),
        table: Table::read().unwrap(),
        authority: Authority::new().unwrap(),
        ca_file: PathBuf::new(),
    }
}

/// A case of this fault, which nothing came to.
struct Judged {
    setting: Setting,
    run: Run,
}

impl Judged {
    async fn new() -> Self {
        let setting = setting(Upstream(SocketAddr::from(([127, 0, 0, 1], 1)))).await;
        let wanted = serde_json::from_value(serde_json::json!({ "transport": TRANSPORT })).unwrap();
        let run = Run::begin(1, wanted, &setting).await.unwrap();
        Self { setting, run }
    }

    fn faults(
        &self,
        id: &str,
        adds: &[&str],
        end: &str,
        stored: usize,
        seen: &Seen,
    ) -> Vec<String> {
        self.faults_with(id, adds, end, stored, seen, "")
    }

    fn faults_with(
        &self,
        id: &str,
        adds: &[&str],
        end: &str,
        stored: usize,
        seen: &Seen,
        message: &str,
    ) -> Vec<String> {
        let case = self.run.cases.iter().find(|case| case.id == id).unwrap();
        let (end, failure) = match end {
            "not_sent" | "unknown" => ("transport", Some(end.to_owned())),
            _ => (end, None),
        };
        let report = CaseReport {
            id: id.to_owned(),
            adds: adds.iter().map(|&add| add.to_owned()).collect(),
            end: end.to_owned(),
            failure,
            message: Some(message.to_owned()),
        };
        faults(case, &report, stored, seen, &self.setting)
    }
}

fn came<const N: usize>(adds: [&str; N]) -> Seen {
    Seen { adds: adds.map(str::to_owned).to_vec(), ..Seen::default() }
}

#[tokio::test]
async fn what_the_table_says_passes_and_any_other_report_of_it_fails() {
    let judged = Judged::new().await;
    let id = "reset_after_reading/code";
    let seen = came(["m1", "m2"]);
    assert!(judged.faults(id, &["unknown", "ok"], "ok", 1, &seen).is_empty());
    let wrong = [
        (["not_sent", "ok"].as_slice(), "ok", 1, came(["m2"])),
        (&["unknown"], "ok", 1, came(["m1"])),
        (&["unknown", "ok"], "uncertain", 1, came(["m1", "m2"])),
        (&["unknown", "ok"], "ok", 2, came(["m1", "m2"])),
        (&["unknown", "ok"], "ok", 0, came(["m1", "m2"])),
    ];
    for (adds, end, stored, seen) in wrong {
        let faults = judged.faults(id, adds, end, stored, &seen);
        let [fault] = &faults[..] else { panic!("{adds:?} {end} {stored}: {faults:?}") };
        let expected = "expected adds [unknown, ok], end ok, 1 stored, got adds ";
        assert!(fault.starts_with(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_request_that_came_is_no_request_that_was_not_sent() {
    let judged = Judged::new().await;
    let adds = ["not_sent", "not_sent", "not_sent"];
    assert!(judged.faults("refused/code", &adds, "not_sent", 0, &came([])).is_empty());
    let faults = judged.faults("refused/code", &adds, "not_sent", 0, &came(["m1"]));
    assert_eq!(faults, ["1 requests to add came, and 0 are said to have been sent"]);
}

#[tokio::test]
async fn a_client_that_sends_again_by_itself_fails() {
    let judged = Judged::new().await;
    let id = "kept_closed_after_carrying_out/no_code";
    assert!(judged.faults(id, &["unknown"], "uncertain", 1, &came(["m1"])).is_empty());
    let faults = judged.faults(id, &["unknown"], "uncertain", 1, &came(["m1", "m1"]));
    assert_eq!(faults, ["one request came more than once: the client sends by itself again"]);
}

#[tokio::test]
async fn a_redirect_that_is_followed_and_a_cookie_that_comes_back_fail() {
    let judged = Judged::new().await;
    let seen = Seen { followed: 1, cookies: 1, ..came(["m1"]) };
    let faults = judged.faults("redirect_307/code", &["http_status"], "http_status", 0, &seen);
    assert_eq!(faults, ["a redirect was followed", "a cookie came back"]);
}

#[tokio::test]
async fn a_text_that_shows_a_secret_fails() {
    let judged = Judged::new().await;
    let seen = Seen { digests: vec!["a-digest".to_owned()], ..came(["m1"]) };
    let texts = ["…/the-openid/…", "the-key", "a-digest", "http://u:proxy-password@127.0.0.1:1"];
    for text in texts {
        let faults = judged.faults_with("late/no_code", &["unknown"], "uncertain", 1, &seen, text);
        assert_eq!(faults, ["a secret stands in the error's text"], "{text}");
    }
}

#[tokio::test]
async fn a_text_that_does_not_name_the_proxy_that_refused_fails() {
    let judged = Judged::new().await;
    let case = judged.run.cases.iter().find(|case| case.id == "proxy_403/code").unwrap();
    let proxy = case.open.proxy.clone().unwrap();
    let address = proxy.rsplit('@').next().unwrap();
    let adds = ["not_sent"; 3];
    let faults =
        |text: &str| judged.faults_with("proxy_403/code", &adds, "not_sent", 0, &came([]), text);
    assert!(faults(&format!("the proxy {address} answered 403")).is_empty());
    assert_eq!(faults("403").len(), 1);
}

#[tokio::test]
async fn a_proxy_that_was_not_asked_fails() {
    let judged = Judged::new().await;
    let faults = judged.faults("proxy/code", &["ok"], "ok", 1, &came(["m1"]));
    assert_eq!(faults, ["the proxy was not asked to connect"]);
}

#[tokio::test]
async fn what_is_not_reported_fails_and_so_does_what_was_not_asked_for() {
    let setting = setting(service().await).await;
    let wanted: Wanted =
        serde_json::from_str(r#"{"transport": "rust-ureq", "kind": "bounds"}"#).unwrap();
    let run = Run::begin(1, wanted, &setting).await.unwrap();
    let report = serde_json::json!({
        "cases": [{"id": "x", "adds": [], "end": "ok", "failure": null, "message": null}],
        "peak_mib": 225,
    });
    let report = serde_json::from_value(report).unwrap();
    let judgement = judge(&run, report, &setting).await.unwrap();
    let expected = [
        "gzip_bomb/code: nothing was said of it",
        "gzip_bomb/no_code: nothing was said of it",
        "endless_body/code: nothing was said of it",
        "endless_body/no_code: nothing was said of it",
        "x: no such case",
        "the peak is 225 MiB, at most 224 are allowed",
    ];
    assert_eq!(judgement.failed, expected);
}

#[tokio::test]
async fn chance_is_judged_by_what_is_stored() {
    let setting = setting(service().await).await;
    let wanted: Wanted =
        serde_json::from_str(r#"{"transport": "rust-ureq", "kind": "chaos", "adds": 5}"#).unwrap();
    let run = Run::begin(1, wanted, &setting).await.unwrap();
    let chaos = run.chaos.as_ref().unwrap();
    let plan = Plan::Once(Fault::Healthy);
    let peer = Peer::new(setting.upstream, Duration::from_secs(1), Connections::Fresh, plan);
    let open = crate::front::open(crate::fault::Front::Plain, &peer, &setting.authority).await;
    let open = open.unwrap();
    let address = open.base_url.trim_start_matches("http://").parse().unwrap();
    let names: Vec<_> = chaos.leads.iter().map(|lead| lead.cus_name.clone()).collect();
    for (name, times) in names.iter().zip([1, 0, 2, 1, 0]) {
        for _ in 0..times {
            let (came, _) = send(address, &add(name, "m", "Connection: close\r\n")).await;
            assert!(came.ends_with(ADDED), "{came}");
        }
    }
    let ends = ["ok", "ok", "uncertain", "rejected", "uncertain"];
    let ends = ends.map(|end| (end.to_owned(), None));
    let judgement = judge_chaos(chaos, &ends, &setting).await.unwrap();
    let tally = judgement.chaos.unwrap();
    assert_eq!((tally.lost, tally.doubled, tally.false_failures), (1, 1, 1));
    assert_eq!(judgement.failed.len(), 3);
    assert_eq!(judgement.failed[2], format!("{} with a code: end rejected, 1 stored", names[3]));
}
