//! The one who consents must be the one who asked: what an attacker tries, and what the typed code holds against it.

use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::{Browser, Page};
use chatcal::sandbox::google::{Endpoint, Forgery};
use chatcal::store::sign_ins::Stage;
use serde_json::json;

use super::house::{ANA, BO, House, choose};
use crate::stories::callback;

fn mallory() -> PersonId {
    PersonId::discord(666)
}

fn code_on(page: &Page) -> String {
    let words = page.words();
    let code = words
        .split("send connect ")
        .nth(1)
        .unwrap_or_else(|| panic!("no code: {words}"));
    code[..6].to_owned()
}

#[tokio::test]
async fn the_typed_code_connects_the_one_who_typed_it() {
    let house = House::open().await;
    let ana = PersonId::discord(7);
    let link = house.link(&ana).await;
    let (mut browser, landed) = house.sign_in(&link, ANA).await;
    let words = landed.words();
    let code = code_on(&landed);
    assert!(
        words.contains(&format!("Last step: send connect {code} to ChatCal as @ana .")),
        "{words}"
    );
    assert!(words.contains("Give this code to nobody."), "{words}");
    assert_eq!(
        code_on(&browser.open(&link).await.unwrap()),
        code,
        "loading the page again shows it again"
    );
    assert_eq!(house.linked(&ana).await, None);

    let heard = house.says(&ana, &format!("connect {code}")).await;
    assert!(heard.contains("Connected a•••@example.org."), "{heard}");
    assert_eq!(house.linked(&ana).await.as_deref(), Some(ANA));
    assert!(
        browser
            .open(&link)
            .await
            .unwrap()
            .words()
            .contains("Connected a•••@example.org.")
    );
    let heard = house.says(&ana, &format!("connect {code}")).await;
    assert!(heard.contains("No sign-in of yours is waiting"), "{heard}");
}

#[tokio::test]
async fn s01_a_forwarded_link_gives_the_sender_nothing() {
    let house = House::open().await;
    house.vouch(&PersonId::slack("T1", "UMAL"), "mallory@example.org");
    for attacker in [mallory(), PersonId::slack("T1", "UMAL")] {
        let link = house.link(&attacker).await;
        let mut spying = Browser::new();
        spying.open(&link).await.unwrap();
        // Ana opens Mallory's link, and even allows.
        let (_, landed) = house.sign_in(&link, ANA).await;
        let code = code_on(&landed);
        assert!(matches!(house.stage(&link).await, Stage::Code { .. }));
        assert_eq!(house.linked(&attacker).await, None);
        // Mallory knows the link, but only Ana's browser sees the code.
        let page = spying.open(&link).await.unwrap();
        assert_eq!(page.status, 410);
        assert!(!page.body.contains(&code));
        assert_eq!(spying.cookies().len(), 1);
        // Five guesses, and the grant is gone for good.
        for left in ["4 tries", "3 tries", "2 tries", "One try", "last try"] {
            let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
            let heard = house.says(&attacker, &format!("connect {wrong}")).await;
            assert!(heard.contains(left), "{heard}");
        }
        let heard = house.says(&attacker, &format!("connect {code}")).await;
        assert!(heard.contains("No sign-in of yours is waiting"), "{heard}");
        assert_eq!(house.linked(&attacker).await, None);
    }
    assert_eq!(house.refusals().await, vec!["a wrong code"; 10]);
}

#[tokio::test]
async fn s01_only_the_one_who_asked_can_type_the_code_and_only_for_five_minutes() {
    let house = House::open().await;
    let (ana, link) = (PersonId::discord(7), house.link(&PersonId::discord(7)).await);
    let (mut browser, landed) = house.sign_in(&link, ANA).await;
    let code = code_on(&landed);
    let heard = house.says(&mallory(), &format!("connect {code}")).await;
    assert!(heard.contains("No sign-in of yours is waiting"), "{heard}");
    house.clock.advance(Duration::from_secs(300));
    let heard = house.says(&ana, &format!("connect {code}")).await;
    assert!(heard.contains("No sign-in of yours is waiting"), "{heard}");
    assert_eq!(browser.open(&link).await.unwrap().status, 410);
    assert_eq!((house.linked(&ana).await, house.linked(&mallory()).await), (None, None));
}

#[tokio::test]
async fn s01_googles_address_and_callback_work_in_the_first_browser_only() {
    let house = House::open().await;
    // Mallory goes as far as Google, and sends Ana the address of Google's page.
    let link = house.link(&mallory()).await;
    let (mut theirs, mut anas) = (Browser::new(), Browser::new());
    let page = theirs.open(&link).await.unwrap();
    let google = theirs.press(&page, "Continue to Google").await.unwrap();
    let at_google = anas.open(google.url.as_str()).await.unwrap();
    let landed = anas.press_after(&at_google, "Allow", choose(ANA)).await.unwrap();
    assert_eq!(landed.status, 403);
    assert!(
        landed.words().contains("Another browser began this"),
        "{}",
        landed.words()
    );
    assert_eq!(
        house.google.count(Endpoint::Token),
        0,
        "the code was not even exchanged"
    );

    // Mallory stops at the callback, and opens it in Ana's browser, which has a sign-in of her own under way.
    let own = house.link(&PersonId::discord(7)).await;
    let page = anas.open(&own).await.unwrap();
    anas.press(&page, "Continue to Google").await.unwrap();
    let landed = anas.open(landed.url.as_str()).await.unwrap();
    assert_eq!(landed.status, 403);
    assert_eq!(house.google.count(Endpoint::Token), 0);
    assert_eq!(
        (
            house.linked(&mallory()).await,
            house.linked(&PersonId::discord(7)).await
        ),
        (None, None)
    );
    assert_eq!(house.refusals().await, vec!["a callback in another browser"; 2]);
}

#[tokio::test]
async fn s02_a_state_that_is_forged_replayed_late_or_cut_leads_nowhere() {
    let house = House::open().await;
    let person = PersonId::discord(7);
    let callback = |query: &str| format!("{}/auth/callback?{query}", house.url);
    let link = house.link(&person).await;
    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    let asked: std::collections::HashMap<_, _> = google.url.query_pairs().into_owned().collect();
    let state = &asked["state"];
    let long = "s".repeat(7_000);
    for query in [
        "code=c".to_owned(),
        "code=c&state=".to_owned(),
        "code=c&state=guess".to_owned(),
        format!("code=c&state={}", &state[1..]),
        format!("code=c&state={state}x"),
        format!("code=c&state={long}"),
        format!("code=c&state={state}&state={state}"),
        format!("code=c&code=d&state={state}"),
        format!("code=c&error=access_denied&state={state}"),
        format!("state={state}"),
    ] {
        let page = browser.open(&callback(&query)).await.unwrap();
        assert_eq!(page.status, 400, "{query}: {}", page.words());
    }
    // None of this has used the sign-in up: the real callback, and no copy of it, is taken, also in its last second.
    house.clock.advance(Duration::from_secs(599));
    let landed = house.allow(&mut browser, &google, ANA).await;
    assert!(landed.words().contains("One last step"), "{}", landed.words());
    let replay = landed.trail.last().unwrap().clone();
    assert_eq!(browser.open(replay.as_str()).await.unwrap().status, 400);
    assert_eq!(house.google.count(Endpoint::Token), 1);

    // One second too old, though nobody has come by to end it.
    let link = house.link(&person).await;
    let page = browser.open(&link).await.unwrap();
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    house.app.stop(Duration::from_secs(30)).await;
    house.clock.advance(Duration::from_secs(600));
    let late = house.allow(&mut browser, &google, ANA).await;
    assert_eq!(late.status, 410, "{}", late.words());
    assert!(matches!(house.stage(&link).await, Stage::Started(_)));
    assert_eq!(browser.open(&link).await.unwrap().status, 410);
    let pressed = browser.press(&page, "Continue to Google").await.unwrap();
    assert_eq!(pressed.status, 410, "{}", pressed.words());
    assert_eq!(house.google.count(Endpoint::Token), 1);
    assert_eq!(house.linked(&person).await, None);
}

#[tokio::test]
async fn s02_what_was_made_for_slack_is_refused_in_a_flow_on_discord() {
    let house = House::open().await;
    let (ana, bo) = (PersonId::slack("T1", "UANA"), PersonId::discord(7));
    let (hers, his) = (house.link(&ana).await, house.link(&bo).await);
    // His link with her signature.
    let (its_id, _) = his.rsplit_once('.').unwrap();
    let (_, her_mac) = hers.rsplit_once('.').unwrap();
    let mut browser = Browser::new();
    assert_eq!(browser.open(&format!("{its_id}.{her_mac}")).await.unwrap().status, 404);
    // One browser begins both, so that nothing but what was made for each tells them apart. First her form, sent to his link.
    let (her_page, his_page) = (browser.open(&hers).await.unwrap(), browser.open(&his).await.unwrap());
    let her_csrf = her_page.forms()[0].fields.clone();
    let forged = browser
        .press_after(&his_page, "Continue to Google", |fields| *fields = her_csrf)
        .await
        .unwrap();
    assert_eq!(forged.status, 403, "{}", forged.words());
    // Then her state in the browser of somebody who is at Google for himself.
    let her_google = browser.press(&her_page, "Continue to Google").await.unwrap();
    let her_callback = callback(&her_google, ANA).await;
    let mut another = Browser::new();
    let page = another.open(&his).await.unwrap();
    another.press(&page, "Continue to Google").await.unwrap();
    assert_eq!(another.open(her_callback.as_str()).await.unwrap().status, 403);
    // And her state with his code, which Google gave for another verifier.
    let his_google = browser.press(&his_page, "Continue to Google").await.unwrap();
    let mut mixed = her_callback.clone();
    let his_callback = callback(&his_google, BO).await;
    let his_code = his_callback.query_pairs().find(|(name, _)| name == "code").unwrap();
    let state = her_callback.query_pairs().find(|(name, _)| name == "state").unwrap();
    mixed.query_pairs_mut().clear().extend_pairs([his_code, state]);
    assert_eq!(browser.open(mixed.as_str()).await.unwrap().status, 500);

    // Both come as far as the code to type, and each types the other's.
    let (_, landed) = house.sign_in(&house.link(&ana).await, ANA).await;
    let her_code = code_on(&landed);
    let (_, landed) = house.sign_in(&house.link(&bo).await, BO).await;
    let his_code = code_on(&landed);
    for (person, code) in [(&ana, &his_code), (&bo, &her_code)] {
        let heard = house.says(person, &format!("connect {code}")).await;
        assert!(heard.contains("4 tries"), "{heard}");
    }
    assert_eq!((house.linked(&ana).await, house.linked(&bo).await), (None, None));
    let mut refusals = house.refusals().await;
    refusals.sort();
    assert_eq!(
        refusals,
        [
            "a callback in another browser",
            "a code that Google refused",
            "a sign-in form that is not ours",
            "a wrong code",
            "a wrong code",
            "an unknown sign-in link",
        ]
    );
    // None of this has used up what is good.
    for (person, code, account) in [(&ana, &her_code, ANA), (&bo, &his_code, BO)] {
        house.says(person, &format!("connect {code}")).await;
        assert_eq!(house.linked(person).await.as_deref(), Some(account));
    }
}

#[tokio::test]
async fn s02_guesses_are_limited_and_right_links_work_all_the_same() {
    let house = House::open().await;
    let link = house.link(&PersonId::discord(7)).await;
    let mut browser = Browser::new();
    let mut seen = Vec::new();
    for n in 0..60 {
        let wrong = format!("{}/connect/abc{n}.AAAAAAAAAAAAAAAAAAAAAA", house.url);
        seen.push(browser.open(&wrong).await.unwrap().status);
    }
    assert_eq!(seen[0], 404);
    assert_eq!(*seen.last().unwrap(), 429, "{seen:?}");
    assert!(house.refusals().await.len() < 40);
    assert_eq!(browser.open(&link).await.unwrap().status, 200);
}

#[tokio::test]
async fn s05_an_identity_that_google_did_not_sign_for_us_is_not_believed() {
    let house = House::open().await;
    let ana = PersonId::console("ana");
    let forgeries = [
        json!({ "aud": "somebody-else" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "nonce": "another" }),
        json!({ "exp": 1 }),
        json!({ "email_verified": false }),
    ];
    let claims = forgeries.map(|claims| Forgery {
        claims,
        ..Forgery::default()
    });
    let signed = [
        Forgery {
            broken_signature: true,
            ..Forgery::default()
        },
        Forgery {
            header: json!({ "alg": "none" }),
            ..Forgery::default()
        },
        Forgery {
            header: json!({ "kid": "unknown" }),
            ..Forgery::default()
        },
    ];
    for forgery in claims.into_iter().chain(signed) {
        house.google.forge_id_tokens(Some(forgery.clone()));
        let (_, landed) = house.sign_in(&house.link(&ana).await, ANA).await;
        assert_eq!(landed.status, 500, "{forgery:?}: {}", landed.words());
        assert!(
            landed
                .words()
                .contains("Please tell <ops> at Acme, and name the incident")
        );
        assert_eq!(house.linked(&ana).await, None);
        house.google.revoke(ANA);
    }
    assert_eq!(house.refusals().await, vec!["an id_token that proves nothing"; 8]);
}
