//! Tokens: exchange, refresh, revoke, keys, and who a token belongs to.
//!
//! Sources: RFC 6749 sections 4.1.3, 5 and 6; RFC 7636 section 4.6; RFC 7009; the descriptions are Google's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawForm, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::refusal::{Refusal, TokenRefusal};
use super::world::Token;
use super::{Client, Shared, id_token};

type Fields = BTreeMap<String, String>;

/// `POST /token`
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, TokenRefusal> {
    let mut fields = read(&form)?;
    let client = shared.client();
    authenticate(&client, &headers, &mut fields)?;
    let answer = match take(&mut fields, "grant_type")?.as_str() {
        "authorization_code" => exchange(&shared, &client, fields)?,
        "refresh_token" => refresh(&shared, &client, fields)?,
        other => {
            return Err(TokenRefusal::new(
                400,
                "unsupported_grant_type",
                format!("Invalid grant_type: {other}"),
            ));
        }
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn read(form: &[u8]) -> Result<Fields, TokenRefusal> {
    let mut fields = Fields::new();
    for (name, value) in url::form_urlencoded::parse(form) {
        if fields.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(TokenRefusal::invalid_request(format!("Parameter given twice: {name}")));
        }
    }
    Ok(fields)
}

fn take(fields: &mut Fields, name: &str) -> Result<String, TokenRefusal> {
    fields
        .remove(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| TokenRefusal::invalid_request(format!("Missing required parameter: {name}")))
}

fn nothing_left(fields: &Fields) -> Result<(), TokenRefusal> {
    match fields.keys().next() {
        None => Ok(()),
        Some(name) => Err(TokenRefusal::invalid_request(format!("Unknown parameter: {name}"))),
    }
}

/// The client's id and secret, by header or by body, never both (RFC 6749 section 2.3).
fn authenticate(client: &Client, headers: &HeaderMap, fields: &mut Fields) -> Result<(), TokenRefusal> {
    let in_body = fields.remove("client_id").zip(fields.remove("client_secret"));
    let (id, secret) = match (basic(headers), in_body) {
        (Some(_), Some(_)) => return Err(TokenRefusal::invalid_request("Client credentials were given twice.")),
        (Some(pair), None) | (None, Some(pair)) => pair,
        (None, None) => {
            return Err(TokenRefusal::invalid_request(
                "Could not determine client ID from request.",
            ));
        }
    };
    if id != client.id {
        return Err(TokenRefusal::new(
            401,
            "invalid_client",
            "The OAuth client was not found.",
        ));
    }
    if secret != client.secret {
        return Err(TokenRefusal::new(401, "invalid_client", "Unauthorized"));
    }
    Ok(())
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let pair = String::from_utf8(BASE64.decode(encoded.as_bytes()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    // Both halves are form-encoded first (RFC 6749 section 2.3.1).
    let plain = |text: &str| {
        url::form_urlencoded::parse(format!("x={text}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

fn exchange(shared: &Shared, client: &Client, mut fields: Fields) -> Result<Value, TokenRefusal> {
    let (code, redirect_uri) = (take(&mut fields, "code")?, take(&mut fields, "redirect_uri")?);
    let verifier = fields.remove("code_verifier");
    nothing_left(&fields)?;
    let mut world = shared.world();
    let Some(mut held) = world.codes.get(&code).cloned() else {
        return Err(TokenRefusal::invalid_grant("Malformed auth code."));
    };
    if held.used {
        // Somebody has a copy: what the first use gave ends too (RFC 6749 section 4.1.2).
        world.revoke(&held.sub, &held.client_id);
        return Err(TokenRefusal::invalid_grant("Bad Request"));
    }
    if held.expires_at <= shared.now() {
        return Err(TokenRefusal::invalid_grant("Bad Request"));
    }
    if held.redirect_uri != redirect_uri {
        return Err(TokenRefusal::new(400, "redirect_uri_mismatch", "Bad Request"));
    }
    let verifier = verifier.ok_or_else(|| TokenRefusal::invalid_grant("Missing code verifier."))?;
    if BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes())) != held.challenge {
        return Err(TokenRefusal::invalid_grant("Invalid code verifier."));
    }
    held.used = true;
    world.codes.insert(code, held.clone());
    let account = world
        .account_of(&held.sub)
        .cloned()
        .ok_or_else(|| TokenRefusal::invalid_grant("Account has been deleted"))?;
    let access = world.issue_access(&shared.seed, &held.sub, &client.id, &held.scopes, shared.now());
    let mut answer = bearer(&access, &held.scopes, world.knobs.token_lifetime.as_secs());
    if held.refreshable {
        answer["refresh_token"] = json!(world.issue_refresh(&shared.seed, &held.sub, &client.id, &held.scopes));
    }
    if held.scopes.contains("openid") {
        let forgery = world.knobs.forgery.as_ref();
        answer["id_token"] = json!(id_token::make(
            &account,
            &held,
            &access,
            shared.now().timestamp(),
            forgery
        ));
    }
    Ok(answer)
}

fn refresh(shared: &Shared, client: &Client, mut fields: Fields) -> Result<Value, TokenRefusal> {
    let token = take(&mut fields, "refresh_token")?;
    nothing_left(&fields)?;
    let mut world = shared.world();
    let held: Token = world
        .refresh_tokens
        .get(&token)
        .cloned()
        .ok_or_else(TokenRefusal::ended)?;
    if held.client_id != client.id {
        return Err(TokenRefusal::new(401, "unauthorized_client", "Unauthorized"));
    }
    let access = world.issue_access(&shared.seed, &held.sub, &client.id, &held.scopes, shared.now());
    Ok(bearer(&access, &held.scopes, world.knobs.token_lifetime.as_secs()))
}

fn bearer(access: &str, scopes: &std::collections::BTreeSet<String>, expires_in: u64) -> Value {
    let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    json!({ "access_token": access, "expires_in": expires_in, "scope": scope, "token_type": "Bearer" })
}

/// `POST /revoke`: whichever token it is, the account's whole permission for the client ends.
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    RawForm(form): RawForm,
) -> Result<Response, TokenRefusal> {
    let mut fields = read(&form)?;
    fields.extend(read(query.unwrap_or_default().as_bytes())?);
    let token = take(&mut fields, "token")?;
    let mut world = shared.world();
    let held = world
        .refresh_tokens
        .get(&token)
        .or_else(|| world.access_tokens.get(&token))
        .cloned();
    let held = held.ok_or_else(|| TokenRefusal::new(400, "invalid_token", "Token expired or revoked"))?;
    world.revoke(&held.sub, &held.client_id);
    Ok(Json(json!({})).into_response())
}

/// `GET /certs`
pub(super) async fn certs() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=UTF-8"),
        (
            header::CACHE_CONTROL,
            "public, max-age=19800, must-revalidate, no-transform",
        ),
    ];
    (headers, id_token::JWKS).into_response()
}

/// `GET /userinfo`
pub(super) async fn userinfo(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    let held = bearer_of(&shared, &headers)?;
    let world = shared.world();
    let account = world.account_of(&held.sub).ok_or_else(Refusal::unauthenticated)?;
    let mut answer = json!({ "sub": account.sub });
    if held.scopes.contains("https://www.googleapis.com/auth/userinfo.email") {
        answer["email"] = json!(account.email);
        answer["email_verified"] = json!(account.email_verified);
    }
    Ok(Json(answer))
}

/// The live access token that a request carries.
pub(super) fn bearer_of(shared: &Shared, headers: &HeaderMap) -> Result<Token, Refusal> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text
        .and_then(|text| text.strip_prefix("Bearer "))
        .ok_or_else(Refusal::unauthenticated)?;
    let held = shared
        .world()
        .access_tokens
        .get(token)
        .cloned()
        .ok_or_else(Refusal::unauthenticated)?;
    match held.expires_at {
        Some(end) if end <= shared.now() => Err(Refusal::unauthenticated()),
        _ => Ok(held),
    }
}
