//! What a client meets before the service.

use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::fault::Fault;
use crate::peer::{Connections, Plan};
use crate::testing::{ADDED, add, exchange, service};

struct Case {
    authority: Authority,
    peer: Arc<Peer>,
    open: Open,
}

impl Case {
    async fn new(fault: Fault) -> Self {
        let authority = Authority::new().unwrap();
        let plan = Plan::Once(Fault::Healthy);
        let peer = Peer::new(service().await, Duration::from_secs(1), Connections::Fresh, plan);
        let open = open(fault.front(), &peer, &authority).await.unwrap();
        Self { authority, peer, open }
    }

    /// Where the base URL, or the proxy's URL, leads.
    fn address(&self) -> SocketAddr {
        let url = self.open.proxy.as_ref().unwrap_or(&self.open.base_url);
        let address = url.rsplit(['@', '/']).next().unwrap();
        address.parse().unwrap()
    }

    /// Goes through TLS and adds a lead.
    async fn add_by_tls(&self, stream: TcpStream, name: &'static str) -> io::Result<String> {
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(self.authority.pem.as_bytes()).unwrap();
        roots.add(root).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name).unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        stream.write_all(add("甲", "m1", "Connection: close\r\n").as_bytes()).await?;
        let mut came = Vec::new();
        // How rustls calls an end without a farewell is of no interest here.
        let _ = stream.read_to_end(&mut came).await;
        Ok(String::from_utf8_lossy(&came).into_owned())
    }
}

#[tokio::test]
async fn nothing_listens_at_a_refused_address() {
    let error = TcpStream::connect(Case::new(Fault::Refused).await.address()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    let error =
        TcpStream::connect(Case::new(Fault::ProxyRefused).await.address()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_black_hole_neither_takes_nor_refuses_a_connection() {
    let case = Case::new(Fault::BlackHoled).await;
    timeout(SOON * 3, TcpStream::connect(case.address())).await.expect_err("no answer");
}

#[tokio::test]
async fn a_trusted_certificate_leads_to_the_service() {
    let case = Case::new(Fault::TrustedCertificate).await;
    let stream = TcpStream::connect(case.address()).await.unwrap();
    let came = case.add_by_tls(stream, "127.0.0.1").await.unwrap();
    assert!(came.ends_with(ADDED), "{came}");
    assert_eq!(case.peer.seen().await.adds, ["m1"]);
}

#[tokio::test]
async fn other_certificates_are_refused_for_the_reason_that_the_fault_says() {
    let refused = [
        (Fault::SelfSigned, "UnknownIssuer"),
        (Fault::Expired, "certificate expired"),
        (Fault::WrongName, "certificate not valid for name"),
        (Fault::HttpsToPlainPort, "corrupt message"),
        (Fault::TlsDropped, "tls handshake eof"),
    ];
    for (fault, why) in refused {
        let case = Case::new(fault).await;
        let stream = TcpStream::connect(case.address()).await.unwrap();
        let error = case.add_by_tls(stream, "127.0.0.1").await.unwrap_err().to_string();
        assert!(error.contains(why), "{fault:?}: {error}");
        assert!(case.peer.seen().await.adds.is_empty());
    }
}

#[tokio::test]
async fn a_proxy_answers_connect_as_the_fault_says() {
    let answers = [
        (Fault::Proxy403, "HTTP/1.1 403 Forbidden\r\n"),
        (
            Fault::Proxy407,
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic",
        ),
        (Fault::Proxy502, "HTTP/1.1 502 Bad Gateway\r\n"),
        (Fault::ProxyDropped, ""),
    ];
    for (fault, expected) in answers {
        let case = Case::new(fault).await;
        let mut stream = TcpStream::connect(case.address()).await.unwrap();
        let connect = "CONNECT leads.test:443 HTTP/1.1\r\nHost: leads.test:443\r\n\r\n";
        let asked = timeout(SOON, exchange(&mut stream, connect)).await;
        // All but one keep the connection, for a client that has more to say.
        assert_eq!(asked.is_ok(), fault == Fault::ProxyDropped, "{fault:?}");
        assert_eq!(case.peer.seen().await.connects, 1);
        let mut stream = TcpStream::connect(case.address()).await.unwrap();
        stream.write_all(connect.as_bytes()).await.unwrap();
        let mut came = vec![0; expected.len()];
        stream.read_exact(&mut came).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&came), expected);
    }
}

#[tokio::test]
async fn a_healthy_proxy_leads_to_the_service_by_a_name_that_it_alone_knows() {
    let case = Case::new(Fault::Proxy).await;
    assert!(case.open.base_url.starts_with("https://leads.test:"), "{}", case.open.base_url);
    let mut stream = TcpStream::connect(case.address()).await.unwrap();
    stream.write_all(b"CONNECT leads.test:443 HTTP/1.1\r\n\r\n").await.unwrap();
    let mut came = [0; 39];
    stream.read_exact(&mut came).await.unwrap();
    assert_eq!(&came, b"HTTP/1.1 200 Connection established\r\n\r\n");
    let came = case.add_by_tls(stream, NAME_BEHIND_PROXY).await.unwrap();
    assert!(came.ends_with(ADDED), "{came}");
}
