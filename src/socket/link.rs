//! One open websocket, on which no wait lasts for ever.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Name lookup, TCP, TLS and the upgrade together.
    pub open: Duration,
    /// Handing one message to the system; also the whole of a close.
    pub send: Duration,
    /// A peer that has sent nothing for that long, not even a pong to the ping we sent halfway, is gone.
    pub silence: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            open: Duration::from_secs(10),
            send: Duration::from_secs(10),
            silence: Duration::from_secs(60),
        }
    }
}

/// Why there is no link (any more). Whether to come back, and how, depends on the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    #[error("could not connect: {0}")]
    Unreachable(String),
    #[error("the upgrade was answered with HTTP {status}")]
    NotUpgraded { status: u16 },
    /// The peer closed; `code` is missing where its close frame gave none, or none was sent at all.
    #[error("closed by the peer (code {}): {reason}", code.map_or("none".to_owned(), |code| code.to_string()))]
    Closed { code: Option<u16>, reason: String },
    #[error("nothing heard for {} s", after.as_secs())]
    Silent { after: Duration },
    #[error("broken: {0}")]
    Broken(String),
}

/// One open websocket. Dropping it closes the TCP connection without a close frame.
#[derive(Debug)]
pub struct Link {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    deadlines: Deadlines,
    heard_at: Instant,
    pinged: bool,
}

impl Link {
    /// Opens `url` (`ws` or `wss`).
    ///
    /// # Errors
    /// [`Lost::Unreachable`], also when `deadlines.open` passes, or [`Lost::NotUpgraded`].
    pub async fn open(url: &Url, deadlines: Deadlines) -> Result<Self, Lost> {
        // The crate would reserve 128 KiB twice; our frames are a few kilobytes, Slack's and Discord's largest below a megabyte.
        let config = WebSocketConfig::default()
            .read_buffer_size(8 << 10)
            .write_buffer_size(0)
            .max_message_size(Some(4 << 20));
        let opening = connect_async_with_config(url.as_str(), Some(config), true);
        match timeout(deadlines.open, opening).await {
            Ok(Ok((stream, _))) => Ok(Self {
                stream,
                deadlines,
                heard_at: Instant::now(),
                pinged: false,
            }),
            Ok(Err(Error::Http(answer))) => Err(Lost::NotUpgraded {
                status: answer.status().as_u16(),
            }),
            Ok(Err(error)) => Err(Lost::Unreachable(error.to_string())),
            Err(_) => Err(Lost::Unreachable(format!(
                "no answer for {} s",
                deadlines.open.as_secs()
            ))),
        }
    }

    /// The next text message. Pings are answered on the way, and every frame is a sign of life. Nothing is lost when the future
    /// is dropped, so it may stand in a `select!`.
    ///
    /// # Errors
    /// When the link has ended; it is of no use any more then.
    pub async fn next(&mut self) -> Result<String, Lost> {
        loop {
            let silence = self.deadlines.silence;
            let patience = if self.pinged { silence } else { silence / 2 };
            let frame = timeout_at(self.heard_at + patience, self.stream.next()).await;
            let message = match frame {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return Err(broken(&error)),
                Ok(None) => return Err(closed(None)),
                Err(_) if self.pinged => return Err(Lost::Silent { after: silence }),
                Err(_) => {
                    self.pinged = true;
                    self.put(Message::Ping(Bytes::new())).await?;
                    continue;
                }
            };
            self.heard_at = Instant::now();
            self.pinged = false;
            match message {
                Message::Text(text) => return Ok(text.as_str().to_owned()),
                Message::Close(frame) => return Err(closed(frame)),
                // Neither protocol speaks in binary unless asked to.
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// When the link has ended, or the peer takes nothing for `deadlines.send`.
    pub async fn send(&mut self, text: String) -> Result<(), Lost> {
        self.put(Message::text(text)).await
    }

    /// Says goodbye with `code` (RFC 6455, section 7.4) and hangs up.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        // Whoever leaves doesn't mind if the other side is gone already.
        let _ = timeout(self.deadlines.send, self.stream.close(Some(frame))).await;
    }

    async fn put(&mut self, message: Message) -> Result<(), Lost> {
        match timeout(self.deadlines.send, self.stream.send(message)).await {
            Ok(sent) => sent.map_err(|error| broken(&error)),
            Err(_) => Err(Lost::Broken(format!(
                "the peer took nothing for {} s",
                self.deadlines.send.as_secs()
            ))),
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> Lost {
    match frame {
        Some(frame) => Lost::Closed {
            code: Some(frame.code.into()),
            reason: frame.reason.as_str().to_owned(),
        },
        None => Lost::Closed {
            code: None,
            reason: "without a close frame".to_owned(),
        },
    }
}

fn broken(error: &Error) -> Lost {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => closed(None),
        error => Lost::Broken(error.to_string()),
    }
}
