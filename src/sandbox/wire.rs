//! A stand-in's place on the network: a free local port whose connections can be cut in the middle of an answer, as real
//! networks do. Imports nothing of ours.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A running HTTP server. Dropping it frees the port, ends every hung answer, and resets kept connections at their next use.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: CancellationToken,
}

impl Server {
    /// Serves `router` on `address` until dropped; port 0 takes a free one. A handler learns its [`Line`] through `ConnectInfo`.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(address: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let door = Door {
            listener,
            stop: stop.clone(),
        };
        let until = stop.clone();
        tokio::spawn(async move {
            let serving = axum::serve(door, router.into_make_service_with_connect_info::<Line>());
            tokio::select! {
                () = until.cancelled() => {}
                _ = serving => {}
            }
        });
        Ok(Self { address, stop })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The connection under a request.
#[derive(Clone, Debug)]
pub struct Line {
    cut: Arc<AtomicBool>,
    stop: CancellationToken,
}

impl Line {
    /// Whatever is answered from now on, the caller sees a reset connection.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }

    /// Returns when the server stops: what a hung answer waits for.
    pub async fn server_stopped(&self) {
        self.stop.cancelled().await;
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire) || self.stop.is_cancelled()
    }
}

struct Door {
    listener: TcpListener,
    stop: CancellationToken,
}

impl axum::serve::Listener for Door {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.listener).await;
        // Small answers must not wait for more to come; failing to say so costs only time.
        let _ = stream.set_nodelay(true);
        let line = Line {
            cut: Arc::default(),
            stop: self.stop.clone(),
        };
        (Connection { stream, line }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().line.clone()
    }
}

struct Connection {
    stream: TcpStream,
    line: Line,
}

impl Connection {
    fn check(&self) -> io::Result<()> {
        if self.line.is_cut() {
            // Closed without lingering, TCP sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.check()?;
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
