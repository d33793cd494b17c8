//! The master key: given in the settings, or read from Secret Manager, however long that takes.
//!
//! Without it nothing can be opened or sealed, so nothing may be acknowledged: until it comes every request but `/healthz` is
//! answered with 503, upon which Slack delivers again later, and no socket is opened.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::start::NotStarted;
use crate::clock::Clock;
use crate::settings::Key;
use crate::vault::{Unread, read_version};

/// How long to wait before asking again.
const AGAIN: Duration = Duration::from_secs(2);

/// How long requests may take to end that came while the key was not there.
const TO_CLOSE: Duration = Duration::from_secs(1);

/// The key, read now or never: for a command that an operator waits for.
///
/// # Errors
/// When Secret Manager can't be asked, or holds no such version.
pub(super) async fn at_once(key: &Key, clock: &Clock) -> Result<SecretString, Unread> {
    match key {
        Key::Given(key) => Ok(key.clone()),
        Key::Named { version, url } => read_version(version, url, clock.clone()).await,
    }
}

/// The key, waited for; meanwhile `listener` is answered on. It comes back as it was.
///
/// # Errors
/// When Secret Manager holds no such version: waiting would not help.
pub(super) async fn waited_for(
    key: &Key,
    clock: &Clock,
    listener: TcpListener,
) -> Result<(SecretString, TcpListener), NotStarted> {
    let mut refusing = None;
    let listener = listener.into_std().map_err(NotStarted::Listener)?;
    let key = loop {
        match at_once(key, clock).await {
            Ok(key) => break key,
            Err(Unread::Down(why)) => {
                if refusing.is_none() {
                    tracing::warn!(%why, "not ready: CHATCAL_KEY names a Secret Manager version that can't be read yet");
                    refusing = Some(Refusing::start(&listener).map_err(NotStarted::Listener)?);
                }
                clock.sleep(AGAIN).await;
            }
            Err(wrong) => return Err(wrong.into()),
        }
    };
    if let Some(refusing) = refusing {
        refusing.end().await;
        tracing::info!("the master key has come");
    }
    let listener = TcpListener::from_std(listener).map_err(NotStarted::Listener)?;
    Ok((key, listener))
}

/// A web server that takes nothing in.
struct Refusing {
    stop: CancellationToken,
    server: AbortOnDropHandle<io::Result<()>>,
}

impl Refusing {
    fn start(listener: &std::net::TcpListener) -> io::Result<Self> {
        let listener = TcpListener::from_std(listener.try_clone()?)?;
        let stop = CancellationToken::new();
        let routes = Router::new()
            .route("/healthz", get(async || "ok\n"))
            .fallback(async || {
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    [(header::RETRY_AFTER, "5")],
                    "key: waiting for Secret Manager\n",
                )
            });
        let serving = axum::serve(listener, routes).with_graceful_shutdown(stop.clone().cancelled_owned());
        Ok(Self {
            stop,
            server: AbortOnDropHandle::new(tokio::spawn(async move { serving.await })),
        })
    }

    async fn end(self) {
        self.stop.cancel();
        // What takes longer is cut off: it was refused already.
        let _ = timeout(TO_CLOSE, self.server).await;
    }
}
