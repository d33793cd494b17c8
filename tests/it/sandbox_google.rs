//! The stand-in for Google is as strict as the real one: otherwise what passes against it says nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::sandbox::browser::{Browser, Page};
use chatcal::sandbox::google::{
    Account, CALENDAR_SCOPE, Config, Endpoint, Fault, Forgery, Google, MailKind, MeetBehaviour, Seed,
};
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

const ANA: &str = "ana@example.org";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client of the stand-in that can be as wrong as a test likes.
struct Desk {
    google: Google,
    http: reqwest::Client,
    clock: Clock,
    browser: Browser,
}

type Fields<'a> = Vec<(&'a str, String)>;

impl Desk {
    async fn open() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let clock = Clock::manual(now);
        let time = clock.clone();
        let mut config = Config::new(std::sync::Arc::new(move || time.now()));
        change(&mut config);
        let google = Google::start(config).await.unwrap();
        // Where the answer lands does not matter here: the address is read.
        google.register_redirect(&(google.url() + "/back"));
        google.add_account(Account::new(ANA, "Europe/Berlin"));
        let browser = Browser::new();
        Self {
            google,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            clock,
            browser,
        }
    }

    fn ask(&self) -> Fields<'static> {
        vec![
            ("client_id", self.google.client().id),
            ("redirect_uri", self.google.url() + "/back"),
            ("response_type", "code".to_owned()),
            ("scope", format!("openid email {CALENDAR_SCOPE}")),
            ("state", "s-1".to_owned()),
            ("nonce", "n-1".to_owned()),
            ("access_type", "offline".to_owned()),
            ("code_challenge", CHALLENGE.to_owned()),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }

    async fn consent_page(&mut self, ask: &Fields<'_>) -> Page {
        let address = url::Url::parse_with_params(&self.google.auth_url(), ask).unwrap();
        self.browser.open(address.as_str()).await.unwrap()
    }

    /// Allows, and answers what comes back to the redirect URI.
    async fn allow(&mut self, ask: &Fields<'_>) -> BTreeMap<String, String> {
        let page = self.consent_page(ask).await;
        let landed = self.browser.press(&page, "Allow").await.unwrap();
        landed.url.query_pairs().into_owned().collect()
    }

    fn exchange_fields(&self, code: &str) -> Fields<'static> {
        let client = self.google.client();
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.google.url() + "/back"),
            ("code_verifier", VERIFIER.to_owned()),
            ("client_id", client.id),
            ("client_secret", client.secret),
        ]
    }

    fn refresh_fields(&self, refresh_token: &Value) -> Fields<'static> {
        let client = self.google.client();
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", refresh_token.as_str().unwrap().to_owned()),
            ("client_id", client.id),
            ("client_secret", client.secret),
        ]
    }

    async fn token(&self, fields: &Fields<'_>) -> (u16, Value) {
        let request = self.http.post(self.google.token_url()).form(fields);
        answer(request).await
    }

    /// Consents and exchanges: the whole token answer.
    async fn connect(&mut self) -> Value {
        let ask = self.ask();
        let back = self.allow(&ask).await;
        let (status, tokens) = self.token(&self.exchange_fields(&back["code"])).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    async fn api(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let address = format!("{}calendars/primary/events{path}", self.google.calendar_url());
        let mut request = self.http.request(method.parse().unwrap(), address).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (
        status,
        serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null),
    )
}

fn set(fields: &mut Fields<'_>, name: &'static str, value: Option<&str>) {
    fields.retain(|(known, _)| *known != name);
    fields.extend(value.map(|value| (name, value.to_owned())));
}

fn event(id: &str) -> Value {
    json!({
        "id": id,
        "summary": "Lunch",
        "start": { "dateTime": "2026-11-24T14:00:00", "timeZone": "Europe/Berlin" },
        "end": { "dateTime": "2026-11-24T14:30:00", "timeZone": "Europe/Berlin" },
    })
}

fn with_meet(id: &str, request: &str) -> Value {
    let mut event = event(id);
    event["conferenceData"] =
        json!({ "createRequest": { "requestId": request, "conferenceSolutionKey": { "type": "hangoutsMeet" } } });
    event
}

fn reason(body: &Value) -> &str {
    body["error"]["errors"][0]["reason"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_wrong_request_for_consent_leads_nowhere() {
    let mut desk = Desk::open().await;
    let long = "x".repeat(43);
    for (name, value, code) in [
        ("client_id", Some("somebody-else"), "invalid_client"),
        ("client_id", None, "invalid_request"),
        (
            "redirect_uri",
            Some("http://evil.example/back"),
            "redirect_uri_mismatch",
        ),
        ("redirect_uri", None, "invalid_request"),
        ("response_type", Some("token"), "invalid_request"),
        ("scope", Some("openid email everything"), "invalid_scope"),
        ("scope", None, "invalid_request"),
        ("state", None, "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("access_type", Some("forever"), "invalid_request"),
        ("prompt", Some("none"), "invalid_request"),
        ("bogus", Some(long.as_str()), "invalid_request"),
    ] {
        let mut ask = desk.ask();
        set(&mut ask, name, value);
        let page = desk.consent_page(&ask).await;
        assert_eq!(page.status, 400, "{name}={value:?}");
        assert!(
            page.words().contains(&format!("Error 400: {code}")),
            "{name}={value:?}: {}",
            page.words()
        );
        assert!(page.forms().is_empty() && page.trail.is_empty(), "{name}={value:?}");
    }
    // The slash makes it another address.
    let mut ask = desk.ask();
    let slash = desk.google.url() + "/back/";
    set(&mut ask, "redirect_uri", Some(&slash));
    assert_eq!(desk.consent_page(&ask).await.status, 400);
}

#[tokio::test]
async fn consent_can_be_given_in_part_and_refused() {
    let mut desk = Desk::open().await;
    let ask = desk.ask();
    let page = desk.consent_page(&ask).await;
    assert!(page.words().contains("ChatCal wants to access your Google Account"));
    assert!(
        page.words()
            .contains("See, create, change, and delete events on Google calendars you own")
    );

    let back = desk.browser.press(&page, "Cancel").await.unwrap();
    assert_eq!(back.url.query(), Some("state=s-1&error=access_denied"));

    let untick = |fields: &mut Vec<(String, String)>| fields.retain(|(name, _)| name != "scope");
    let back = desk.browser.press_after(&page, "Allow", untick).await.unwrap();
    let back: BTreeMap<String, String> = back.url.query_pairs().into_owned().collect();
    assert_eq!(back["scope"], "https://www.googleapis.com/auth/userinfo.email openid");
    let (_, tokens) = desk.token(&desk.exchange_fields(&back["code"])).await;
    let (status, refused) = desk
        .api(tokens["access_token"].as_str().unwrap(), "GET", "", None)
        .await;
    assert_eq!((status, reason(&refused)), (403, "insufficientPermissions"));

    // The form is read as strictly as the address was.
    let forge = |fields: &mut Vec<(String, String)>| fields[0].1 = fields[0].1.replace("S256", "plain");
    assert_eq!(
        desk.browser.press_after(&page, "Allow", forge).await.unwrap().status,
        400
    );
}

#[tokio::test]
async fn a_code_is_exchanged_once_by_its_owner_only() {
    let mut desk = Desk::open().await;
    for (name, value, status, error) in [
        ("code_verifier", Some("wrong"), 400, "invalid_grant"),
        ("code_verifier", Some(CHALLENGE), 400, "invalid_grant"),
        ("code_verifier", None, 400, "invalid_grant"),
        (
            "redirect_uri",
            Some("http://127.0.0.1/back"),
            400,
            "redirect_uri_mismatch",
        ),
        ("code", Some("4/guess"), 400, "invalid_grant"),
        ("client_secret", Some("guess"), 401, "invalid_client"),
        ("client_id", Some("guess"), 401, "invalid_client"),
        ("client_secret", None, 400, "invalid_request"),
        ("grant_type", Some("password"), 400, "unsupported_grant_type"),
        ("bogus", Some("1"), 400, "invalid_request"),
    ] {
        let ask = desk.ask();
        let back = desk.allow(&ask).await;
        let mut fields = desk.exchange_fields(&back["code"]);
        set(&mut fields, name, value);
        let (got, body) = desk.token(&fields).await;
        assert_eq!(
            (got, body["error"].as_str()),
            (status, Some(error)),
            "{name}={value:?}: {body}"
        );
    }

    let ask = desk.ask();
    let code = desk.allow(&ask).await["code"].clone();
    let (status, tokens) = desk.token(&desk.exchange_fields(&code)).await;
    assert_eq!(
        (status, &tokens["token_type"], &tokens["expires_in"]),
        (200, &json!("Bearer"), &json!(3599))
    );
    let (status, reused) = desk.token(&desk.exchange_fields(&code)).await;
    assert_eq!((status, &reused["error"]), (400, &json!("invalid_grant")));
    // Somebody has a copy of the code: what it gave has ended.
    let (status, _) = desk
        .api(tokens["access_token"].as_str().unwrap(), "GET", "", None)
        .await;
    assert_eq!(status, 401);

    let code = desk.allow(&ask).await["code"].clone();
    desk.clock.advance(Duration::from_secs(601));
    assert_eq!(desk.token(&desk.exchange_fields(&code)).await.0, 400);
}

#[tokio::test]
async fn the_clients_secret_may_come_in_the_header_but_not_twice() {
    let mut desk = Desk::open().await;
    let ask = desk.ask();
    let code = desk.allow(&ask).await["code"].clone();
    let (client, mut fields) = (desk.google.client(), desk.exchange_fields(&code));
    let request = |fields: &Fields<'_>| {
        let request = desk.http.post(desk.google.token_url()).form(fields);
        request.basic_auth(&client.id, Some(&client.secret))
    };
    assert_eq!(answer(request(&fields)).await.0, 400);
    set(&mut fields, "client_id", None);
    set(&mut fields, "client_secret", None);
    assert_eq!(answer(request(&fields)).await.0, 200);
}

#[tokio::test]
async fn refresh_tokens_come_only_offline_and_with_a_consent() {
    let mut desk = Desk::open().await;
    let mut ask = desk.ask();
    let mut round = async |access_type: Option<&str>, prompt: Option<&str>| {
        set(&mut ask, "access_type", access_type);
        set(&mut ask, "prompt", prompt);
        let code = desk.allow(&ask).await["code"].clone();
        desk.token(&desk.exchange_fields(&code))
            .await
            .1
            .get("refresh_token")
            .is_some()
    };
    assert!(!round(None, None).await, "online");
    assert!(!round(Some("offline"), None).await, "consented before");
    assert!(round(Some("offline"), Some("consent")).await, "asked again");
    desk.google.revoke(ANA);
    assert!(
        desk.connect().await.get("refresh_token").is_some(),
        "first consent after a revocation"
    );
    desk.google.revoke(ANA);
    desk.google.withhold_refresh_tokens(1);
    assert!(desk.connect().await.get("refresh_token").is_none(), "withheld");
}

#[tokio::test]
async fn revoking_ends_every_token_of_the_account() {
    let mut desk = Desk::open().await;
    let first = desk.connect().await;
    let mut ask = desk.ask();
    set(&mut ask, "prompt", Some("consent"));
    let code = desk.allow(&ask).await["code"].clone();
    let second = desk.token(&desk.exchange_fields(&code)).await.1;
    assert_eq!(desk.google.refresh_tokens(ANA), 2);

    let (status, fresh) = desk.token(&desk.refresh_fields(&first["refresh_token"])).await;
    assert_eq!(status, 200);
    assert!(fresh.get("refresh_token").is_none() && fresh["access_token"] != first["access_token"]);

    let request = desk.http.post(desk.google.revoke_url());
    let request = request.form(&[("token", second["access_token"].as_str().unwrap())]);
    assert_eq!(answer(request).await.0, 200);
    assert_eq!(desk.google.refresh_tokens(ANA), 0);
    let (status, ended) = desk.token(&desk.refresh_fields(&first["refresh_token"])).await;
    assert_eq!(
        (status, ended),
        (
            400,
            json!({ "error": "invalid_grant", "error_description": "Token has been expired or revoked." })
        )
    );
    let again = desk.http.post(desk.google.revoke_url()).form(&[("token", "gone")]);
    assert_eq!(answer(again).await.1["error"], "invalid_token");
}

#[tokio::test]
async fn the_id_token_is_signed_by_the_published_key_and_can_be_forged_on_order() {
    let mut desk = Desk::open().await;
    let keys: JwkSet = desk
        .http
        .get(desk.google.jwks_url())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
    let client = desk.google.client().id;
    let verify = |tokens: &Value| {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[&client]);
        rules.set_issuer(&["https://accounts.google.com"]);
        // The calendar stands in the future; the times are compared below.
        rules.validate_exp = false;
        jsonwebtoken::decode::<Value>(tokens["id_token"].as_str().unwrap(), &key, &rules)
    };
    let tokens = desk.connect().await;
    let claims = verify(&tokens).unwrap().claims;
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["email"], ANA);
    assert_eq!(claims["exp"].as_i64().unwrap(), desk.clock.now().timestamp() + 3600);

    let userinfo = desk
        .http
        .get(desk.google.userinfo_url())
        .bearer_auth(tokens["access_token"].as_str().unwrap());
    assert_eq!(answer(userinfo).await.1["sub"], claims["sub"]);

    for (forgery, good) in [
        (
            Forgery {
                broken_signature: true,
                ..Forgery::default()
            },
            false,
        ),
        (
            Forgery {
                header: json!({ "alg": "none" }),
                ..Forgery::default()
            },
            false,
        ),
        (
            Forgery {
                claims: json!({ "aud": "somebody else" }),
                ..Forgery::default()
            },
            false,
        ),
        (
            Forgery {
                claims: json!({ "nonce": null }),
                ..Forgery::default()
            },
            true,
        ),
    ] {
        desk.google.forge_id_tokens(Some(forgery.clone()));
        assert_eq!(verify(&desk.connect().await).is_ok(), good, "{forgery:?}");
    }
}

#[tokio::test]
async fn the_calendar_refuses_what_google_refuses() {
    let mut desk = Desk::open().await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap();
    let with = |field: &str, value: Value| {
        let mut event = event("abcde");
        event[field] = value;
        Some(event)
    };
    let time = |text: &str| json!({ "dateTime": text });
    for (method, path, body, status, why) in [
        ("GET", "?bogus=1", None, 400, "invalid"),
        ("GET", "?orderBy=startTime", None, 400, "invalid"),
        ("GET", "?timeMin=2026-11-24T10:00:00", None, 400, "invalid"),
        (
            "GET",
            "?timeMin=2026-11-24T10:00:00Z&timeMax=2026-11-24T10:00:00Z",
            None,
            400,
            "timeRangeEmpty",
        ),
        ("GET", "?maxResults=0", None, 400, "invalid"),
        ("GET", "?maxResults=2501", None, 400, "invalid"),
        ("GET", "?maxResults=1&maxResults=2", None, 400, "invalid"),
        ("GET", "?singleEvents=yes", None, 400, "invalid"),
        ("GET", "?fields=items(", None, 400, "invalid"),
        ("GET", "?timeZone=Mars/Base", None, 400, "invalid"),
        ("GET", "/nosuchevent", None, 404, "notFound"),
        ("POST", "?sendUpdates=maybe", Some(event("abcde")), 400, "invalid"),
        ("POST", "?conferenceDataVersion=2", Some(event("abcde")), 400, "invalid"),
        ("POST", "", Some(event("abcd")), 400, "invalid"),
        ("POST", "", Some(event("ABCDE")), 400, "invalid"),
        ("POST", "", Some(event("abcdz")), 400, "invalid"),
        ("POST", "", with("bogus", json!(1)), 400, "invalid"),
        ("POST", "", with("summary", json!(1)), 400, "invalid"),
        ("POST", "", with("visibility", json!("hidden")), 400, "invalid"),
        (
            "POST",
            "",
            with("recurrence", json!(["RRULE:FREQ=DAILY"])),
            400,
            "invalid",
        ),
        (
            "POST",
            "",
            with("extendedProperties", json!({ "private": { "n": 1 } })),
            400,
            "invalid",
        ),
        ("POST", "", with("start", time("2026-11-24T14:00:00")), 400, "required"),
        ("POST", "", with("start", time("2026-11-24 at two")), 400, "invalid"),
        (
            "POST",
            "",
            with("start", json!({ "date": "2026-11-24" })),
            400,
            "invalid",
        ),
        ("POST", "", with("start", Value::Null), 400, "required"),
        (
            "POST",
            "",
            with("end", time("2026-11-24T13:00:00Z")),
            400,
            "timeRangeEmpty",
        ),
        (
            "POST",
            "",
            with("attendees", json!([{ "email": "a@b" }])),
            400,
            "invalid",
        ),
        (
            "POST",
            "",
            with("attendees", json!([{ "email": "a@example.org\nBcc: b@example.org" }])),
            400,
            "invalid",
        ),
        (
            "POST",
            "",
            with("attendees", json!([{ "name": "Ann" }])),
            400,
            "invalid",
        ),
        (
            "POST",
            "",
            with("conferenceData", json!({ "entryPoints": [] })),
            400,
            "invalid",
        ),
        ("PATCH", "/nosuchevent", Some(json!({})), 404, "notFound"),
        ("DELETE", "/nosuchevent", None, 404, "notFound"),
        ("DELETE", "/nosuchevent?bogus=1", None, 400, "invalid"),
    ] {
        let (got, refused) = desk.api(token, method, path, body.clone()).await;
        assert_eq!(
            (got, reason(&refused)),
            (status, why),
            "{method} {path} {body:?}: {refused}"
        );
    }
    assert!(desk.google.all_events(ANA).is_empty(), "a refused insert wrote");

    let elsewhere = desk.google.calendar_url() + "calendars/bo@example.org/events";
    assert_eq!(answer(desk.http.get(elsewhere).bearer_auth(token)).await.0, 404);
    assert_eq!(desk.api("ya29.guess", "GET", "", None).await.0, 401);
    desk.clock.advance(Duration::from_secs(3599));
    let (status, refused) = desk.api(token, "GET", "", None).await;
    assert_eq!((status, reason(&refused)), (401, "authError"));
}

#[tokio::test]
async fn an_event_is_made_once_edited_by_etag_and_stays_deleted() {
    let mut desk = Desk::open().await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap();
    let mut with_guest = event("event1");
    with_guest["attendees"] = json!([{ "email": "bo@example.com" }, { "email": ANA, "responseStatus": "accepted" }]);
    let (status, made) = desk.api(token, "POST", "?sendUpdates=all", Some(with_guest)).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        made["start"],
        json!({ "dateTime": "2026-11-24T14:00:00+01:00", "timeZone": "Europe/Berlin" })
    );
    assert_eq!(made["attendees"][0]["responseStatus"], "needsAction");
    assert_eq!(made["attendees"][1]["self"], true);
    assert_eq!((&made["status"], &made["sequence"]), (&json!("confirmed"), &json!(0)));
    assert!(made.get("conferenceData").is_none() && made.get("hangoutLink").is_none());

    let (status, refused) = desk.api(token, "POST", "", Some(event("event1"))).await;
    assert_eq!((status, reason(&refused)), (409, "duplicate"));

    desk.google.edit(ANA, "event1", json!({ "summary": "Longer lunch" }));
    let address = desk.google.calendar_url() + "calendars/primary/events/event1";
    let patch = |etag: &Value| {
        let request = desk
            .http
            .patch(&address)
            .bearer_auth(token)
            .json(&json!({ "location": "Here" }));
        answer(request.header("if-match", etag.as_str().unwrap()))
    };
    let (status, refused) = patch(&made["etag"]).await;
    assert_eq!((status, reason(&refused)), (412, "conditionNotMet"));
    let (_, now) = desk.api(token, "GET", "/event1", None).await;
    assert_eq!(now["summary"], "Longer lunch");
    let (status, patched) = patch(&now["etag"]).await;
    assert_eq!(
        (status, &patched["location"], &patched["sequence"]),
        (200, &json!("Here"), &json!(0))
    );

    let later = json!({ "start": { "dateTime": "2026-11-24T12:15:00Z" } });
    let (_, moved) = desk.api(token, "PATCH", "/event1", Some(later)).await;
    assert_eq!(
        (&moved["sequence"], &moved["start"]["dateTime"]),
        (&json!(1), &json!("2026-11-24T13:15:00+01:00"))
    );

    assert_eq!(desk.api(token, "DELETE", "/event1?sendUpdates=all", None).await.0, 204);
    let (status, refused) = desk.api(token, "DELETE", "/event1", None).await;
    assert_eq!((status, reason(&refused)), (410, "deleted"));
    assert_eq!(desk.api(token, "GET", "/event1", None).await.1["status"], "cancelled");
    assert_eq!(desk.api(token, "POST", "", Some(event("event1"))).await.0, 409);
    assert_eq!(desk.api(token, "GET", "", None).await.1["items"], json!([]));
    assert_eq!(
        desk.api(token, "GET", "?showDeleted=true", None).await.1["items"][0]["id"],
        "event1"
    );

    let mails: Vec<_> = desk
        .google
        .mails()
        .into_iter()
        .map(|mail| (mail.to, mail.kind))
        .collect();
    let to = "bo@example.com".to_owned();
    assert_eq!(mails, [(to.clone(), MailKind::Invited), (to, MailKind::Cancelled)]);
}

#[tokio::test]
async fn lists_have_open_ends_pages_filters_and_zones() {
    let mut desk = Desk::open().await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap();
    let google = &desk.google;
    google.seed(ANA, Seed::busy("Late", "2026-11-24T16:00", "2026-11-24T17:00"));
    google.seed(ANA, Seed::busy("Early", "2026-11-24T14:00", "2026-11-24T15:00"));
    google.seed(ANA, Seed::all_day("Fair", "2026-11-24", "2026-11-25"));
    google.seed(ANA, Seed::all_day("Away", "2026-11-26", "2026-11-27").out_of_office());
    google.seed(
        ANA,
        Seed::all_day("Home", "2026-11-27", "2026-11-28").working_location(),
    );
    google.seed(
        ANA,
        Seed::busy("No, thanks", "2026-11-28T10:00", "2026-11-28T11:00").declined(ANA),
    );
    let names = async |query: &str| {
        let (status, list) = desk.api(token, "GET", query, None).await;
        assert_eq!(status, 200, "{query}: {list}");
        let items = list["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|event| event["summary"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let ordered = "?singleEvents=true&orderBy=startTime";
    assert_eq!(names("").await, ["Late", "Early", "Fair", "Away", "Home", "No, thanks"]);
    assert_eq!(
        names(ordered).await,
        ["Fair", "Early", "Late", "Away", "Home", "No, thanks"]
    );
    // An event that ends when the range starts lies outside, and so does one that starts when it ends.
    let range = format!("{ordered}&timeMin=2026-11-24T14:00:00Z&timeMax=2026-11-24T15:00:00Z");
    assert_eq!(names(&range).await, ["Fair"]);
    // Whole days are those of Berlin.
    let night = format!("{ordered}&timeMin=2026-11-23T22:00:00Z&timeMax=2026-11-23T23:00:00.001Z");
    assert_eq!(names(&night).await, ["Fair"]);
    let before = format!("{ordered}&timeMin=2026-11-23T22:00:00Z&timeMax=2026-11-23T23:00:00Z");
    assert_eq!(names(&before).await, Vec::<String>::new());
    assert_eq!(
        names("?eventTypes=outOfOffice&eventTypes=workingLocation").await,
        ["Away", "Home"]
    );

    let (_, first) = desk.api(token, "GET", "?maxResults=4", None).await;
    let next = format!("?maxResults=4&pageToken={}", first["nextPageToken"].as_str().unwrap());
    assert_eq!(names(&next).await, ["Home", "No, thanks"]);

    let (_, list) = desk.api(token, "GET", "?timeZone=America/New_York&maxAttendees=1&fields=timeZone,items(summary,start,attendees/email,attendeesOmitted)", None).await;
    assert_eq!(list["timeZone"], "Europe/Berlin");
    assert!(list.get("kind").is_none());
    let expected =
        json!({ "summary": "Late", "start": { "dateTime": "2026-11-24T10:00:00-05:00", "timeZone": "Europe/Berlin" } });
    assert_eq!(list["items"][0], expected);
    assert_eq!(list["items"][5]["attendees"], json!([{ "email": ANA }]));
    assert_eq!(list["items"][5]["attendeesOmitted"], true);
}

#[tokio::test]
async fn a_wall_time_in_a_gap_moves_behind_it() {
    let mut desk = Desk::open().await;
    desk.google.add_account(Account::new(ANA, "America/New_York"));
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap();
    let mut gap = event("gap00");
    gap["start"] = json!({ "dateTime": "2027-03-14T02:30:00", "timeZone": "America/New_York" });
    gap["end"] = json!({ "dateTime": "2027-03-14T04:00:00", "timeZone": "America/New_York" });
    let (_, made) = desk.api(token, "POST", "", Some(gap)).await;
    assert_eq!(made["start"]["dateTime"], "2027-03-14T03:30:00-04:00");
}

#[tokio::test]
async fn meet_links_come_at_once_late_or_never() {
    let mut desk = Desk::open().await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap();
    let state = |event: &Value| event["conferenceData"]["createRequest"]["status"]["statusCode"].clone();

    let (_, ignored) = desk.api(token, "POST", "", Some(with_meet("meet0", "r"))).await;
    assert!(
        ignored.get("conferenceData").is_none(),
        "version 0 ignores conference data"
    );

    let query = "?conferenceDataVersion=1";
    let (_, made) = desk.api(token, "POST", query, Some(with_meet("meet1", "r"))).await;
    let link = made["hangoutLink"].as_str().unwrap().to_owned();
    assert_eq!(state(&made), "success");
    assert_eq!(made["conferenceData"]["entryPoints"][0]["uri"], link.as_str());
    assert!(made.get("_meet").is_none());

    desk.google.meet(MeetBehaviour::Ready { after_gets: 2 });
    let (_, made) = desk.api(token, "POST", query, Some(with_meet("meet2", "r"))).await;
    assert_eq!((state(&made), made.get("hangoutLink")), (json!("pending"), None));
    assert_eq!(state(&desk.api(token, "GET", "/meet2", None).await.1), "pending");
    let ready = desk.api(token, "GET", "/meet2", None).await.1;
    assert_eq!(state(&ready), "success");
    assert_ne!(ready["etag"], made["etag"]);
    assert_ne!(ready["hangoutLink"], link.as_str());

    // A request with the last one's id is ignored, another one renews.
    let renew = |request: &str| json!({ "conferenceData": with_meet("meet2", request)["conferenceData"] });
    desk.google.meet(MeetBehaviour::default());
    let (_, same) = desk
        .api(token, "PATCH", "/meet2?conferenceDataVersion=1", Some(renew("r")))
        .await;
    assert_eq!(same["hangoutLink"], ready["hangoutLink"]);
    let (_, other) = desk
        .api(token, "PATCH", "/meet2?conferenceDataVersion=1", Some(renew("r2")))
        .await;
    assert_ne!(other["hangoutLink"], ready["hangoutLink"]);

    desk.google.meet(MeetBehaviour::Fails { after_gets: 1 });
    desk.api(token, "POST", query, Some(with_meet("meet3", "r"))).await;
    let failed = desk.api(token, "GET", "/meet3", None).await.1;
    assert_eq!((state(&failed), failed.get("hangoutLink")), (json!("failure"), None));
}

#[tokio::test]
async fn trouble_comes_as_ordered_and_goes() {
    let mut desk = Desk::open().await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let google = &desk.google;
    let get = || {
        desk.http
            .get(google.calendar_url() + "calendars/primary/events")
            .bearer_auth(&token)
    };
    let insert = |id: &str| {
        let address = google.calendar_url() + "calendars/primary/events";
        desk.http.post(address).bearer_auth(&token).json(&event(id))
    };

    google.fail(Endpoint::EventsList, Fault::status(429).retry_after(7), 1);
    google.fail(Endpoint::EventsList, Fault::html(500), 1);
    google.fail(Endpoint::EventsList, Fault::api(403, "rateLimitExceeded"), 1);
    let limited = get().send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    let broken = get().send().await.unwrap();
    assert_eq!(broken.status().as_u16(), 500);
    assert!(broken.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert_eq!(answer(get()).await.0, 403);
    assert_eq!(answer(get()).await.0, 200);

    google.fail(Endpoint::EventsInsert, Fault::Reset, 1);
    assert!(insert("reset").send().await.is_err());
    assert!(google.events(ANA).is_empty());
    google.fail(Endpoint::EventsInsert, Fault::DropAnswer, 1);
    assert!(insert("dropped").send().await.is_err());
    assert_eq!(google.events(ANA).len(), 1);
    google.fail(Endpoint::EventsInsert, Fault::Truncate, 1);
    let (status, body) = answer(insert("trunc")).await;
    assert_eq!((status, body), (200, Value::Null));
    assert_eq!(google.events(ANA).len(), 2);

    google.fail(Endpoint::EventsList, Fault::Hang, usize::MAX);
    google.forget_requests();
    let hung = get().timeout(Duration::from_secs(30)).send();
    tokio::pin!(hung);
    tokio::select! {
        _ = &mut hung => panic!("answered"),
        () = google.reached(Endpoint::EventsList, 1) => {}
    }
    google.heal(Endpoint::EventsList);
    assert_eq!(answer(get()).await.0, 200);

    let gate = google.hold(Endpoint::EventsList);
    let held = tokio::spawn(answer(get()));
    google.reached(Endpoint::EventsList, 3).await;
    assert!(!held.is_finished());
    gate.let_through(1);
    assert_eq!(held.await.unwrap().0, 200);
    gate.open();
    assert_eq!(answer(get()).await.0, 200);
    assert_eq!(google.requests().last().unwrap().method, "GET");
}

#[tokio::test]
async fn a_stopped_stand_in_answers_nobody_and_a_restarted_one_remembers() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("google.json");
    let keep = |config: &mut Config| config.file = Some(file.clone());
    let mut desk = Desk::with(keep).await;
    let tokens = desk.connect().await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(desk.api(&token, "POST", "", Some(event("kept0"))).await.0, 200);
    let refresh = desk.refresh_fields(&tokens["refresh_token"]);
    let address = desk.google.token_url();
    let Desk { http, google, .. } = desk;
    drop(google);
    // The connection was kept open, and is dead all the same.
    assert!(http.post(&address).form(&refresh).send().await.is_err());

    let again = Desk::with(keep).await;
    assert_eq!(
        again.token(&again.refresh_fields(&tokens["refresh_token"])).await.0,
        200
    );
    assert_eq!(again.google.events(ANA).len(), 1);
}

#[tokio::test]
async fn the_week_is_drawn_as_a_week() {
    let mut desk = Desk::open().await;
    desk.google.seed(
        ANA,
        Seed::busy("Design <review>", "2026-11-24T14:00", "2026-11-24T15:00"),
    );
    desk.google.seed(ANA, Seed::all_day("Fair", "2026-11-24", "2026-11-26"));
    let page = desk.browser.open(&desk.google.week_url(ANA)).await.unwrap();
    let words = page.words();
    assert!(words.contains("23 November – 29 November 2026"), "{words}");
    assert!(
        words.contains("Tue 24 Fair Design <review> 14:00–15:00 Wed 25 Fair Thu"),
        "{words}"
    );
    assert!(!page.body.contains("<review>") && !page.body.contains("<script"));
    let other = desk.google.week_url(ANA) + "?week=2026-12-02";
    assert!(
        desk.browser
            .open(&other)
            .await
            .unwrap()
            .words()
            .contains("Nothing stands in this week.")
    );
    assert_eq!(
        desk.browser
            .open(&desk.google.week_url("bo@example.org"))
            .await
            .unwrap()
            .status,
        404
    );
}
