//! Sign-ins of honest people, and what Google can do to them.

use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Endpoint, Fault};
use chatcal::store::sign_ins::Stage;

use super::house::{ANA, BO, House, choose, link_in};

fn ana() -> PersonId {
    PersonId::slack("T1", "UANA")
}

#[tokio::test]
async fn what_was_taken_in_is_answered_although_whoever_brought_it_hung_up() {
    let house = House::open().await;
    let told = house.says_and_hangs_up(&ana(), "privacy").await;
    assert!(told.contains("I see and change events"), "{told}");
}

#[tokio::test]
async fn where_the_platform_vouches_for_the_address_the_booking_goes_on_at_once() {
    let house = House::open().await;
    house.vouch(&ana(), "Ana@Example.org");
    let asked = house.says(&ana(), "book tomorrow at 2 PM for 30 minutes").await;
    let link = link_in(&asked);

    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let words = page.words();
    assert!(
        words.contains("For @ana on Slack Workspace Acme <b> Run by <ops> at Acme"),
        "{words}"
    );
    assert!(words.contains("You are not @ana? Then close this page."), "{words}");
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    assert!(
        google.url.as_str().starts_with(&house.google.auth_url()),
        "{}",
        google.url
    );
    let landed = house.allow(&mut browser, &google, ANA).await;
    assert_eq!(landed.status, 200);
    assert!(
        landed
            .words()
            .contains("Connected a•••@example.org. Return to the chat: your booking is being finished."),
        "{}",
        landed.words()
    );
    assert_eq!(landed.url.as_str(), link, "neither code nor state stay in the address");
    assert_eq!(
        browser.open(&link).await.unwrap().words(),
        landed.words(),
        "the page can be loaded again"
    );

    house.settled(&ana()).await;
    let heard = house.heard(&ana()).join("\n");
    assert!(heard.contains("Connected a•••@example.org."), "{heard}");
    assert!(heard.contains("https://meet.google.com/"), "{heard}");
    assert_eq!(house.google.events(ANA).len(), 1);
    assert_eq!(house.linked(&ana()).await.as_deref(), Some(ANA));

    // The link is used up, whoever opens it.
    assert_eq!(Browser::new().open(&link).await.unwrap().status, 410);
}

#[tokio::test]
async fn in_the_terminal_nothing_has_to_be_typed() {
    let house = House::open().await;
    let ana = PersonId::console("you");
    let link = house.link(&ana).await;
    let (_, landed) = house.sign_in(&link, ANA).await;
    assert!(
        landed.words().contains("Connected a•••@example.org."),
        "{}",
        landed.words()
    );
    assert_eq!(house.linked(&ana).await.as_deref(), Some(ANA));
}

#[tokio::test]
async fn a_booking_is_promised_only_where_a_request_waits() {
    for (id, asked, with_code, at_last) in [
        (
            7,
            "book tomorrow at 2 PM for 30 minutes",
            "Your booking is finished then.",
            "Return to the chat: your booking is being finished.",
        ),
        (
            8,
            "connect",
            "You can book then.",
            "Return to the chat: you can book now.",
        ),
    ] {
        let house = House::open().await;
        let person = PersonId::discord(id);
        let link = link_in(&house.says(&person, asked).await);
        let (mut browser, landed) = house.sign_in(&link, ANA).await;
        let words = landed.words();
        assert!(words.contains(with_code), "{asked}: {words}");
        let code = words.split("connect ").nth(1).unwrap()[..6].to_owned();
        house.says(&person, &format!("connect {code}")).await;
        let words = browser.open(&link).await.unwrap().words();
        assert!(words.contains(at_last), "{asked}: {words}");
    }
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    let (_, landed) = house.sign_in(&house.link(&ana()).await, ANA).await;
    let words = landed.words();
    assert!(words.contains("Return to the chat: you can book now."), "{words}");
}

#[tokio::test]
async fn a_cancelled_consent_connects_nothing_and_can_be_tried_again() {
    let house = House::open().await;
    let link = house.link(&ana()).await;
    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    let landed = browser.press(&google, "Cancel").await.unwrap();
    assert!(landed.words().contains("Nothing was connected"), "{}", landed.words());
    house.settled(&ana()).await;
    assert!(
        house
            .heard(&ana())
            .last()
            .unwrap()
            .starts_with("Nothing was connected.")
    );
    assert_eq!(browser.open(&link).await.unwrap().status, 410);
    house.vouch(&ana(), ANA);
    let (_, landed) = house.sign_in(&house.link(&ana()).await, ANA).await;
    assert!(landed.words().contains("Connected"), "{}", landed.words());
}

#[tokio::test]
async fn t11_without_a_refresh_token_google_is_asked_once_more_and_then_no_more() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    house.google.withhold_refresh_tokens(1);
    let (mut browser, landed) = house.sign_in(&house.link(&ana()).await, ANA).await;
    assert!(
        landed.words().contains("gave no lasting permission this time"),
        "{}",
        landed.words()
    );
    assert_eq!(house.linked(&ana()).await, None);
    let again = landed
        .body
        .split("href=\"")
        .find(|part| part.contains("/o/oauth2/"))
        .unwrap();
    let again = again.split('"').next().unwrap().replace("&amp;", "&");
    assert!(again.contains("prompt=consent"), "{again}");
    let google = browser.open(&again).await.unwrap();
    let landed = house.allow(&mut browser, &google, ANA).await;
    assert!(
        landed.words().contains("Connected a•••@example.org."),
        "{}",
        landed.words()
    );

    let bo = PersonId::slack("T2", "UBO");
    house.vouch(&bo, BO);
    house.google.withhold_refresh_tokens(2);
    let (mut browser, landed) = house.sign_in(&house.link(&bo).await, BO).await;
    let again = landed
        .body
        .split("href=\"")
        .find(|part| part.contains("/o/oauth2/"))
        .unwrap();
    let google = browser
        .open(&again.split('"').next().unwrap().replace("&amp;", "&"))
        .await
        .unwrap();
    let landed = house.allow(&mut browser, &google, BO).await;
    assert!(
        landed.words().contains("Google gave no lasting permission"),
        "{}",
        landed.words()
    );
    house.settled(&bo).await;
    assert!(house.heard(&bo).last().unwrap().contains("no lasting access"));
    assert_eq!(house.linked(&bo).await, None);
}

#[tokio::test]
async fn t11_an_unticked_box_is_named_on_the_page_and_in_the_chat() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    let link = house.link(&ana()).await;
    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    let untick = |fields: &mut Vec<(String, String)>| fields.retain(|(name, _)| name != "scope");
    let landed = browser.press_after(&google, "Allow", untick).await.unwrap();
    assert!(
        landed
            .words()
            .contains("See, create, change, and delete events on Google calendars you own"),
        "{}",
        landed.words()
    );
    house.settled(&ana()).await;
    assert!(house.heard(&ana()).last().unwrap().contains("calendars you own"));
    assert_eq!(house.linked(&ana()).await, None);
}

#[tokio::test]
async fn when_google_is_down_at_the_exchange_the_link_still_works() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    house.google.fail(Endpoint::Token, Fault::html(503), usize::MAX);
    let link = house.link(&ana()).await;
    let (mut browser, landed) = house.sign_in(&link, ANA).await;
    assert_eq!(landed.status, 503);
    assert!(
        landed.words().contains("Google does not answer just now"),
        "{}",
        landed.words()
    );
    house.google.heal(Endpoint::Token);
    let landed = house.consent(&mut browser, &link, ANA).await;
    assert!(
        landed.words().contains("Connected a•••@example.org."),
        "{}",
        landed.words()
    );
}

#[tokio::test]
async fn an_identity_changes_its_account_only_after_disconnecting() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    let first = house.link(&ana()).await;
    house.sign_in(&first, ANA).await;
    house.settled(&ana()).await;
    // Google ended the grant: the same account is connected again, another one is not.
    house.google.revoke(ANA);
    house.clock.advance(Duration::from_secs(3600));
    let link = house.link(&ana()).await;
    let mut browser = Browser::new();
    let landed = house.consent(&mut browser, &link, BO).await;
    assert_eq!(landed.status, 409);
    assert!(
        landed.words().contains("a•••@example.org is connected"),
        "{}",
        landed.words()
    );
    assert_eq!(house.linked(&ana()).await.as_deref(), Some(ANA));

    let (_, landed) = house.sign_in(&house.link(&ana()).await, ANA).await;
    assert!(
        landed.words().contains("Connected a•••@example.org."),
        "{}",
        landed.words()
    );
    house.says(&ana(), "disconnect").await;
    house.vouch(&ana(), BO);
    let (_, landed) = house.sign_in(&house.link(&ana()).await, BO).await;
    assert!(
        landed.words().contains("Connected b•••@example.com."),
        "{}",
        landed.words()
    );
}

#[tokio::test]
async fn one_account_serves_one_humans_identities_in_several_places_but_only_one_in_each() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    house.sign_in(&house.link(&ana()).await, ANA).await;

    let on_discord = PersonId::discord(7);
    let (_, landed) = house.sign_in(&house.link(&on_discord).await, ANA).await;
    assert!(
        landed.words().contains("connected to another chat identity as well"),
        "{}",
        landed.words()
    );
    let code = landed.words().split("connect ").nth(1).unwrap()[..6].to_owned();
    let heard = house.says(&on_discord, &format!("connect {code}")).await;
    assert!(heard.contains("Connected a•••@example.org."), "{heard}");

    let other = PersonId::discord(8);
    let link = house.link(&other).await;
    let (_, landed) = house.sign_in(&link, ANA).await;
    assert_eq!(landed.status, 409);
    assert!(
        landed.words().contains("This Google account is in use"),
        "{}",
        landed.words()
    );
    assert_eq!(house.linked(&other).await, None);
    assert_eq!(house.stage(&link).await, Stage::Ended("denied".to_owned()));
    assert_eq!(house.linked(&on_discord).await.as_deref(), Some(ANA));
    assert_eq!(house.refusals().await, ["a link that would take another's place"]);
}

#[tokio::test]
async fn a_later_press_moves_the_sign_in_to_that_browser() {
    let house = House::open().await;
    house.vouch(&ana(), ANA);
    let link = house.link(&ana()).await;
    let (mut phone, mut desk) = (Browser::new(), Browser::new());
    let page = phone.open(&link).await.unwrap();
    let on_phone = phone.press(&page, "Continue to Google").await.unwrap();
    let page = desk.open(&link).await.unwrap();
    let on_desk = desk.press(&page, "Continue to Google").await.unwrap();
    let late = phone.press_after(&on_phone, "Allow", choose(ANA)).await.unwrap();
    assert_eq!(late.status, 400);
    let landed = house.allow(&mut desk, &on_desk, ANA).await;
    assert!(
        landed.words().contains("Connected a•••@example.org."),
        "{}",
        landed.words()
    );
}
