//! A way through the network that can be made worse: refused, black-holed, slow, reset.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::port::Port;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nobody listens.
    Refused,
    /// Connections are taken, and nothing ever comes back.
    BlackHole,
    /// Every piece of an answer takes this long.
    Slow(Duration),
    /// Connections are reset as soon as something is said.
    Reset,
}

/// A port that leads to another one on this machine.
pub struct Proxy {
    port: Port,
    way: watch::Sender<Way>,
    _serving: AbortOnDropHandle<()>,
}

impl Proxy {
    pub async fn to(target: u16) -> Self {
        let port = Port::hold();
        let listener = port.listen().await;
        let (way, changes) = watch::channel(Way::Open);
        let serving = tokio::spawn(serve(listener, port.clone(), target, changes));
        Self {
            port,
            way,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// From now on, for connections that are open as well: those end.
    pub fn becomes(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn serve(listener: TcpListener, port: Port, target: u16, mut changes: watch::Receiver<Way>) {
    let mut listening = Some(listener);
    loop {
        let way = *changes.borrow_and_update();
        if way == Way::Refused {
            listening = None;
            if changes.changed().await.is_err() {
                return;
            }
            continue;
        }
        let listener = match listening.take() {
            Some(listener) => listener,
            None => port.listen().await,
        };
        loop {
            tokio::select! {
                changed = changes.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                Ok((client, _)) = listener.accept() => {
                    tokio::spawn(carry(client, target, way, changes.clone()));
                }
            }
        }
        listening = Some(listener);
    }
}

/// Carries one connection until the way changes; then it is reset.
async fn carry(mut client: TcpStream, target: u16, way: Way, mut changes: watch::Receiver<Way>) {
    tokio::select! {
        _ = changes.changed() => {}
        () = walk(&mut client, target, way) => {}
    }
    // Closed without lingering, TCP sends RST instead of FIN.
    let _ = client.set_zero_linger();
}

async fn walk(client: &mut TcpStream, target: u16, way: Way) {
    let mut said = [0; 1 << 14];
    match way {
        Way::Refused => {}
        Way::Reset => {
            let _ = client.read(&mut said).await;
        }
        Way::BlackHole => while client.read(&mut said).await.is_ok_and(|count| count > 0) {},
        Way::Open | Way::Slow(_) => {
            let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
                return;
            };
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.into_split();
            let there = tokio::io::copy(&mut from_client, &mut to_server);
            let back = async {
                while let Ok(count @ 1..) = from_server.read(&mut said).await {
                    if let Way::Slow(pause) = way {
                        tokio::time::sleep(pause).await;
                    }
                    if to_client.write_all(&said[..count]).await.is_err() {
                        break;
                    }
                }
            };
            tokio::select! {
                _ = there => {}
                () = back => {}
            }
        }
    }
}
