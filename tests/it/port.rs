//! A port of the loopback that stays a test's own while nobody listens on it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};

/// Held by a socket that is bound and does not listen. The system gives such a port to nobody who asks for a free one and opens no
/// connection from it, while a server that names it may listen on it: like all of ours, it must set `SO_REUSEADDR`.
#[derive(Clone, Debug)]
pub struct Port {
    address: SocketAddr,
    _held: Arc<TcpSocket>,
}

impl Port {
    pub fn hold() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self {
            address: socket.local_addr().unwrap(),
            _held: Arc::new(socket),
        }
    }

    pub fn number(&self) -> u16 {
        self.address.port()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn listen(&self) -> TcpListener {
        TcpListener::bind(self.address).await.unwrap()
    }
}

#[tokio::test]
async fn a_port_that_is_held_is_given_to_nobody_else() {
    let port = Port::hold();
    assert!(
        tokio::net::TcpStream::connect(port.address()).await.is_err(),
        "nobody listens"
    );
    for _ in 0..2 {
        let listener = port.listen().await;
        assert!(tokio::net::TcpStream::connect(port.address()).await.is_ok());
        drop(listener);
    }
    let others: Vec<_> = (0..200).map(|_| Port::hold()).collect();
    assert!(others.iter().all(|other| other.number() != port.number()));
}
