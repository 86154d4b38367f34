//! What tests stand on: a service that stores whatever it is asked to add, and a client that sends one request.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http::{Head, Reply, Request};
use crate::upstream::Upstream;

/// The reply to every add.
pub(crate) const ADDED: &str = r#"{"return_code":"0","return_msg":"","response_data":"17"}"#;

/// Starts a service.
pub(crate) async fn service() -> Upstream {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let leads = Arc::new(Mutex::new(Vec::<Value>::new()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&leads)));
        }
    });
    Upstream(address)
}

async fn answer(mut stream: TcpStream, leads: Arc<Mutex<Vec<Value>>>) -> io::Result<()> {
    let head = Head::peek(&stream).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let request = Request::read(head, &mut stream).await?;
    let body = {
        let mut leads = leads.lock().unwrap_or_else(PoisonError::into_inner);
        if request.head.method == "GET" {
            json!({ "total": leads.len(), "leads": *leads }).to_string()
        } else {
            if request.head.target.contains("/addSalesLeads/") {
                leads.push(json!({ "payload": serde_json::from_slice::<Value>(&request.body)? }));
            }
            ADDED.to_owned()
        }
    };
    stream
        .write_all(&Reply::new("200 OK", "Content-Type: application/json\r\n", body).bytes())
        .await
}

/// A request to add a lead of this name, with more headers.
pub(crate) fn add(name: &str, msg_id: &str, headers: &str) -> String {
    post(&format!("/api/salesleads/v1/addSalesLeads/o/1/digest/{msg_id}"), name, headers)
}

/// A request to look for a lead.
pub(crate) fn query(msg_id: &str) -> String {
    post(&format!("/api/salesleads/v1/querySalesLeads/o/1/digest/{msg_id}"), "any", "")
}

fn post(target: &str, name: &str, headers: &str) -> String {
    let body = json!({ "cus_name": name }).to_string();
    let length = body.len();
    format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// What comes of a request, until the connection ends.
pub(crate) async fn send(address: SocketAddr, request: &str) -> (String, io::Result<()>) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    exchange(&mut stream, request).await
}

/// The same on a connection that stands.
pub(crate) async fn exchange(stream: &mut TcpStream, request: &str) -> (String, io::Result<()>) {
    let mut came = Vec::new();
    let outcome = async {
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut came).await.map(drop)
    };
    let outcome = outcome.await;
    (String::from_utf8_lossy(&came).into_owned(), outcome)
}
