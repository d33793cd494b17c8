//! `socket::Link` against a peer that misbehaves in every way that the two platforms have been seen to.

use std::future::Future;
use std::time::Duration;

use chatcal::socket::{Deadlines, Link, Lost};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_async};
use url::Url;

const SOON: Deadlines = Deadlines {
    open: Duration::from_millis(200),
    send: Duration::from_millis(200),
    silence: Duration::from_millis(200),
};

/// A peer that treats its first caller as `manners` says, and the address to call.
async fn peer<F: Future<Output = ()> + Send>(manners: impl FnOnce(TcpStream) -> F + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { manners(listener.accept().await.unwrap().0).await });
    Url::parse(&format!("ws://{address}")).unwrap()
}

async fn upgraded(stream: TcpStream) -> WebSocketStream<TcpStream> {
    accept_async(stream).await.unwrap()
}

#[tokio::test]
async fn a_peer_that_never_answers_the_upgrade_is_given_up() {
    let url = peer(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    assert!(matches!(Link::open(&url, SOON).await, Err(Lost::Unreachable(_))));
}

#[tokio::test]
async fn an_upgrade_that_is_refused_tells_the_status() {
    let url = peer(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            .await;
    })
    .await;
    let lost = Link::open(&url, Deadlines::default()).await.unwrap_err();
    assert_eq!(lost, Lost::NotUpgraded { status: 403 });
}

#[tokio::test]
async fn every_kind_of_ending_is_told_apart() {
    let with_code = peer(|stream| async move {
        let mut socket = upgraded(stream).await;
        let frame = CloseFrame {
            code: 4004.into(),
            reason: "Authentication failed.".into(),
        };
        socket.close(Some(frame)).await.unwrap();
        while socket.next().await.is_some() {}
    })
    .await;
    let without_code = peer(|stream| async move {
        let mut socket = upgraded(stream).await;
        socket.close(None).await.unwrap();
        while socket.next().await.is_some() {}
    })
    .await;
    let without_goodbye = peer(|stream| async move { drop(upgraded(stream).await) }).await;

    for (url, expected) in [
        (with_code, Some(Some(4004))),
        (without_code, Some(None)),
        (without_goodbye, None),
    ] {
        let mut link = Link::open(&url, Deadlines::default()).await.unwrap();
        let code = match link.next().await.unwrap_err() {
            Lost::Closed { code, .. } => Some(code),
            Lost::Broken(_) => None,
            other => panic!("{other}"),
        };
        assert_eq!(code, expected);
    }
}

#[tokio::test]
async fn a_silent_peer_is_noticed_and_one_that_only_pongs_is_not() {
    let silent = peer(|stream| async move {
        let _socket = upgraded(stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut link = Link::open(&silent, SOON).await.unwrap();
    assert_eq!(link.next().await, Err(Lost::Silent { after: SOON.silence }));

    // Answers pings and nothing else, speaks after the third, and so after more than the silence that is suffered.
    let polite = peer(|stream| async move {
        let mut socket = upgraded(stream).await;
        let mut pings = 0;
        while let Some(Ok(message)) = socket.next().await {
            pings += usize::from(message.is_ping());
            if pings == 3 {
                socket.send(Message::text("still here")).await.unwrap();
            }
        }
    })
    .await;
    let mut link = Link::open(&polite, SOON).await.unwrap();
    assert_eq!(link.next().await.unwrap(), "still here");
}

#[tokio::test]
async fn texts_go_both_ways_and_a_dropped_wait_loses_none() {
    let url = peer(|stream| async move {
        let mut socket = upgraded(stream).await;
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                socket.send(Message::Text(text)).await.unwrap();
            }
        }
    })
    .await;
    let mut link = Link::open(&url, Deadlines::default()).await.unwrap();
    for text in ["one", "two", "three"] {
        link.send(text.to_owned()).await.unwrap();
    }
    let mut heard = Vec::new();
    while heard.len() < 3 {
        tokio::select! {
            biased;
            text = link.next() => heard.push(text.unwrap()),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(heard, ["one", "two", "three"]);
    link.close(1000).await;
}
