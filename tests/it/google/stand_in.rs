//! The whole room against the stand-in, which is as strict as Google: a sign-in, a booking's life, the end of the grant.

use std::sync::Arc;

use chatcal::domain::booking::{Guest, Meet};
use chatcal::entropy::Entropy;
use chatcal::google::oauth::verifier;
use chatcal::google::{Ask, Calendar, Deleted, Found, OAuth, Put, Tokens, Trouble};
use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Account, Config, Endpoint, Fault, Google, MailKind, MeetBehaviour, Seed};
use chatcal::settings;
use chrono::TimeDelta;
use url::Url;

use super::{booking, clock, http, now, plan};
use crate::specs::google_discovery;

const ANA: &str = "ana@example.org";

struct Desk {
    google: Google,
    oauth: OAuth,
    calendar: Calendar,
}

/// What a bot of that stand-in is set to.
pub fn settings_for(google: &Google, redirect_uri: Url) -> settings::Google {
    let client = google.client();
    settings::Google {
        client_id: client.id,
        client_secret: client.secret.into(),
        redirect_uri,
        auth_url: google.auth_url().parse().unwrap(),
        token_url: google.token_url().parse().unwrap(),
        revoke_url: google.revoke_url().parse().unwrap(),
        jwks_url: google.jwks_url().parse().unwrap(),
        userinfo_url: google.userinfo_url().parse().unwrap(),
        calendar_url: google.calendar_url().parse().unwrap(),
    }
}

impl Desk {
    async fn open() -> Self {
        let google = Google::start(Config::new(Arc::new(now))).await.unwrap();
        google.add_account(Account::new(ANA, "Europe/Berlin"));
        let redirect_uri = google.url() + "/auth/callback";
        google.register_redirect(&redirect_uri);
        let settings = settings_for(&google, redirect_uri.parse().unwrap());
        Self {
            oauth: OAuth::new(http(), clock(), &settings),
            calendar: Calendar::new(http(), &settings),
            google,
        }
    }

    async fn sign_in(&self, consent: bool) -> Tokens {
        let verifier = verifier(&Entropy::system());
        let ask = Ask {
            state: "the-state",
            nonce: "the-nonce",
            verifier: &verifier,
            login_hint: Some(ANA),
            consent,
        };
        let mut browser = Browser::new();
        let page = browser.open(self.oauth.authorize_url(&ask).as_str()).await.unwrap();
        let landed = browser.press(&page, "Allow").await.unwrap();
        let answer = |name: &str| {
            let mut pairs = landed.url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(answer("state").as_deref(), Some("the-state"));
        let code = answer("code").unwrap().into();
        self.oauth.exchange(&code, &verifier, "the-nonce").await.unwrap()
    }
}

#[tokio::test]
async fn a_grant_lives_from_consent_to_its_end() {
    let desk = Desk::open().await;
    let tokens = desk.sign_in(false).await;
    assert!(tokens.reaches_calendar());
    assert_eq!(tokens.account.unwrap().email, ANA);
    let grant = tokens.refresh_token.unwrap();

    // T11: a second consent gives no refresh token, unless it was asked for.
    assert!(desk.sign_in(false).await.refresh_token.is_none());
    assert!(desk.sign_in(true).await.refresh_token.is_some());

    desk.google.end_access_tokens();
    let dead = desk.calendar.zone(&tokens.access_token).await;
    assert_eq!(dead, Err(Trouble::Unauthorized));
    let fresh = desk.oauth.refresh(&grant).await.unwrap();
    assert_eq!(
        desk.calendar.zone(&fresh.access_token).await.unwrap().name(),
        "Europe/Berlin"
    );

    desk.oauth.revoke(&grant).await.unwrap();
    assert_eq!(desk.google.refresh_tokens(ANA), 0);
    desk.oauth.revoke(&grant).await.unwrap();
    let ended = desk.oauth.refresh(&grant).await.unwrap_err();
    assert!(matches!(ended, Trouble::Revoked { .. }), "{ended}");
}

#[tokio::test]
async fn a_booking_lives_from_plan_to_deletion() {
    let desk = Desk::open().await;
    let access = desk.sign_in(false).await.access_token;
    let calendar = &desk.calendar;
    desk.google
        .seed(ANA, Seed::busy("Design review", "2026-11-24T14:00", "2026-11-24T15:00"));
    desk.google
        .seed(ANA, Seed::all_day("Holiday", "2026-11-24", "2026-11-25").transparent());
    desk.google.seed(
        ANA,
        Seed::busy("No", "2026-11-24T14:00", "2026-11-24T15:00").declined(ANA),
    );
    desk.google.seed(
        ANA,
        Seed::all_day("Home", "2026-11-24", "2026-11-25").working_location(),
    );
    desk.google.meet(MeetBehaviour::Ready { after_gets: 3 });

    let mut plan = plan();
    plan.guests = vec![Guest {
        email: "bo@example.org".to_owned(),
        name: None,
    }];
    let day = calendar
        .day(&access, plan.start, plan.end, Some(&plan.id))
        .await
        .unwrap();
    let titles: Vec<_> = day.busy.iter().map(|conflict| conflict.title.as_str()).collect();
    assert_eq!(titles, ["Design review"]);

    let Put::Written(written) = calendar.put(&access, &plan).await.unwrap() else {
        panic!("it is written")
    };
    assert_eq!((written.differs, written.stored.meet), (vec![], Meet::Pending));
    // B06, B02: again, and it is the same event.
    assert!(matches!(calendar.put(&access, &plan).await, Ok(Put::Written(_))));
    assert_eq!(
        desk.google
            .events(ANA)
            .iter()
            .filter(|event| event["id"] == booking().as_str())
            .count(),
        1
    );

    let stored = loop {
        match calendar.get(&access, &plan.id).await.unwrap() {
            Some(Found::Standing(stored)) if stored.meet == Meet::Pending => {}
            Some(Found::Standing(stored)) => break stored,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(&stored.meet, Meet::Ready(link) if link.starts_with("https://meet.google.com/")));

    (plan.start, plan.end) = (plan.start + TimeDelta::hours(2), plan.end + TimeDelta::hours(2));
    let stale = calendar.move_to(&access, &plan, Some("\"0\"")).await;
    assert_eq!(stale, Err(Trouble::Edited));
    let moved = calendar.move_to(&access, &plan, Some(&stored.etag)).await.unwrap();
    assert_eq!(moved.differs, []);

    let stale = calendar.delete(&access, &plan.id, Some(&stored.etag), true).await;
    assert_eq!(stale, Err(Trouble::Edited));
    let etag = Some(moved.stored.etag.as_str());
    assert_eq!(calendar.delete(&access, &plan.id, etag, true).await, Ok(Deleted::Now));
    assert_eq!(
        calendar.delete(&access, &plan.id, etag, true).await,
        Ok(Deleted::Before)
    );
    assert_eq!(calendar.put(&access, &plan).await, Ok(Put::DeletedSince));
    let mails: Vec<_> = desk.google.mails().into_iter().map(|mail| mail.kind).collect();
    assert_eq!(mails, [MailKind::Invited, MailKind::Updated, MailKind::Cancelled]);

    // Everything that was said on the way is what Google's own description allows.
    let Some(description) = google_discovery("calendar") else {
        return;
    };
    for request in desk.google.requests() {
        let target = &request.path_and_query;
        if target.starts_with("/calendar/v3/") {
            let checked = description.check_request(&request.method, target, request.body.as_bytes());
            assert_eq!(checked, Ok(()), "{} {target}", request.method);
        }
    }
}

#[tokio::test]
async fn b02_written_and_never_answered_is_one_event() {
    for fault in [Fault::DropAnswer, Fault::Truncate] {
        let desk = Desk::open().await;
        let access = desk.sign_in(false).await.access_token;
        desk.google.fail(Endpoint::EventsInsert, fault, 1);
        assert!(matches!(desk.calendar.put(&access, &plan()).await, Ok(Put::Written(_))));
        assert_eq!(desk.google.events(ANA).len(), 1);
        assert_eq!(desk.google.count(Endpoint::EventsInsert), 1);
    }
}
