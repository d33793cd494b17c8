//! The way out, against servers that misbehave.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::any;
use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::http::{Cause, Http, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn http() -> Http {
    Http::new(Clock::system(), Entropy::seeded(1)).unwrap()
}

fn quick() -> RetryPolicy {
    RetryPolicy {
        first_pause: Duration::from_millis(1),
        ..RetryPolicy::thrice(Duration::from_secs(30))
    }
}

/// Serves the given answers in turn, the last one for ever, and counts the requests.
async fn serve(answers: Vec<axum::response::Response<String>>) -> (String, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&count);
    let answers = Arc::new(answers);
    let app = Router::new().fallback(any(move || {
        let at = seen.fetch_add(1, Ordering::SeqCst) as usize;
        let answer = answers[at.min(answers.len() - 1)].clone();
        async move { answer.into_response() }
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, count)
}

/// A server that takes each connection, reads the request's beginning, and then does what it is told.
async fn raw<F: Future<Output = ()> + Send + 'static>(then: fn(TcpStream) -> F) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                then(stream).await;
            });
        }
    });
    url
}

fn answer(status: u16, headers: &[(header::HeaderName, &str)], body: &str) -> axum::response::Response<String> {
    let mut answer = axum::response::Response::new(body.to_owned());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    *answer.headers_mut() = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.parse().unwrap()))
        .collect::<HeaderMap>();
    answer
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_and_a_lasting_one_is_returned() {
    let (url, count) = serve(vec![
        answer(503, &[], ""),
        answer(502, &[], "<html>"),
        answer(200, &[], "yes"),
    ])
    .await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    assert_eq!((got.status.as_u16(), got.body.as_slice()), (200, b"yes".as_slice()));
    assert_eq!(count.load(Ordering::SeqCst), 3);

    let (url, count) = serve(vec![answer(500, &[], "")]).await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    assert_eq!((got.status.as_u16(), count.load(Ordering::SeqCst)), (500, 3));
}

#[tokio::test]
async fn what_must_not_be_repeated_is_sent_once() {
    let (url, count) = serve(vec![answer(500, &[], "")]).await;
    let careful = RetryPolicy {
        repeatable: false,
        ..quick()
    };
    let got = http()
        .send(&careful, |client| client.post(&url).body("x"))
        .await
        .unwrap();
    assert_eq!((got.status.as_u16(), count.load(Ordering::SeqCst)), (500, 1));
}

#[tokio::test]
async fn retry_after_is_waited_for_or_handed_to_the_caller() {
    let asked = [(header::RETRY_AFTER, "0")];
    let (url, count) = serve(vec![answer(429, &asked, ""), answer(200, &[], "")]).await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    assert_eq!((got.status.as_u16(), count.load(Ordering::SeqCst)), (200, 2));

    let asked = [(header::RETRY_AFTER, "3600")];
    let (url, count) = serve(vec![answer(429, &asked, "")]).await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    assert_eq!((got.status.as_u16(), count.load(Ordering::SeqCst)), (429, 1));
    assert_eq!(got.retry_after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let (elsewhere, count) = serve(vec![answer(200, &[], "")]).await;
    let (url, _) = serve(vec![answer(302, &[(header::LOCATION, &elsewhere)], "")]).await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    assert_eq!((got.status.as_u16(), count.load(Ordering::SeqCst)), (302, 0));
}

#[tokio::test]
async fn every_kind_of_silence_has_its_name() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let hangs = raw(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let drops = raw(|_| async {}).await;
    let truncates = raw(|mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nonly this")
            .await;
    })
    .await;
    let floods = raw(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 65536]).await.is_ok() {}
    })
    .await;
    for (url, cause, may_be_done) in [
        (closed.as_str(), Cause::Unconnected, false),
        (&hangs, Cause::TimedOut, true),
        (&drops, Cause::Broken, true),
        (&truncates, Cause::Broken, true),
        (&floods, Cause::TooLarge, true),
        ("not a url", Cause::Unsendable, false),
    ] {
        let policy = RetryPolicy {
            attempt_timeout: Duration::from_millis(if cause == Cause::TimedOut { 200 } else { 20_000 }),
            attempts: 1,
            ..quick()
        };
        let none = http().send(&policy, |client| client.get(url)).await.unwrap_err();
        assert_eq!((none.cause, none.may_be_done()), (cause, may_be_done), "{url}");
    }
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_is_left_alone() {
    let (url, count) = serve(vec![answer(503, &[], "")]).await;
    let http = http();
    let mut asked = 0;
    let none = loop {
        match http.send(&quick(), |client| client.get(&url)).await {
            Ok(_) => asked += 1,
            Err(none) => break none,
        }
        assert!(asked < 50, "the circuit never opened");
    };
    assert_eq!(none.cause, Cause::CircuitOpen);
    assert!(none.retry_after.is_some());
    assert_eq!(count.load(Ordering::SeqCst), 10);
}

#[tokio::test]
async fn connections_are_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicU32::new(0));
    let taken = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            taken.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|size| size > 0) {
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                        .await;
                }
            });
        }
    });
    let http = http();
    for _ in 0..20 {
        http.send(&quick(), |client| client.get(&url)).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let (url, _) = serve(vec![answer(
        200,
        &[(header::SET_COOKIE, "canary")],
        r#"{"access_token":"canary"}"#,
    )])
    .await;
    let got = http().send(&quick(), |client| client.get(&url)).await.unwrap();
    let error = got.json::<Vec<u8>>().unwrap_err();
    assert!(!format!("{got:?} {error} {error:?}").contains("canary"));

    let none = http()
        .send(&quick(), |client| client.get("http://127.0.0.1:1/?token=canary"))
        .await
        .unwrap_err();
    assert!(!format!("{none} {none:?}").contains("canary"));
}
