//! What stands before the service: nothing, nobody, TLS, a proxy.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::certificates::{Authority, Certificate, NAME_BEHIND_PROXY};
use crate::fault::{Front, Proxy};
use crate::http::Head;
use crate::peer::Peer;

/// The user and the password that a proxy is addressed with.
pub(crate) const PROXY_PASSWORD: &str = "proxy-password";
const PROXY_USER: &str = "proxy-user";

/// A name that is reserved for having no address.
const NOWHERE: &str = "https://nowhere.invalid";

/// How soon a connection stands on this machine if it ever does.
const SOON: Duration = Duration::from_millis(200);

/// The addresses of a case. They are closed with it.
#[derive(Default)]
pub(crate) struct Open {
    pub(crate) base_url: String,
    /// With the user and the password in it.
    pub(crate) proxy: Option<String>,
    /// Whether the driver is to trust the authority.
    pub(crate) trust: bool,
    tasks: JoinSet<()>,
    /// Bound, so that nobody else gets the port.
    silent: Vec<TcpSocket>,
    deaf: Vec<(TcpListener, Vec<TcpStream>)>,
}

/// Opens what stands before this peer.
pub(crate) async fn open(
    front: Front,
    peer: &Arc<Peer>,
    authority: &Authority,
) -> anyhow::Result<Open> {
    let mut open = Open::default();
    open.base_url = match front {
        Front::Plain => format!("http://{}", open.plain(peer).await?),
        Front::NoName => NOWHERE.to_owned(),
        Front::Refused => format!("http://{}", open.refused()?),
        Front::BlackHole => format!("http://{}", open.black_hole().await?),
        Front::Tls(certificate) => {
            let acceptor = authority.acceptor(certificate)?;
            open.trust = true;
            format!("https://{}", open.tls(peer, acceptor).await?)
        }
        Front::NoTls { says_so } => {
            open.trust = true;
            let listener = listen().await?;
            let address = listener.local_addr()?;
            open.tasks.spawn(accept(listener, move |stream| refuse_tls(stream, says_so)));
            format!("https://{address}")
        }
        Front::Proxy(answer) => {
            let acceptor = authority.acceptor(Certificate::Good)?;
            open.trust = true;
            let behind = open.tls(peer, acceptor).await?;
            let proxy = open.proxy(answer, peer, behind).await?;
            open.proxy = Some(format!("http://{PROXY_USER}:{PROXY_PASSWORD}@{proxy}"));
            format!("https://{NAME_BEHIND_PROXY}:{}", behind.port())
        }
    };
    Ok(open)
}

impl Open {
    async fn plain(&mut self, peer: &Arc<Peer>) -> anyhow::Result<SocketAddr> {
        let listener = listen().await?;
        let address = listener.local_addr()?;
        let peer = Arc::clone(peer);
        self.tasks.spawn(accept(listener, move |stream| Arc::clone(&peer).serve(stream)));
        Ok(address)
    }

    fn refused(&mut self) -> anyhow::Result<SocketAddr> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?;
        self.silent.push(socket);
        Ok(address)
    }

    /// An address whose queue of connections is full, so that the system passes over all that come.
    async fn black_hole(&mut self) -> anyhow::Result<SocketAddr> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(0)?;
        let address = listener.local_addr()?;
        let mut waiting = Vec::new();
        while let Ok(stream) = timeout(SOON, TcpStream::connect(address)).await {
            waiting.push(stream.context("the queue of connections could not be filled")?);
        }
        self.deaf.push((listener, waiting));
        Ok(address)
    }

    /// TLS, and plain HTTP behind it.
    async fn tls(&mut self, peer: &Arc<Peer>, acceptor: TlsAcceptor) -> anyhow::Result<SocketAddr> {
        let plain = self.plain(peer).await?;
        let listener = listen().await?;
        let address = listener.local_addr()?;
        self.tasks.spawn(accept(listener, move |stream| {
            let acceptor = acceptor.clone();
            async move {
                // What fails is what the case is about, or a client that left.
                if let Ok(mut outside) = acceptor.accept(stream).await
                    && let Ok(mut inside) = TcpStream::connect(plain).await
                {
                    let _ = copy_bidirectional(&mut outside, &mut inside).await;
                }
            }
        }));
        Ok(address)
    }

    /// A proxy to this address, whatever name it is asked for.
    async fn proxy(
        &mut self,
        answer: Proxy,
        peer: &Arc<Peer>,
        behind: SocketAddr,
    ) -> anyhow::Result<SocketAddr> {
        if answer == Proxy::Refused {
            return self.refused();
        }
        let listener = listen().await?;
        let address = listener.local_addr()?;
        let peer = Arc::clone(peer);
        self.tasks.spawn(accept(listener, move |stream| {
            let peer = Arc::clone(&peer);
            async move {
                let _ = pass_on(answer, &peer, behind, stream).await;
            }
        }));
        Ok(address)
    }
}

async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// Takes connections for as long as it is polled, and ends them with itself.
async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        // A connection that broke before it was accepted is no reason to stop.
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream));
        }
    }
}

/// Takes the beginning of TLS as a web server does that speaks none.
async fn refuse_tls(mut stream: TcpStream, says_so: bool) {
    let mut hello = [0; 16 * 1024];
    if stream.read(&mut hello).await.is_ok() && says_so {
        let _ = stream
            .write_all(
                b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            )
            .await;
    }
}

async fn pass_on(
    answer: Proxy,
    peer: &Peer,
    behind: SocketAddr,
    mut stream: TcpStream,
) -> io::Result<()> {
    while let Some(head) = Head::peek(&stream).await? {
        head.read(&mut stream).await?;
        let status = match answer {
            _ if head.method != "CONNECT" => "405 Method Not Allowed",
            Proxy::Answers(status) => status,
            Proxy::Drops | Proxy::Refused => {
                peer.note_connect();
                return Ok(());
            }
            Proxy::Connects => {
                peer.note_connect();
                let mut inside = TcpStream::connect(behind).await?;
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                return copy_bidirectional(&mut stream, &mut inside).await.map(drop);
            }
        };
        peer.note_connect();
        let challenge = if status.starts_with("407") {
            "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
        } else {
            ""
        };
        let reply = format!("HTTP/1.1 {status}\r\n{challenge}Content-Length: 0\r\n\r\n");
        stream.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
