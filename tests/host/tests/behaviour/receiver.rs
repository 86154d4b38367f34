use std::sync::mpsc;

use md5::{Digest, Md5};
use qince_host::{LocalServer, Receiver};

const SECRET: &str = "push secret";

/// A webhook whose handler fails so many times at first, and the message ids that it handles.
fn webhook(mut failures: u32) -> (LocalServer, mpsc::Receiver<String>) {
    let (handle, handled) = mpsc::channel();
    let secrets = vec!["retired".to_owned(), SECRET.to_owned()];
    let receiver = Receiver::new(secrets, move |event| {
        if failures > 0 {
            failures -= 1;
            return Err("the database is busy".to_owned());
        }
        handle.send(event.msg_id.clone()).expect("somebody listens");
        Ok(())
    });
    let server = LocalServer::start(receiver.into_router()).expect("a free port");
    (server, handled)
}

/// A follow-up that is signed with this secret.
fn push(secret: &str) -> String {
    let data = r#"{"lead_code":"L1"}"#;
    let digest = hex::encode(Md5::digest(format!("{data}|{secret}|1617206400000")));
    form_urlencoded::Serializer::new(String::new())
        .append_pair("msgId", "X0001")
        .append_pair("timestamp", "1617206400000")
        .append_pair("digest", &digest)
        .append_pair("dataType", "salesLeads_follow")
        .append_pair("data", data)
        .finish()
}

/// Delivers a body; the answer is the status and the body.
fn deliver(webhook: &LocalServer, body: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None);
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.post(webhook.url("/push")).send(body).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("text");
    (answer.status().as_u16(), text)
}

#[test]
fn a_push_that_comes_twice_is_handled_once_and_acknowledged_twice() {
    let (webhook, handled) = webhook(0);
    let acknowledged = r#"{"return_code":0,"return_msg":"","msg_id":"X0001"}"#;
    for _ in 0..2 {
        let answer = deliver(&webhook, &push(SECRET));
        assert_eq!(answer, (200, acknowledged.to_owned()));
    }
    assert_eq!(handled.try_iter().collect::<Vec<_>>(), ["X0001"]);
}

#[test]
fn a_push_whose_handler_fails_is_refused_and_handled_when_it_comes_again() {
    let (webhook, handled) = webhook(1);
    let (status, answer) = deliver(&webhook, &push(SECRET));
    assert_eq!(status, 200);
    assert!(answer.contains(r#""return_code":1"#), "{answer}");
    assert!(handled.try_recv().is_err());

    let (_, answer) = deliver(&webhook, &push(SECRET));
    assert!(answer.contains(r#""return_code":0"#), "{answer}");
    assert_eq!(handled.try_iter().collect::<Vec<_>>(), ["X0001"]);
}

#[test]
fn a_forged_push_is_answered_with_a_status_and_nothing_else() {
    let (webhook, handled) = webhook(0);
    let changed = push(SECRET).replace("L1", "L2");
    for forged in [push("another secret"), changed] {
        assert_eq!(deliver(&webhook, &forged), (401, String::new()));
    }
    assert!(handled.try_recv().is_err());
}

#[test]
fn what_is_no_push_is_a_bad_request() {
    let (webhook, handled) = webhook(0);
    assert_eq!(deliver(&webhook, "msgId=%zz"), (400, String::new()));
    assert!(handled.try_recv().is_err());
}
