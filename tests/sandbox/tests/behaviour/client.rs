//! A running sandbox and a client of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flate2::read::GzDecoder;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// A sandbox in a process of its own, which ends with this value.
pub(crate) struct Sandbox {
    pub(crate) process: Child,
    pub(crate) base_url: String,
    pub(crate) openid: String,
    pub(crate) app_key: String,
    pub(crate) push_secret: String,
    agent: Agent,
}

/// What came back over HTTP.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_qince-sandbox"))
            .arg("--exit-with-stdin")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let stdout = process.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let mut value = |name: &str| {
            let line = lines.next().expect("four lines").expect("a line of text");
            let (is, value) = line.split_once(' ').expect("a name and a value");
            assert_eq!(is, name);
            value.trim_start().to_owned()
        };
        Self {
            base_url: value("base_url"),
            openid: value("openid"),
            app_key: value("app_key"),
            push_secret: value("push_secret"),
            process,
            agent: agent(),
        }
    }

    /// The reply to an operation, which must be HTTP 200 and JSON.
    pub(crate) fn call(&self, operation: &str, payload: &Value) -> Value {
        let raw = self.try_call(operation, payload).expect("a reply");
        assert_eq!(raw.status, 200, "{raw:?}");
        raw.json()
    }

    /// Whatever comes of an operation.
    pub(crate) fn try_call(&self, operation: &str, payload: &Value) -> Result<Raw, ureq::Error> {
        let body = payload.to_string();
        self.post(&self.address(operation, &body), &body)
    }

    /// The address of an operation, signed for this body.
    pub(crate) fn address(&self, operation: &str, body: &str) -> String {
        const TIMESTAMP: &str = "1617206400000";

        let digest = digest(body, &self.app_key, TIMESTAMP);
        let openid = &self.openid;
        let msg_id = next_msg_id();
        format!("/api/salesleads/v1/{operation}/{openid}/{TIMESTAMP}/{digest}/{msg_id}")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Result<Raw, ureq::Error> {
        let request = self.agent.post(format!("{}{path}", self.base_url));
        raw(request.content_type("application/json").send(body)?)
    }

    /// The bytes that answer an operation, before any client makes something of them.
    pub(crate) fn wire(&self, operation: &str, payload: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.ask(operation, payload).read_to_end(&mut bytes).expect("an end");
        bytes
    }

    /// A connection on which an operation has been asked for.
    pub(crate) fn ask(&self, operation: &str, payload: &Value) -> TcpStream {
        let body = payload.to_string();
        let address = self.address(operation, &body);
        let host = self.base_url.strip_prefix("http://").expect("http");
        let mut stream = TcpStream::connect(host).expect("a connection");
        let length = body.len();
        write!(
            stream,
            "POST {address} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("the request is taken");
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Raw {
        let request = self.agent.get(format!("{}{path}", self.base_url));
        raw(request.call().expect("a response")).expect("a body")
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Raw {
        let request = self.agent.put(format!("{}{path}", self.base_url));
        raw(request.send(body.to_string()).expect("a response")).expect("a body")
    }

    pub(crate) fn delete(&self, path: &str) -> Raw {
        let request = self.agent.delete(format!("{}{path}", self.base_url));
        raw(request.call().expect("a response")).expect("a body")
    }

    /// Adds a lead, and answers its id.
    pub(crate) fn add(&self, operation: &str, payload: &Value) -> String {
        let reply = self.call(operation, payload);
        assert_eq!(reply["return_code"], "0", "{reply}");
        reply["response_data"].as_str().expect("an id").to_owned()
    }

    /// The records that a query finds.
    pub(crate) fn query(&self, operation: &str, conditions: &Value) -> Vec<Value> {
        let reply = self.call(operation, conditions);
        assert_eq!(reply["return_code"], "0", "{reply}");
        let rows = reply["response_data"].as_str().expect("JSON text in text");
        serde_json::from_str(rows).expect("an array")
    }

    /// Why an operation is refused.
    pub(crate) fn refusal(&self, operation: &str, payload: &Value) -> String {
        refusal_in(&self.call(operation, payload))
    }

    /// The entries of all leads with this code, removed ones too.
    pub(crate) fn kept(&self, code: &str) -> Vec<Value> {
        let listed = self.get(&format!("/_sandbox/leads?code={code}")).json();
        listed["leads"].as_array().expect("leads").clone()
    }

    /// Tells the admin surface something, which must agree.
    pub(crate) fn command(&self, path: &str, body: &Value) -> Value {
        let raw = self.post(path, &body.to_string()).expect("a response");
        assert_eq!(raw.status, 200, "{}", raw.text());
        raw.json()
    }

    /// Asks for faults for the next requests.
    pub(crate) fn next_faults(&self, kinds: &[&str]) {
        let raw = self.put("/_sandbox/faults", &json!({ "next": kinds, "slow_ms": 200 }));
        assert_eq!(raw.status, 200, "{}", raw.text());
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It has ended by itself where the test is about that.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The text of a refusal, after a look at all that belongs to one.
pub(crate) fn refusal_in(reply: &Value) -> String {
    assert_eq!(reply["return_code"], "1", "{reply}");
    assert_eq!(reply["response_data"], Value::Null);
    assert!(reply["msg_id"].is_string());
    reply["return_msg"].as_str().expect("a text").to_owned()
}

/// The JSON in a compressed reply, taken from the wire.
pub(crate) fn decompressed(wire: &[u8]) -> Value {
    let split = wire.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = wire.split_at(split.expect("a head and a body") + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    assert!(head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
    serde_json::from_reader(GzDecoder::new(body)).expect("compressed JSON")
}

/// MD5 of the three, joined by `|`.
pub(crate) fn digest(text: &str, secret: &str, timestamp: &str) -> String {
    hex::encode(Md5::digest(format!("{text}|{secret}|{timestamp}")))
}

/// A `msg_id` that no other request has.
fn next_msg_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("m{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Proxies of the environment are not for loopback, and an error page is a response like any other.
fn agent() -> Agent {
    Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

fn raw(mut response: Response<ureq::Body>) -> Result<Raw, ureq::Error> {
    Ok(Raw {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_vec()?,
    })
}
