//! Code for tokens, refresh, revoke, and the id_token's proof.

use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::google::oauth::CALENDAR_SCOPE;
use chatcal::google::{OAuth, Tokens, Trouble};
use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{CLIENT_ID, Reply, Script, clock, http, now};

const NONCE: &str = "the-nonce";

/// The public half of the stand-in's key, under the name `id`.
fn keys(id: &str) -> Reply {
    let mut set: Value = serde_json::from_str(include_str!("../../../src/sandbox/google/stand_in_jwks.json")).unwrap();
    let keys = set["keys"].as_array_mut().unwrap();
    keys[0]["kid"] = id.into();
    keys.insert(0, json!({ "kty": "new", "kid": "k0" }));
    Reply::json(200, &set).with("cache-control", "public, max-age=3600")
}

/// RSASSA-PKCS1-v1_5 with SHA-256, by the private half: it protects nothing.
fn sign(message: &str) -> Vec<u8> {
    let pem = include_bytes!("../../../src/sandbox/google/stand_in_key.pem");
    let key = any_supported_type(&PrivateKeyDer::from_pem_slice(pem).unwrap()).unwrap();
    let signer = key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).unwrap();
    signer.sign(message.as_bytes()).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "https://accounts.google.com",
        "aud": CLIENT_ID,
        "azp": CLIENT_ID,
        "sub": "110169484474386276334",
        "email": "ana@example.org",
        "email_verified": true,
        "iat": now().timestamp(),
        "exp": now().timestamp() + 3600,
        "nonce": NONCE,
    })
}

fn token(header: &Value, claims: &Value, sign: impl Fn(&str) -> Vec<u8>) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    format!("{message}.{}", BASE64URL_NOPAD.encode(&sign(&message)))
}

fn signed(claims: &Value) -> String {
    token(&json!({ "alg": "RS256", "kid": "k1" }), claims, sign)
}

fn changed(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    signed(&claims)
}

fn granted(id_token: &str) -> Reply {
    let answer = json!({
        "access_token": "ya29.a",
        "expires_in": 3599,
        "refresh_token": "1//r",
        "scope": format!("openid https://www.googleapis.com/auth/userinfo.email {CALENDAR_SCOPE}"),
        "token_type": "Bearer",
        "id_token": id_token,
    });
    Reply::json(200, &answer)
}

async fn exchange(oauth: &OAuth) -> Result<Tokens, Trouble> {
    oauth.exchange(&"4/code".into(), &"verifier".into(), NONCE).await
}

#[tokio::test]
async fn a_code_becomes_tokens_and_an_account() {
    let script = Script::new([granted(&signed(&claims())), keys("k1")]).await;
    let oauth = script.oauth();
    // As the web and the vault use it: on any thread of the runtime.
    let tokens = tokio::spawn(async move { exchange(&oauth).await })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "ya29.a");
    assert_eq!(tokens.refresh_token.as_ref().unwrap().expose_secret(), "1//r");
    assert_eq!(tokens.expires_at, now() + TimeDelta::seconds(3599));
    assert!(tokens.reaches_calendar());
    let account = tokens.account.as_ref().unwrap();
    assert_eq!(
        (account.sub.as_str(), account.email.as_str()),
        ("110169484474386276334", "ana@example.org")
    );
    assert!(!format!("{tokens:?}").contains("ya29"));

    let seen = &script.seen()[0];
    assert_eq!(seen.line(), "POST /token");
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "4/code"),
        ("code_verifier", "verifier"),
        ("redirect_uri", "http://127.0.0.1:8080/auth/callback"),
        ("client_id", CLIENT_ID),
        ("client_secret", "GOCSPX-canary-secret"),
    ] {
        assert_eq!(seen.form(name).as_deref(), Some(value));
    }
}

#[tokio::test]
async fn t11_an_unticked_box_and_a_missing_refresh_token_are_seen() {
    let answer = json!({
        "access_token": "ya29.a",
        "expires_in": 3599,
        "scope": "openid email",
        "token_type": "Bearer",
        "id_token": signed(&claims()),
    });
    let script = Script::new([Reply::json(200, &answer), keys("k1")]).await;
    let tokens = exchange(&script.oauth()).await.unwrap();
    assert!(!tokens.reaches_calendar());
    assert!(tokens.refresh_token.is_none());
}

#[tokio::test]
async fn s05_a_code_is_never_sent_twice() {
    let script = Script::new([Reply::text(502, "text/html", "<html>")]).await;
    assert!(matches!(
        exchange(&script.oauth()).await,
        Err(Trouble::Unreachable { .. })
    ));
    assert_eq!(script.seen().len(), 1);

    let used = Reply::json(
        400,
        &json!({ "error": "invalid_grant", "error_description": "Bad Request" }),
    );
    let script = Script::new([used]).await;
    let refused = exchange(&script.oauth()).await.unwrap_err();
    assert!(
        matches!(refused, Trouble::Refused { .. }),
        "nothing is revoked: {refused}"
    );
}

#[tokio::test]
async fn a_refresh_gives_an_access_token_and_keeps_the_grant() {
    let answer = json!({ "access_token": "ya29.b", "expires_in": 3599, "token_type": "Bearer" });
    let script = Script::new([Reply::text(503, "text/html", "<html>"), Reply::json(200, &answer)]).await;
    let oauth = script.oauth();
    let tokens = tokio::spawn(async move { oauth.refresh(&"1//r".into()).await })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "ya29.b");
    assert!(tokens.refresh_token.is_none() && tokens.scopes.is_empty() && tokens.account.is_none());
    let seen = script.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].form("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(seen[1].form("refresh_token").as_deref(), Some("1//r"));
}

#[tokio::test]
async fn revoking_what_is_dead_counts_as_done() {
    for (reply, done) in [
        (Reply::json(200, &json!({})), true),
        (Reply::json(400, &json!({ "error": "invalid_token" })), true),
        (Reply::json(400, &json!({ "error": "invalid_request" })), false),
        (Reply::text(503, "text/html", "<html>"), false),
    ] {
        let script = Script::new([reply]).await;
        let revoked = script.oauth().revoke(&"1//r".into()).await;
        assert_eq!(revoked.is_ok(), done, "{revoked:?}");
        assert_eq!(script.seen()[0].line(), "POST /revoke");
        assert_eq!(script.seen()[0].form("token").as_deref(), Some("1//r"));
    }
}

#[tokio::test]
async fn s05_an_id_token_that_proves_nothing_is_refused() {
    let good = signed(&claims());
    let (body, signature) = good.rsplit_once('.').unwrap();
    let mut flipped = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    flipped[100] ^= 1;
    let swapped = {
        let parts: Vec<&str> = good.split('.').collect();
        let mut other = claims();
        other["email"] = "eve@example.org".into();
        let other = BASE64URL_NOPAD.encode(other.to_string().as_bytes());
        format!("{}.{other}.{}", parts[0], parts[2])
    };
    let headed = |header: Value| token(&header, &claims(), sign);
    // The public key is no secret: whoever signs with it as if it were one proves nothing.
    let set: Value = serde_json::from_str(include_str!("../../../src/sandbox/google/stand_in_jwks.json")).unwrap();
    let public = BASE64URL_NOPAD
        .decode(set["keys"][0]["n"].as_str().unwrap().as_bytes())
        .unwrap();
    let by_public_key = |message: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&public).unwrap();
        mac.update(message.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let hs256 = token(&json!({ "alg": "HS256", "kid": "k1" }), &claims(), by_public_key);
    let seconds = |ahead: i64| json!(now().timestamp() + ahead);
    for (what, token) in [
        ("empty", String::new()),
        ("garbage", "a.b.c".to_owned()),
        (
            "alg none",
            token(&json!({ "alg": "none", "kid": "k1" }), &claims(), |_| Vec::new()),
        ),
        (
            "alg None",
            token(&json!({ "alg": "None", "kid": "k1" }), &claims(), |_| Vec::new()),
        ),
        ("HS256 with the public key", hs256),
        ("unsigned", format!("{body}.")),
        ("signature", format!("{body}.{}", BASE64URL_NOPAD.encode(&flipped))),
        ("payload", swapped),
        ("kid", headed(json!({ "alg": "RS256", "kid": "k2" }))),
        ("no kid", headed(json!({ "alg": "RS256" }))),
        ("another alg", headed(json!({ "alg": "RS512", "kid": "k1" }))),
        ("iss", changed("iss", "https://accounts.google.com.evil.example".into())),
        ("aud", changed("aud", "456-def.apps.googleusercontent.com".into())),
        ("second aud", changed("aud", json!([CLIENT_ID, "456"]))),
        ("no aud", changed("aud", Value::Null)),
        ("azp", changed("azp", "456-def.apps.googleusercontent.com".into())),
        ("exp", changed("exp", seconds(-61))),
        ("iat", changed("iat", seconds(61))),
        ("nonce", changed("nonce", "another".into())),
        ("no nonce", changed("nonce", Value::Null)),
        ("unverified", changed("email_verified", false.into())),
        ("no email", changed("email", Value::Null)),
        ("nobody", changed("sub", "".into())),
    ] {
        let script = Script::new([granted(&token), keys("k1")]).await;
        let refused = exchange(&script.oauth()).await;
        assert!(
            matches!(refused, Err(Trouble::BadIdToken { .. })),
            "{what}: {refused:?}"
        );
    }
    for (what, token) in [
        ("the other issuer", changed("iss", "accounts.google.com".into())),
        ("just expired", changed("exp", seconds(-59))),
        ("a list of one", changed("aud", json!([CLIENT_ID]))),
    ] {
        let script = Script::new([granted(&token), keys("k1")]).await;
        assert!(exchange(&script.oauth()).await.is_ok(), "{what}");
    }
}

#[tokio::test]
async fn the_signing_keys_are_kept_and_asked_for_again_when_they_change() {
    let clock: Clock = clock();
    let token = granted(&signed(&claims()));
    let script = Script::new([token.clone(), keys("old")]).await;
    let oauth = OAuth::new(http(), clock.clone(), &script.settings());
    let certs = |script: &Script| script.seen().iter().filter(|seen| seen.line() == "GET /certs").count();

    script.then(token.clone());
    assert!(matches!(exchange(&oauth).await, Err(Trouble::BadIdToken { .. })));
    // Within the minute nobody can make us ask again by naming keys.
    script.then(token.clone());
    assert!(matches!(exchange(&oauth).await, Err(Trouble::BadIdToken { .. })));
    assert_eq!(certs(&script), 1);

    clock.advance(Duration::from_secs(61));
    script.then(keys("k1"));
    script.then(token.clone());
    assert!(exchange(&oauth).await.is_ok());
    assert_eq!(certs(&script), 2);

    script.then(token);
    assert!(exchange(&oauth).await.is_ok());
    assert_eq!(certs(&script), 2, "kept");
}

#[tokio::test]
async fn without_the_signing_keys_nobody_is_signed_in() {
    let script = Script::new([granted(&signed(&claims())), Reply::text(404, "text/html", "<html>")]).await;
    assert!(matches!(
        exchange(&script.oauth()).await,
        Err(Trouble::Unreachable { .. })
    ));
}
