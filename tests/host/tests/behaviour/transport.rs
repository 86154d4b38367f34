use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use qince_host::{Reply, Route, Transport};
use qince_leads::{Account, AddLead, Failure, MAX_BODY, SignedRequest, Stamp};

use crate::server::{Answer, NOWHERE, reply, serve};

const TIME_OUT: Duration = Duration::from_millis(500);

fn send(base_url: &str) -> Result<Reply, Failure> {
    Transport::new(base_url, TIME_OUT).send(&request(base_url)).map_err(|lost| lost.failure)
}

fn request(base_url: &str) -> SignedRequest {
    let account = Account::new("openid", "app key").expect("an account");
    let account = account.with_base_url(base_url).expect("a base URL");
    let lead = AddLead::new().emp_name("负责人").code("L1");
    let stamp = Stamp::new(1_617_206_400_000, "m1");
    account.sign(&lead, &stamp).expect("a request")
}

#[test]
fn where_nothing_listens_nothing_was_sent() {
    assert_eq!(send(NOWHERE).err(), Some(Failure::NotSent));
}

#[test]
fn an_address_that_cannot_be_used_means_that_nothing_was_sent() {
    let request = SignedRequest { url: "nonsense".to_owned(), ..request("http://127.0.0.1") };
    let transport = Transport::new("nonsense", TIME_OUT);
    assert_eq!(transport.send(&request).map_err(|lost| lost.failure).err(), Some(Failure::NotSent));
}

#[test]
fn a_connection_that_closes_without_a_reply_leaves_it_open_whether_anything_was_done() {
    let base_url = serve([Answer::Bytes(Vec::new())]);
    assert_eq!(send(&base_url).err(), Some(Failure::Unknown));
}

#[test]
fn so_does_half_a_reply() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"return_code\"".to_vec();
    let base_url = serve([Answer::Bytes(half)]);
    assert_eq!(send(&base_url).err(), Some(Failure::Unknown));
}

#[test]
fn so_does_a_time_out() {
    let base_url = serve([Answer::Silence(TIME_OUT * 2)]);
    assert_eq!(send(&base_url).err(), Some(Failure::Unknown));
}

#[test]
fn so_does_a_body_that_unfolds_to_more_than_the_core_reads() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![b' '; MAX_BODY + 1]).expect("room");
    let bomb = encoder.finish().expect("room");
    let base_url = serve([reply("200 OK", "content-encoding: gzip\r\n", bomb)]);
    let transport = Transport::new(&base_url, Duration::from_secs(20));
    let lost = transport.send(&request(&base_url)).expect_err("too much");
    assert_eq!(lost.failure, Failure::Unknown);
    assert!(lost.why.contains(&MAX_BODY.to_string()), "{}", lost.why);
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_password_and_nothing_was_sent() {
    let proxy = serve([reply("403 Forbidden", "", "")]).replace("http://", "");
    let route = Route { proxy: Some(format!("http://user:secret@{proxy}")), ..Route::default() };
    let base_url = "https://leads.test";
    let transport = Transport::by(base_url, &route).expect("a transport");
    let lost = transport.send(&request(base_url)).expect_err("a refusal");
    assert_eq!(lost.failure, Failure::NotSent);
    assert!(lost.why.contains(&proxy) && lost.why.contains("403"), "{}", lost.why);
    assert!(!lost.why.contains("secret"), "{}", lost.why);
}

#[test]
fn a_proxy_or_an_authority_that_cannot_be_read_is_refused_at_once() {
    let proxy = Route { proxy: Some("nonsense://".to_owned()), ..Route::default() };
    let authority = Route { authority: Some("nonsense".to_owned()), ..Route::default() };
    for route in [proxy, authority] {
        assert!(Transport::by("https://leads.test", &route).is_err());
    }
}

#[test]
fn a_segment_that_an_http_client_would_take_out_of_the_path_is_never_signed() {
    for dots in [".", ".."] {
        let error = Account::new(dots, "app key").expect_err("an openid");
        assert_eq!(error.code(), "invalid_account");
        let account = Account::new("openid", "app key").expect("an account");
        let lead = AddLead::new().emp_name("负责人");
        let error = account.sign(&lead, &Stamp::new(0, dots)).expect_err("a message id");
        assert_eq!(error.code(), "invalid_stamp");
    }
}

#[test]
fn an_error_status_is_a_reply() {
    let base_url = serve([reply("502 Bad Gateway", "", "<html>")]);
    let reply = send(&base_url).expect("a reply");
    assert_eq!((reply.raw.status, reply.raw.body.as_bytes()), (502, &b"<html>"[..]));
    assert_eq!(reply.retry_after, None);
}

#[test]
fn a_redirect_is_not_followed() {
    let base_url = serve([reply("307 Temporary Redirect", "location: /\r\n", "")]);
    assert_eq!(send(&base_url).expect("a reply").raw.status, 307);
}

#[test]
fn retry_after_is_handed_over_as_it_came() {
    for header in ["7", "Wed, 21 Oct 2026 07:28:00 GMT"] {
        let head = format!("retry-after: {header}\r\n");
        let base_url = serve([reply("429 Too Many Requests", &head, "")]);
        let reply = send(&base_url).expect("a reply");
        assert_eq!(reply.retry_after.as_deref(), Some(header));
    }
}
