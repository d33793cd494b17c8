//! Linking an account: what Google may refuse, what people may do by mistake, and the attacks that are known.

use chatcal::sandbox::browser::{Browser, Page};
use chatcal::sandbox::google::CALENDAR_SCOPE;
use reqwest::{Client, Method, StatusCode, redirect};
use url::Url;

use super::person::{Person, code};
use super::story;
use super::world::World;

/// A client that follows nothing and keeps nothing, as an attacker's.
fn bare() -> Client {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// Asks for a link, and opens it.
async fn asks(person: &Person) -> String {
    person.says("connect").await;
    person.hears_link().await
}

/// As far as Google's consent page.
async fn begins(browser: &mut Browser, link: &str) -> Page {
    let page = browser.open(link).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.words());
    browser.press(&page, "Continue to Google").await.unwrap()
}

/// Where Google's consent page would send the browser of whoever presses Allow.
pub async fn callback(consent: &Page, email: &str) -> Url {
    let form = consent.forms().remove(0);
    let mut fields = form.fields;
    for (name, value) in &mut fields {
        if name == "account" {
            email.clone_into(value);
        }
    }
    fields.push(("decision".to_owned(), "allow".to_owned()));
    let answer = bare()
        .post(consent.url.join(&form.action).unwrap())
        .form(&fields)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()["location"].to_str().unwrap().parse().unwrap()
}

/// Nobody is connected: a request meets a link, not a booking.
async fn is_not_connected(person: &Person) {
    asks(person).await;
}

story!(t11_without_a_refresh_token_google_is_asked_once_more: slack, discord, terminal);

async fn t11_without_a_refresh_token_google_is_asked_once_more(world: &World) {
    let ana = world.person("ana");
    world.google.withhold_refresh_tokens(1);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    let mut browser = Browser::new();
    let once_more = ana.consents_in(&mut browser, &link).await;
    assert!(once_more.words().contains("Once more, please"), "{}", once_more.words());
    let address = regex::Regex::new("<a class=\"button\" href=\"([^\"]+)\"").unwrap();
    let address = address.captures(&once_more.body).unwrap()[1].replace("&amp;", "&");
    let consent = browser.open(&address).await.unwrap();
    let last = ana.allows(&mut browser, &consent).await;
    ana.types_code(&last).await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: ");
    ana.has_events(1);
}

story!(t11_without_a_refresh_token_twice_nothing_is_connected: slack, discord, terminal);

async fn t11_without_a_refresh_token_twice_nothing_is_connected(world: &World) {
    let ana = world.person("ana");
    world.google.withhold_refresh_tokens(2);
    let link = asks(&ana).await;
    let mut browser = Browser::new();
    let once_more = ana.consents_in(&mut browser, &link).await;
    let address = regex::Regex::new("<a class=\"button\" href=\"([^\"]+)\"").unwrap();
    let address = address.captures(&once_more.body).unwrap()[1].replace("&amp;", "&");
    let consent = browser.open(&address).await.unwrap();
    let last = ana.allows(&mut browser, &consent).await;
    assert!(
        last.words().contains("Google gave no lasting permission"),
        "{}",
        last.words()
    );
    ana.hears().await.is(
        "Nothing was connected: Google gave me no lasting access, so I would have to ask you again and again.
         [Try again]",
    );
    is_not_connected(&ana).await;
}

story!(t11_an_unticked_box_is_named: slack, discord, terminal);

async fn t11_an_unticked_box_is_named(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    let mut browser = Browser::new();
    let consent = begins(&mut browser, &link).await;
    let untick = |fields: &mut Vec<(String, String)>| fields.retain(|(_, value)| value != CALENDAR_SCOPE);
    let last = browser.press_after(&consent, "Allow", untick).await.unwrap();
    assert!(last.words().contains("One permission is missing"), "{}", last.words());
    ana.hears().await.is(
        "Nothing was connected: the permission “See, create, change, and delete events on Google calendars you own” was not given, and I \
         can't book without it.
         [Try again]",
    );
    ana.presses("Try again").await;
    ana.follows_link().await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: ");
}

// Mallory forwards his own link, and Ana consents with her account: nothing of hers is his without a code that only she sees.
story!(s01_a_forwarded_link_connects_nothing_without_the_code: slack, discord);

async fn s01_a_forwarded_link_connects_nothing_without_the_code(world: &World) {
    let mallory = world.person("mallory");
    let ana = world.person("ana");
    mallory.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = mallory.hears_link().await;
    let last = ana.consents(&link).await;
    assert!(
        last.words().contains("as @mallory") && last.words().contains("Give this code to nobody"),
        "{}",
        last.words()
    );
    let code = code(&last).unwrap();
    // She may even type it, in her own chat.
    ana.says(&format!("connect {code}")).await;
    ana.hears().await.contains("No sign-in of yours is waiting for a code");
    mallory.settled().await;
    ana.has_events(0);
    assert_eq!(mallory.unread(), 0);
    is_not_connected(&mallory).await;
    is_not_connected(&ana).await;
}

// On Slack a page that Ana's own link opens in Mallory's browser takes Mallory's account only with a code that Ana types.
story!(s01_the_wrong_persons_account_needs_the_code: slack, discord);

async fn s01_the_wrong_persons_account_needs_the_code(world: &World) {
    let (ana, mallory) = (world.person("ana"), world.person("mallory"));
    let link = asks(&ana).await;
    let last = mallory.consents(&link).await;
    let code = code(&last).expect("the addresses differ");
    mallory.says(&format!("connect {code}")).await;
    mallory
        .hears()
        .await
        .contains("No sign-in of yours is waiting for a code");
    is_not_connected(&ana).await;
}

story!(s01_the_browser_that_pressed_last_has_the_sign_in: slack, discord, terminal);

async fn s01_the_browser_that_pressed_last_has_the_sign_in(world: &World) {
    let ana = world.person("ana");
    let link = asks(&ana).await;
    let (mut first, mut second) = (Browser::new(), Browser::new());
    let early = begins(&mut first, &link).await;
    let late = begins(&mut second, &link).await;
    let refused = ana.allows(&mut first, &early).await;
    assert!(
        refused.words().contains("Nothing is under way here"),
        "{}",
        refused.words()
    );
    assert_eq!(ana.unread(), 0);
    let last = ana.allows(&mut second, &late).await;
    ana.types_code(&last).await;
    ana.hears().await.contains("Connected");
}

// The attacker begins with his own link and leads the victim's browser to his callback: it has not the attacker's cookie.
story!(s01_a_callback_in_another_browser_connects_nothing: slack, discord, terminal);

async fn s01_a_callback_in_another_browser_connects_nothing(world: &World) {
    let ana = world.person("ana");
    let link = asks(&ana).await;
    let mut attacker = Browser::new();
    let consent = begins(&mut attacker, &link).await;
    let callback = callback(&consent, ana.email()).await;
    for mut victim in [Browser::new(), {
        // One that has a cookie of its own, from a sign-in of its own.
        let mut own = Browser::new();
        own.open(&link).await.unwrap();
        own
    }] {
        let page = victim.open(callback.as_str()).await.unwrap();
        assert!(page.status >= 400, "{}", page.status);
        assert!(page.words().contains("Another browser began this"), "{}", page.words());
    }
    is_not_connected(&ana).await;
}

story!(s02_a_state_is_good_once_whole_and_in_time: slack, discord, terminal);

async fn s02_a_state_is_good_once_whole_and_in_time(world: &World) {
    let ana = world.person("ana");
    let link = asks(&ana).await;
    let mut browser = Browser::new();
    let consent = begins(&mut browser, &link).await;
    let callback = callback(&consent, ana.email()).await;
    let state = callback
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    let with = |state: &str| {
        let mut url = callback.clone();
        let others: Vec<(String, String)> = callback
            .query_pairs()
            .filter(|(name, _)| name != "state")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(others)
            .append_pair("state", state);
        url.to_string()
    };
    for wrong in [
        String::new(),
        "x".repeat(43),
        state[..state.len() - 1].to_owned(),
        format!("{state}A"),
        "A".repeat(10_000),
    ] {
        let page = browser.open(&with(&wrong)).await.unwrap();
        assert!(page.status >= 400, "{} for a state of {}", page.status, wrong.len());
        assert!(!page.words().contains("Connected"), "{}", page.words());
    }
    // What was wrong has used nothing up.
    let last = browser.open(callback.as_str()).await.unwrap();
    ana.types_code(&last).await;
    ana.hears().await.contains("Connected");
    let again = browser.open(callback.as_str()).await.unwrap();
    assert!(
        again.status >= 400 && again.words().contains("Nothing is under way here"),
        "{}",
        again.words()
    );
    assert_eq!(world.google.refresh_tokens(ana.email()), 1);
}

story!(s02_a_second_late_is_too_late: slack, discord, terminal);

async fn s02_a_second_late_is_too_late(world: &World) {
    let ana = world.person("ana");
    let link = asks(&ana).await;
    let mut browser = Browser::new();
    let consent = begins(&mut browser, &link).await;
    let callback = callback(&consent, ana.email()).await;
    world.passes(std::time::Duration::from_secs(601)).await;
    let page = browser.open(callback.as_str()).await.unwrap();
    assert!(page.status >= 400, "{}", page.words());
    ana.hears().await.contains("Link expired");
    is_not_connected(&ana).await;
}

story!(s02_the_state_of_another_person_is_refused: slack, discord);

async fn s02_the_state_of_another_person_is_refused(world: &World) {
    let (ana, mallory) = (world.person("ana"), world.person("mallory"));
    let (anas, mallorys) = (asks(&ana).await, asks(&mallory).await);
    let (mut hers, mut his) = (Browser::new(), Browser::new());
    let her_consent = begins(&mut hers, &anas).await;
    let his_consent = begins(&mut his, &mallorys).await;
    let (her_callback, his_callback) = (
        callback(&her_consent, ana.email()).await,
        callback(&his_consent, mallory.email()).await,
    );
    // Her browser, his state and his code.
    let page = hers.open(his_callback.as_str()).await.unwrap();
    assert!(page.words().contains("Another browser began this"), "{}", page.words());
    // Her browser, her state, his code: made for another verifier, Google refuses it.
    let his_code = his_callback
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let mut mixed = her_callback.clone();
    mixed.set_query(None);
    for (name, value) in her_callback.query_pairs() {
        let value = if name == "code" { his_code.as_str() } else { &value };
        mixed.query_pairs_mut().append_pair(&name, value);
    }
    let page = hers.open(mixed.as_str()).await.unwrap();
    assert!(page.status >= 400, "{}", page.words());
    is_not_connected(&ana).await;
    is_not_connected(&mallory).await;
}

story!(s02_guesses_are_rate_limited: terminal);

async fn s02_guesses_are_rate_limited(world: &World) {
    let client = bare();
    let mut statuses = Vec::new();
    for guess in 0..200 {
        let url = format!("http://{}/auth/callback?code=x&state={guess:043}", world.address);
        statuses.push(client.get(url).send().await.unwrap().status());
    }
    assert!(
        statuses[0].is_client_error() && statuses[0] != StatusCode::TOO_MANY_REQUESTS,
        "{}",
        statuses[0]
    );
    assert_eq!(*statuses.last().unwrap(), StatusCode::TOO_MANY_REQUESTS);
}

story!(s03_previews_use_nothing_up: slack, discord, terminal);

async fn s03_previews_use_nothing_up(world: &World) {
    let ana = world.person("ana");
    let link = asks(&ana).await;
    let client = bare();
    for method in [Method::HEAD, Method::GET] {
        for _ in 0..100 {
            let answer = client.request(method.clone(), &link).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }
    assert_eq!(ana.unread(), 0);
    ana.connects_by(&link).await;
    ana.hears().await.contains("Connected");
}

// One Google account is not taken from who has it.
story!(an_account_that_is_in_use_is_not_taken_over: slack, discord);

async fn an_account_that_is_in_use_is_not_taken_over(world: &World) {
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    ana.connects().await;
    let link = asks(&bob).await;
    let last = ana.consents(&link).await;
    assert!(
        last.words().contains("This Google account is in use"),
        "{}",
        last.words()
    );
    bob.hears().await.is("Nothing was connected; the page has told you why.
         [Try again]");
    is_not_connected(&bob).await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked: ");
}
