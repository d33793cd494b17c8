//! What holds for every page, and what forms and addresses of others can do to ours.

use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::{Browser, Page};
use chatcal::store::sign_ins::Stage;
use reqwest::Method;
use reqwest::header::HeaderMap;

use super::house::{ANA, House};

fn client() -> reqwest::Client {
    let plain = reqwest::Client::builder().no_proxy();
    plain.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn guarded(headers: &HeaderMap, google: &str) {
    let has = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(has("cache-control"), "no-store");
    assert_eq!(has("referrer-policy"), "no-referrer");
    assert_eq!(has("x-content-type-options"), "nosniff");
    assert_eq!(has("x-frame-options"), "DENY");
    let policy = has("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        &format!("form-action 'self' {google};"),
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(
        !headers.contains_key("strict-transport-security"),
        "plain http on loopback"
    );
}

#[tokio::test]
async fn s04_every_answer_is_guarded_and_no_page_runs_a_script() {
    let house = House::open().await;
    let link = house.link(&PersonId::discord(7)).await;
    for (address, status) in [
        (house.url.clone() + "/", 200),
        (house.url.clone() + "/privacy", 200),
        (link.clone(), 200),
        (house.url.clone() + "/connect/none", 404),
        (house.url.clone() + "/auth/callback", 400),
        (house.url.clone() + "/auth/callback?error=%3Cscript%3E&state=x", 400),
        (house.url.clone() + "/nowhere", 404),
        (house.url.clone() + "/healthz", 200),
        (house.url.clone() + "/readyz", 200),
        (house.url.clone() + "/metrics", 200),
    ] {
        let page = Browser::new().open(&address).await.unwrap();
        assert_eq!(page.status, status, "{address}");
        guarded(&page.headers, &house.google.url());
        assert!(!page.body.contains("<script"), "{address}");
    }
    let post = client().post(house.url.clone() + "/privacy").send().await.unwrap();
    assert_eq!(post.status().as_u16(), 405);
    guarded(post.headers(), &house.google.url());
}

#[tokio::test]
async fn s04_the_stylesheet_is_the_one_that_the_policy_names() {
    use data_encoding::BASE64;
    use sha2::{Digest, Sha256};
    let house = House::open().await;
    let page = Browser::new().open(&house.url).await.unwrap();
    let style = page
        .body
        .split("<style>")
        .nth(1)
        .unwrap()
        .split("</style>")
        .next()
        .unwrap();
    let hash = format!("'sha256-{}'", BASE64.encode(&Sha256::digest(style.as_bytes())));
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains(&hash)
    );
    assert!(
        !page.body.contains("style=\""),
        "the policy lets no style attribute through"
    );
}

#[tokio::test]
async fn s03_previews_change_nothing() {
    let house = House::open().await;
    let ana = PersonId::console("ana");
    let link = house.link(&ana).await;
    let http = client();
    for _ in 0..100 {
        for method in [Method::HEAD, Method::GET] {
            let answer = http.request(method, &link).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
        }
    }
    assert_eq!(house.stage(&link).await, Stage::Open);

    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let google = browser.press(&page, "Continue to Google").await.unwrap();
    // Also between: the page of a sign-in under way, and the head of its callback.
    let asked: std::collections::HashMap<_, _> = google.url.query_pairs().into_owned().collect();
    let callback = format!("{}/auth/callback?code=c&state={}", house.url, asked["state"]);
    for address in [&link, &callback] {
        assert!(http.head(address).send().await.unwrap().status().is_success());
    }
    assert_eq!(http.get(&link).send().await.unwrap().status().as_u16(), 200);
    let landed = house.allow(&mut browser, &google, ANA).await;
    assert!(landed.words().contains("Connected"), "{}", landed.words());
}

#[tokio::test]
async fn s04_the_button_works_in_our_own_page_only() {
    let house = House::open().await;
    let link = house.link(&PersonId::discord(7)).await;
    let other = house.link(&PersonId::discord(8)).await;
    let mut browser = Browser::new();
    let page = browser.open(&link).await.unwrap();
    let foreign = browser.open(&other).await.unwrap().forms()[0].fields[0].1.clone();

    let press = async |browser: &mut Browser, page: &Page, value: Option<&str>| {
        let change = |fields: &mut Vec<(String, String)>| {
            fields.retain(|(name, _)| name != "csrf");
            fields.extend(value.map(|value| ("csrf".to_owned(), value.to_owned())));
        };
        browser
            .press_after(page, "Continue to Google", change)
            .await
            .unwrap()
            .status
    };
    assert_eq!(press(&mut browser, &page, None).await, 403, "no token");
    assert_eq!(press(&mut browser, &page, Some("")).await, 403);
    assert_eq!(press(&mut browser, &page, Some("guess")).await, 403);
    assert_eq!(
        press(&mut browser, &page, Some(&foreign)).await,
        403,
        "another sign-in's token"
    );
    let own = page.forms()[0].fields[0].1.clone();
    assert_eq!(
        press(&mut Browser::new(), &page, Some(&own)).await,
        403,
        "without the cookie"
    );
    let mut stranger = Browser::new();
    stranger.open(&link).await.unwrap();
    assert_eq!(
        press(&mut stranger, &page, Some(&own)).await,
        403,
        "with another browser's cookie"
    );
    // The same form on a page of somebody else.
    let copied = Page {
        url: "http://evil.example/".parse().unwrap(),
        body: page.body.replace(
            "<form method=\"post\">",
            &format!("<form method=\"post\" action=\"{link}\">"),
        ),
        headers: HeaderMap::new(),
        ..page.clone()
    };
    assert_eq!(
        press(&mut browser, &copied, Some(&own)).await,
        403,
        "from another origin"
    );
    // Even a browser that would send the cookie along.
    let cookie = format!("{}={}", browser.cookies()[0].name, browser.cookies()[0].value);
    for (name, value) in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
        let post = client().post(&link).form(&[("csrf", &own)]).header("cookie", &cookie);
        assert_eq!(
            post.header(name, value).send().await.unwrap().status().as_u16(),
            403,
            "{name}"
        );
    }
    assert_eq!(house.stage(&link).await, Stage::Open);
    assert_eq!(house.refusals().await, vec!["a sign-in form that is not ours"; 9]);
    assert_eq!(press(&mut browser, &page, Some(&own)).await, 200);
}

#[tokio::test]
async fn s04_what_is_far_too_long_or_sharp_is_a_clean_page() {
    let house = House::open().await;
    let link = house.link(&PersonId::discord(7)).await;
    let http = client();
    let long = "x".repeat(100_000);
    let post = http.post(&link).form(&[("csrf", &long)]).send().await.unwrap();
    assert_eq!(post.status().as_u16(), 413);
    guarded(post.headers(), &house.google.url());
    assert!(post.text().await.unwrap().contains("That is too long"));

    for address in [
        format!("{}/connect/{}", house.url, &long[..20_000]),
        format!("{}/auth/callback?code=c&state={}", house.url, &long[..20_000]),
    ] {
        let get = http.get(&address).send().await.unwrap();
        assert_eq!(get.status().as_u16(), 414);
        guarded(get.headers(), &house.google.url());
        assert!(get.text().await.unwrap().contains("That is too long"));
    }
    // Beyond what the server reads at all it answers without a page, and goes on serving.
    let get = http
        .get(format!("{}/auth/callback?state={long}", house.url))
        .send()
        .await;
    assert!(get.is_err() || matches!(get.unwrap().status().as_u16(), 414 | 431));

    for sharp in [
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "a%0d%0aSet-Cookie:%20x=1",
        "%00",
        "%ff%fe",
        "..%2f..%2f",
    ] {
        for address in [
            format!("{}/connect/{sharp}", house.url),
            format!("{}/auth/callback?state={sharp}&code={sharp}", house.url),
            format!("{}/auth/callback?state={sharp}&error={sharp}", house.url),
        ] {
            let answer = http.get(&address).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{address}");
            assert!(!answer.headers().contains_key("set-cookie"), "{address}");
            let body = answer.text().await.unwrap();
            assert!(!body.contains("alert(1)"), "{address}");
        }
    }
    assert_eq!(http.get(&link).send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn readiness_names_the_part_that_is_in_trouble() {
    let house = House::open().await;
    let ready = Browser::new().open(&(house.url.clone() + "/readyz")).await.unwrap();
    assert_eq!((ready.status, ready.body.as_str()), (200, "store: ok\n"));
    *house.trouble.lock().unwrap() = Some("read-only".to_owned());
    let ready = Browser::new().open(&(house.url.clone() + "/readyz")).await.unwrap();
    assert_eq!((ready.status, ready.body.as_str()), (503, "store: read-only\n"));
    let metrics = Browser::new().open(&(house.url.clone() + "/metrics")).await.unwrap();
    assert_eq!(metrics.body, "chatcal_messages_total 1\n");
}
