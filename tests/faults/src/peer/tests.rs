//! What a client sees of each fault, and what the service is asked.

use std::collections::HashMap;
use std::io::{self, ErrorKind};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use super::*;
use crate::testing::{ADDED, add, exchange, query, send, service};

const TIME_OUT: Duration = Duration::from_millis(200);

struct Case {
    peer: Arc<Peer>,
    address: std::net::SocketAddr,
    upstream: Upstream,
}

impl Case {
    async fn new(plan: Plan, connections: Connections) -> Self {
        let upstream = service().await;
        let peer = Peer::new(upstream, TIME_OUT, connections, plan);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = Arc::clone(&peer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&served).serve(stream));
            }
        });
        Self { peer, address, upstream }
    }

    async fn with(fault: Fault) -> Self {
        Self::new(Plan::Once(fault), Connections::Fresh).await
    }

    async fn stored(&self) -> HashMap<String, usize> {
        self.peer.seen().await;
        self.upstream.stored().await.unwrap()
    }

    /// How many leads there are after the first add has met the fault, and what came of it.
    async fn first(&self) -> (String, io::Result<()>, usize) {
        let (came, outcome) = send(self.address, &add("甲", "m1", CLOSE)).await;
        (came, outcome, self.stored().await.get("甲").copied().unwrap_or(0))
    }
}

fn kind(outcome: &io::Result<()>) -> Option<ErrorKind> {
    outcome.as_ref().err().map(io::Error::kind)
}

#[tokio::test]
async fn a_reset_shows_as_one_and_says_nothing_of_what_was_done() {
    let resets = [
        (Fault::ResetBeforeReading, 0),
        (Fault::ResetWhileReading, 0),
        (Fault::ResetAfterReading, 0),
        (Fault::ResetAfterCarryingOut, 1),
        (Fault::KeptResetBeforeReading, 0),
    ];
    for (fault, expected) in resets {
        let (came, outcome, stored) = Case::with(fault).await.first().await;
        assert_eq!(
            (came.as_str(), kind(&outcome)),
            ("", Some(ErrorKind::ConnectionReset)),
            "{fault:?}"
        );
        assert_eq!(stored, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_connection_closes_without_a_reply_whether_or_not_something_was_done() {
    let closes = [
        (Fault::ClosedAfterReading, 0),
        (Fault::ClosedAfterCarryingOut, 1),
        (Fault::KeptClosedAfterReading, 0),
        (Fault::KeptClosedAfterCarryingOut, 1),
    ];
    for (fault, expected) in closes {
        let (came, outcome, stored) = Case::with(fault).await.first().await;
        assert_eq!((came.as_str(), kind(&outcome), stored), ("", None, expected), "{fault:?}");
    }
}

#[tokio::test]
async fn a_reply_breaks_off_where_the_fault_says() {
    let (came, ..) = Case::with(Fault::StatusLineOnly).await.first().await;
    assert_eq!(came, "HTTP/1.1 200 OK\r\n");
    let (came, ..) = Case::with(Fault::ClosedInHead).await.first().await;
    assert_eq!(came, "HTTP/1.1 200 OK\r\nContent-Len");
    let (came, ..) = Case::with(Fault::ClosedInBody).await.first().await;
    assert!(came.contains(&format!("Content-Length: {}\r\n", ADDED.len())), "{came}");
    assert!(came.ends_with(&ADDED[..ADDED.len() - ADDED.len() / 2]), "{came}");
    let (came, ..) = Case::with(Fault::ChunkedAndCut).await.first().await;
    assert!(
        came.contains("Transfer-Encoding: chunked\r\n") && !came.contains("\r\n0\r\n"),
        "{came}"
    );
    let (came, ..) = Case::with(Fault::CutBeforeLastChunk).await.first().await;
    assert!(came.ends_with("\"17\"}\r\n"), "{came}");
    let (came, outcome, _) = Case::with(Fault::ResetInBody).await.first().await;
    assert!(came.ends_with(&ADDED[..ADDED.len() - ADDED.len() / 2]), "{came}");
    assert_eq!(kind(&outcome), Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn only_the_first_add_meets_the_fault_and_queries_none() {
    let case = Case::with(Fault::ResetAfterCarryingOut).await;
    let mut stream = TcpStream::connect(case.address).await.unwrap();
    stream.write_all(query("m0").as_bytes()).await.unwrap();
    assert!(read_reply(&mut stream).await.ends_with(ADDED));
    assert_eq!(
        kind(&exchange(&mut stream, &add("甲", "m1", "")).await.1),
        Some(ErrorKind::ConnectionReset)
    );
    let (came, _) = send(case.address, &add("乙", "m2", CLOSE)).await;
    assert!(came.ends_with(ADDED), "{came}");
    let stored = case.stored().await;
    assert_eq!((stored["甲"], stored["乙"]), (1, 1));
    assert_eq!(case.peer.seen().await.adds, ["m1", "m2"]);
}

#[tokio::test]
async fn a_kept_connection_closes_only_after_the_reply_to_the_query() {
    let case = Case::with(Fault::KeptClosedWhileIdle).await;
    let began = Instant::now();
    let (came, outcome) = send(case.address, &query("m0")).await;
    assert!(came.ends_with(ADDED) && outcome.is_ok(), "{came}");
    assert!(began.elapsed() >= IDLE);
    let (came, _, stored) = case.first().await;
    assert!(came.ends_with(ADDED) && stored == 1, "{came}");

    let (came, outcome) = send(Case::with(Fault::KeptTimedOut).await.address, &query("m0")).await;
    let (reply, farewell) = came.split_at(came.rfind("HTTP/1.1").unwrap());
    assert!(reply.ends_with(ADDED) && outcome.is_ok(), "{came}");
    assert!(farewell.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{came}");
}

#[tokio::test]
async fn what_is_late_comes_after_the_time_out_and_what_is_carried_out_late_is_stored_only_then() {
    let began = Instant::now();
    let (came, _, stored) = Case::with(Fault::Late).await.first().await;
    assert!(began.elapsed() > TIME_OUT && came.ends_with(ADDED) && stored == 1, "{came}");

    let case = Case::with(Fault::CarriedOutLate).await;
    let mut stream = TcpStream::connect(case.address).await.unwrap();
    stream.write_all(add("甲", "m1", "").as_bytes()).await.unwrap();
    timeout(TIME_OUT, stream.read_u8()).await.unwrap_err();
    assert_eq!(case.upstream.stored().await.unwrap().len(), 0);
    drop(stream);
    assert_eq!(case.stored().await["甲"], 1);
}

#[tokio::test]
async fn octets_trickle_so_that_each_read_is_soon_and_the_reply_is_not() {
    for (fault, begin) in [(Fault::TrickledHead, "H"), (Fault::TrickledBody, "\r\n\r\n{")] {
        let case = Case::with(fault).await;
        let mut stream = TcpStream::connect(case.address).await.unwrap();
        stream.write_all(add("甲", "m1", CLOSE).as_bytes()).await.unwrap();
        let mut came = String::new();
        let all = async {
            loop {
                let octet = timeout(Duration::from_millis(500), stream.read_u8()).await.unwrap();
                came.push(char::from(octet.unwrap()));
            }
        };
        timeout(TIME_OUT * 3, all).await.expect_err("it goes on");
        assert!(came.contains(begin) && !came.ends_with('}'), "{came}");
        assert_eq!(case.stored().await["甲"], 1);
    }
}

#[tokio::test]
async fn a_request_that_is_delivered_twice_is_stored_twice() {
    let (came, _, stored) = Case::with(Fault::DeliveredTwice).await.first().await;
    assert!(came.ends_with(ADDED), "{came}");
    assert_eq!(stored, 2);
}

#[tokio::test]
async fn headers_and_labels_are_as_the_fault_says_and_the_reply_is_whole() {
    let seen = [
        (Fault::GzipLabelOnPlainText, "Content-Encoding: gzip\r\n"),
        (Fault::ContinueFirst, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"),
        (Fault::EarlyHintsFirst, "rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"),
        (Fault::LongHeader, &"x".repeat(7000)),
    ];
    for (fault, expected) in seen {
        let (came, _, stored) = Case::with(fault).await.first().await;
        assert!(
            came.contains(expected) && came.ends_with(ADDED) && stored == 1,
            "{fault:?}: {came}"
        );
    }
}

#[tokio::test]
async fn a_redirect_and_a_challenge_carry_nothing_out() {
    for fault in [
        Fault::Redirect301,
        Fault::Redirect302,
        Fault::Redirect303,
        Fault::Redirect307,
        Fault::Redirect308,
    ] {
        let case = Case::with(fault).await;
        let (came, _, stored) = case.first().await;
        assert!(
            came.starts_with("HTTP/1.1 30") && came.contains("Location: /elsewhere\r\n"),
            "{came}"
        );
        assert_eq!((stored, case.peer.seen().await.followed), (0, 0));
    }
    let (came, _, stored) = Case::with(Fault::Unauthorized).await.first().await;
    assert!(came.contains("WWW-Authenticate: Basic") && stored == 0, "{came}");
}

#[tokio::test]
async fn who_follows_a_redirect_or_brings_a_cookie_back_is_seen() {
    let case = Case::with(Fault::Healthy).await;
    let elsewhere = "POST /elsewhere HTTP/1.1\r\nConnection: close\r\nCookie: session=1\r\n\r\n";
    let (came, _) = send(case.address, elsewhere).await;
    assert!(came.ends_with(ADDED), "{came}");
    let seen = case.peer.seen().await;
    assert_eq!((seen.followed, seen.cookies), (1, 1));
}

#[tokio::test]
async fn a_bomb_is_small_and_unfolds_to_much() {
    tokio::task::spawn_blocking(prepare_bomb).await.unwrap();
    assert!(BOMB.len() < 400_000, "{}", BOMB.len());
    let unfolded = io::copy(&mut flate2::read::GzDecoder::new(&BOMB[..]), &mut io::sink());
    assert!(unfolded.unwrap() > 298_000_000);
    let (came, ..) = Case::with(Fault::GzipBomb).await.first().await;
    assert!(came.contains("Content-Encoding: gzip\r\n"));
}

#[tokio::test]
async fn a_body_without_end_goes_on() {
    let case = Case::with(Fault::EndlessBody).await;
    let mut stream = TcpStream::connect(case.address).await.unwrap();
    stream.write_all(add("甲", "m1", "").as_bytes()).await.unwrap();
    let copied = tokio::io::copy(&mut stream.take(50_000_000), &mut tokio::io::sink()).await;
    assert_eq!(copied.unwrap(), 50_000_000);
}

#[tokio::test]
async fn a_page_may_send_and_does_so_on_a_connection_of_its_own() {
    let case = Case::with(Fault::ClosedAfterReading).await;
    let preflight = "OPTIONS /api HTTP/1.1\r\nOrigin: http://x\r\n\r\n";
    let (came, outcome) = send(case.address, preflight).await;
    assert!(came.contains("Access-Control-Allow-Headers: *\r\n") && outcome.is_ok(), "{came}");
    assert_eq!(case.first().await.0, "");
}

#[tokio::test]
async fn connections_outlive_a_reply_as_far_as_the_case_wants_it() {
    let preflight = "OPTIONS /api HTTP/1.1\r\nOrigin: http://x\r\n\r\n";
    let lasts = async |connections, request: &str| {
        let case = Case::new(Plan::Once(Fault::Healthy), connections).await;
        timeout(TIME_OUT, send(case.address, request)).await.is_err()
    };
    let kept = [
        (Connections::Kept, [true, true]),
        (Connections::Fresh, [false, true]),
        (Connections::Closed, [false, false]),
    ];
    for (connections, expected) in kept {
        let seen = [lasts(connections, preflight).await, lasts(connections, &query("m0")).await];
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn chance_strikes_a_quarter_of_the_requests_and_the_same_ones_again() {
    let draw = || {
        let peer = Peer::new(
            Upstream(([127, 0, 0, 1], 1).into()),
            TIME_OUT,
            Connections::Fresh,
            Plan::Drawn(fastrand::Rng::with_seed(7)),
        );
        let head = Head::parse(add("甲", "m1", "").as_bytes());
        (0..1000).map(|_| peer.fault_for(&head)).collect::<Vec<_>>()
    };
    let drawn = draw();
    assert_eq!(drawn, draw());
    let struck = drawn.iter().filter(|&&fault| fault != Fault::Healthy).count();
    assert!((200..300).contains(&struck), "{struck}");
    assert!(Fault::OF_ONE_REQUEST.iter().all(|fault| drawn.contains(fault)));
}

/// The reply to a request on a connection that goes on.
async fn read_reply(stream: &mut TcpStream) -> String {
    let mut came = Vec::new();
    while !came.ends_with(b"}") {
        came.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(came).unwrap()
}
