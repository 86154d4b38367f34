//! The tenant's side of the push: a small HTTP server that keeps what it is sent.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Channel, Sender, channel};

/// A push as it arrived: every form field, decoded.
pub(crate) type Push = HashMap<String, String>;

/// Takes pushes and gives each an answer.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pushes: Channel<Push>,
}

impl Receiver {
    /// Answers every push with what the function makes of it: a status line and a body.
    pub(crate) fn start(
        answer: impl FnMut(&Push) -> (&'static str, String) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, pushes) = channel();
        std::thread::spawn(move || serve(&listener, &sender, answer));
        Self { url: format!("http://{address}/push"), pushes }
    }

    /// Answers every push as the specification shows.
    pub(crate) fn agreeable() -> Self {
        Self::start(|push| {
            let msg_id = &push["msgId"];
            let answer = format!(r#"{{"return_code":0,"return_msg":"","msg_id":"{msg_id}"}}"#);
            ("200 OK", answer)
        })
    }

    /// What has arrived since the last look.
    pub(crate) fn pushes(&self) -> Vec<Push> {
        self.pushes.try_iter().collect()
    }
}

fn serve(
    listener: &TcpListener,
    sender: &Sender<Push>,
    mut answer: impl FnMut(&Push) -> (&'static str, String),
) {
    for stream in listener.incoming() {
        let mut stream = stream.expect("a connection");
        let push = read(&stream);
        let (status, body) = answer(&push);
        if sender.send(push).is_err() {
            return;
        }
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("the answer is taken");
    }
}

fn read(stream: &TcpStream) -> Push {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line of the head");
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_ascii_lowercase());
    }
    assert!(head[0].starts_with("post /push "), "{head:?}");
    let header = |name: &str| head.iter().find_map(|line| line.strip_prefix(name));
    assert_eq!(header("content-type: "), Some("application/x-www-form-urlencoded"));
    let length: usize =
        header("content-length: ").and_then(|length| length.parse().ok()).expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the whole body");
    form_urlencoded::parse(&body).into_owned().collect()
}
