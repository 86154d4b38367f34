//! The program: how it starts, what it keeps, and when it ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Sandbox;
use crate::samples::sample;

#[test]
fn it_says_where_it_is_and_which_secrets_are_meant() {
    let sandbox = Sandbox::start_with(&["--openid", "o", "--app-key", "k", "--push-secret", "s"]);
    assert!(sandbox.base_url.starts_with("http://127.0.0.1:"));
    let secrets = [&sandbox.openid, &sandbox.app_key, &sandbox.push_secret];
    assert_eq!(secrets, ["o", "k", "s"]);
}

#[test]
fn leads_outlive_the_process_where_a_file_keeps_them() {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("leads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let file = folder.join("leads.sqlite");
    let start = || Sandbox::start_with(&["--db", file.to_str().expect("a path of text")]);

    let before = start();
    let first = before.add("addSalesLeads", &sample("add", json!({ "code": "L1" })));
    drop(before);
    let after = start();
    let found = after.query("querySalesLeads", &json!({ "code": "L1" }));
    assert_eq!(found[0]["id"], first);
    let second = after.add("addSalesLeads", &json!({ "empName": "甲" }));
    assert_ne!(first, second);
    drop(after);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_as_it_is() {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("no-leads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let file = folder.join("letter.txt");
    std::fs::write(&file, "Dear customer, ".repeat(100)).expect("a file");
    let ended = Command::new(env!("CARGO_BIN_EXE_qince-sandbox")).arg("--db").arg(&file).output();
    let ended = ended.expect("the program runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success());
    assert!(said.contains("cannot open the database") && said.contains("letter.txt"), "{said}");
    assert!(std::fs::read_to_string(&file).expect("the file").starts_with("Dear customer"));
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn it_warns_where_it_is_told_to_listen_for_others_too() {
    let mut sandbox = Sandbox::start_with(&["--listen", "0.0.0.0"]);
    assert!(sandbox.base_url.starts_with("http://0.0.0.0:"), "{}", sandbox.base_url);
    drop(sandbox.process.stdin.take());
    let mut log = String::new();
    let mut stderr = sandbox.process.stderr.take().expect("stderr is piped");
    stderr.read_to_string(&mut log).expect("the log is text");
    assert!(log.starts_with("warning: anyone who reaches this address"), "{log}");
}

#[test]
fn it_ends_when_its_standard_input_ends() {
    let mut sandbox = Sandbox::start();
    drop(sandbox.process.stdin.take());
    let status = sandbox.process.wait().expect("it ends");
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
#[test]
fn it_ends_on_ctrl_c_even_while_a_push_waits_for_its_answer() {
    let mut sandbox = Sandbox::start();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let began = Instant::now();
    std::thread::scope(|scope| {
        let (base_url, pid) = (sandbox.base_url.clone(), sandbox.process.id());
        scope.spawn(move || {
            let _ = ureq::post(format!("{base_url}/_sandbox/follow-ups"))
                .config()
                .proxy(None)
                .build()
                .send(json!({ "url": url }).to_string());
        });
        let _waiting = silent.accept().expect("the push");
        let interrupt = Command::new("kill").args(["-INT", &pid.to_string()]).status();
        assert!(interrupt.expect("kill runs").success());
        assert!(sandbox.process.wait().expect("it ends").success());
    });
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_connection_is_kept_for_further_requests() {
    let sandbox = Sandbox::start();
    let host = sandbox.base_url.strip_prefix("http://").expect("http");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let request =
        |more: &str| format!("GET /_sandbox/quirks HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
    let requests = request("") + &request("Connection: close\r\n");
    stream.write_all(requests.as_bytes()).expect("both are taken");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("an end");
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2);
}

#[test]
fn its_log_has_a_line_per_request_and_no_digest() {
    let mut sandbox = Sandbox::start_with(&["--verbose"]);
    sandbox.next_faults(&["drop_before"]);
    assert!(sandbox.try_call("addSalesLeads", &json!({})).is_err());
    sandbox.call("addSalesLeads", &json!({}));
    sandbox.get("/elsewhere/b7b7d9810bbb0786e9560751dc2b6597");
    drop(sandbox.process.stdin.take());

    let mut stderr = sandbox.process.stderr.take().expect("stderr is piped");
    let mut log = String::new();
    stderr.read_to_string(&mut log).expect("the log is text");
    let without_time = |line: &str| line.rsplitn(3, ' ').nth(2).map(str::to_owned);
    let lines: Vec<String> = log.lines().filter_map(without_time).collect();
    assert_eq!(
        lines,
        [
            "PUT /_sandbox/faults 200",
            "POST addSalesLeads closed",
            "POST addSalesLeads 200",
            "GET (another address) 404",
        ]
    );
}

#[test]
fn it_says_nothing_of_requests_unless_asked_to() {
    let mut sandbox = Sandbox::start();
    sandbox.call("addSalesLeads", &json!({}));
    drop(sandbox.process.stdin.take());
    let mut log = String::new();
    let mut stderr = sandbox.process.stderr.take().expect("stderr is piped");
    stderr.read_to_string(&mut log).expect("the log is text");
    assert_eq!(log, "");
}

#[test]
fn many_clients_are_served_at_once() {
    let sandbox = Sandbox::start();
    std::thread::scope(|scope| {
        for client in 0..16 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for number in 0..25 {
                    let code = format!("L{client}-{number}");
                    sandbox.add("addSalesLeads", &json!({ "empName": "甲", "code": code }));
                }
            });
        }
    });
    assert_eq!(sandbox.get("/_sandbox/leads?limit=0").json()["total"], 400);
}
