//! The authorization endpoint: a page that asks, and the answer that leads back to the client.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{RawForm, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use url::Url;

use super::Shared;
use super::asked::{Asked, Bad};
use super::pages;
use super::world::{Account, Code};

/// How long a code can be exchanged.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// `GET /o/oauth2/v2/auth`
pub(super) async fn ask(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let client = shared.client();
    match Asked::read(&query, &client) {
        Ok(asked) => pages::consent(&client.name, &query, &asked, &shared.world().accounts).into_response(),
        Err(bad) => refuse(&bad),
    }
}

/// `POST /o/oauth2/v2/auth/decide`: the page's form. The request travels with it and is read again.
pub(super) async fn decide(State(shared): State<Arc<Shared>>, RawForm(form): RawForm) -> Response {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&form).into_owned().collect();
    let one = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let asked = match Asked::read(one("request").unwrap_or_default(), &shared.client()) {
        Ok(asked) => asked,
        Err(bad) => return refuse(&bad),
    };
    if one("decision") != Some("allow") {
        return lead_back(&asked, &[("error", "access_denied")]);
    }
    let Some(account) = one("account").and_then(|email| shared.world().account(email).cloned()) else {
        return refuse(&Bad {
            code: "invalid_request",
            words: "Choose an account.".to_owned(),
        });
    };
    let ticked: BTreeSet<&str> = fields
        .iter()
        .filter(|(key, _)| key == "scope")
        .map(|(_, value)| value.as_str())
        .collect();
    let granted: BTreeSet<String> = asked
        .scopes
        .iter()
        .filter(|scope| !scope.optional || ticked.contains(scope.name))
        .map(|scope| scope.name.to_owned())
        .collect();
    let scope = granted.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let code = issue(&shared, &asked, &account, granted);
    lead_back(
        &asked,
        &[
            ("code", &code),
            ("scope", &scope),
            ("authuser", "0"),
            ("prompt", "consent"),
        ],
    )
}

fn issue(shared: &Shared, asked: &Asked, account: &Account, scopes: BTreeSet<String>) -> String {
    let mut world = shared.world();
    let first = world.consents.insert((account.sub.clone(), asked.client_id.clone()));
    let consent_shown = asked.prompt.iter().any(|word| word == "consent");
    // A refresh token comes with offline access, and then only with a consent that was really asked for.
    let mut refreshable = asked.offline && (first || consent_shown);
    if refreshable && world.knobs.withhold_refresh_tokens > 0 {
        world.knobs.withhold_refresh_tokens -= 1;
        refreshable = false;
    }
    let code = format!("4/sandbox-{}", world.draw(&shared.seed));
    world.codes.insert(
        code.clone(),
        Code {
            sub: account.sub.clone(),
            client_id: asked.client_id.clone(),
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge.clone(),
            nonce: asked.nonce.clone(),
            scopes,
            refreshable,
            expires_at: shared.now() + CODE_LIFE,
            used: false,
        },
    );
    code
}

fn lead_back(asked: &Asked, answer: &[(&str, &str)]) -> Response {
    let mut address = Url::parse(&asked.redirect_uri).expect("registered redirect URIs are addresses");
    address
        .query_pairs_mut()
        .append_pair("state", &asked.state)
        .extend_pairs(answer);
    Redirect::to(address.as_str()).into_response()
}

fn refuse(bad: &Bad) -> Response {
    (StatusCode::BAD_REQUEST, pages::refused(bad)).into_response()
}
