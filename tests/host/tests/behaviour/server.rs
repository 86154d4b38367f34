//! A service that answers as it is told, each connection with the next answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// What becomes of a connection after the request was read.
pub(crate) enum Answer {
    /// These bytes are sent, and it is closed.
    Bytes(Vec<u8>),
    /// Nothing comes for a while.
    Silence(Duration),
}

/// Begins to serve; the address is the base URL.
pub(crate) fn serve(answers: impl IntoIterator<Item = Answer>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let answers: Vec<_> = answers.into_iter().collect();
    thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().expect("a connection");
            read_request(&stream);
            give(answer, stream);
        }
    });
    format!("http://{address}")
}

/// A port that is never given out as a free one, and that nothing uses any more.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:1";

/// A whole reply.
pub(crate) fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
    );
    Answer::Bytes([head.as_bytes(), body].concat())
}

/// The service's reply with this data.
pub(crate) fn ok(data: &str) -> Answer {
    reply("200 OK", "", envelope(data))
}

pub(crate) fn envelope(data: &str) -> String {
    format!(r#"{{"return_code":"0","return_msg":null,"msg_id":null,"response_data":{data}}}"#)
}

fn read_request(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
}

fn give(answer: Answer, mut stream: TcpStream) {
    match answer {
        // The client may have left before the end.
        Answer::Bytes(bytes) => drop(stream.write_all(&bytes)),
        Answer::Silence(duration) => thread::sleep(duration),
    }
}
