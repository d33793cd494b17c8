//! Accessibility: every page is drawn by Chromium and judged by axe-core, in light and dark, wide and narrow.
//!
//! `scripts/test` puts axe-core where [`AXE`] says. Pages are drawn from their HTML, so no script of ours has to run in them.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Account, Config, Google, Seed};
use data_encoding::BASE64;
use serde_json::Value;

use crate::web::house::{ANA, BO, House};

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/axe/node_modules/axe-core/axe.min.js"
);

/// How a page may be shown: the window, and the colours that its reader prefers (Blink's numbers).
const SHOWN: [(&str, &str, &str); 2] = [("light", "1280,900", "1"), ("dark, on a phone", "360,780", "0")];

/// Everything that axe holds against `html`, one line each.
fn complaints(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, window, colours) in SHOWN {
        for violation in judged(html, window, colours) {
            let places: Vec<&str> = violation["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            found.push(format!(
                "{name}: {} ({})\n    {}",
                violation["help"],
                violation["id"],
                places.join("\n    ")
            ));
        }
    }
    found
}

fn judged(html: &str, window: &str, colours: &str) -> Vec<Value> {
    let axe =
        fs::read_to_string(AXE).unwrap_or_else(|_| panic!("{AXE} is missing: run scripts/test, which installs it"));
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let tags = r#"["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]"#;
    // The verdict is written into the page, in base64 so that no markup in it can end the element.
    let judge = format!(
        "<script>{axe}</script><script>axe.run(document, {{ runOnly: {tags} }}).then(result => {{
            const found = result.violations.map(v => ({{ id: v.id, help: v.help, nodes: v.nodes.map(n => n.html) }}));
            const bytes = new TextEncoder().encode(JSON.stringify(found));
            document.title = 'verdict:' + btoa(String.fromCharCode(...bytes)) + ':';
        }});</script></body>"
    );
    fs::write(&page, html.replace("</body>", &judge)).unwrap();
    let dom = draw(&page, folder.path(), window, colours);
    let verdict = dom.split("verdict:").nth(1).and_then(|rest| rest.split(':').next());
    let verdict = verdict.unwrap_or_else(|| panic!("axe gave no verdict on\n{html}"));
    serde_json::from_slice(&BASE64.decode(verdict.as_bytes()).unwrap()).unwrap()
}

fn draw(page: &Path, folder: &Path, window: &str, colours: &str) -> String {
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--dump-dom",
            "--virtual-time-budget=30000",
        ])
        // What is drawn is ours, and containers often have no user namespaces for Chromium's own sandbox.
        .arg("--no-sandbox")
        .arg(format!("--window-size={window}"))
        .arg(format!("--blink-settings=preferredColorScheme={colours}"))
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("chromium is installed: scripts/test does that");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_check_itself_finds_what_is_wrong() {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html><html lang=en><head><title>t</title><style>@media (prefers-color-scheme: dark) {{ p {{ color: #111; }} body {{ background: #222; }} }}</style>\
             </head><body><main><h1>Title</h1><p>Words.</p>{body}</main></body></html>"
        )
    };
    let found = complaints(&page("<img src=x.png>"));
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("light:") && line.contains("image-alt")),
        "{found:#?}"
    );
    assert!(
        !found
            .iter()
            .any(|line| line.starts_with("light:") && line.contains("contrast")),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("dark") && line.contains("contrast")),
        "{found:#?}"
    );
}

/// Judges pages, several at a time, and says what is wrong with which.
fn judge(pages: &[(&str, String)]) {
    let found: Vec<String> = thread::scope(|scope| {
        let one = |(name, html): &(&str, String)| -> Vec<String> {
            complaints(html)
                .into_iter()
                .map(|line| format!("{name}, {line}"))
                .collect()
        };
        let judges: Vec<_> = pages.iter().map(|page| scope.spawn(move || one(page))).collect();
        judges.into_iter().flat_map(|judge| judge.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandboxs_calendar_is_accessible() {
    let google = Google::start(Config::new(Arc::new(|| "2026-11-23T08:00:00Z".parse().unwrap())))
        .await
        .unwrap();
    google.add_account(Account::new("ana@example.org", "Europe/Berlin"));
    google.seed(
        "ana@example.org",
        Seed::busy("Design review", "2026-11-24T14:00", "2026-11-24T15:00"),
    );
    google.seed("ana@example.org", Seed::all_day("Fair", "2026-11-25", "2026-11-27"));
    let page = Browser::new().open(&google.week_url("ana@example.org")).await.unwrap();
    judge(&[("the calendar", page.body)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_stand_by_themselves_are_accessible() {
    let house = House::open().await;
    let mut pages = Vec::new();
    for path in ["/", "/privacy", "/nowhere", "/connect/none", "/auth/callback"] {
        let page = Browser::new().open(&format!("{}{path}", house.url)).await.unwrap();
        pages.push((path, page.body));
    }
    judge(&pages);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_sign_in_are_accessible() {
    let house = House::open().await;
    let ana = PersonId::discord(7);
    let link = house.link(&ana).await;
    let mut browser = Browser::new();
    let offer = browser.open(&link).await.unwrap();
    let consent = browser.press(&offer, "Continue to Google").await.unwrap();
    let code = house.allow(&mut browser, &consent, ANA).await;
    assert!(code.body.contains("Last step"), "{}", code.words());
    let (_, connected) = house.sign_in(&house.link(&PersonId::console("you")).await, BO).await;
    assert!(connected.body.contains("Connected"), "{}", connected.words());
    house.google.withhold_refresh_tokens(1);
    let (_, again) = house.sign_in(&house.link(&PersonId::slack("T1", "U1")).await, BO).await;
    assert!(again.body.contains("Once more"), "{}", again.words());
    judge(&[
        ("the offer", offer.body),
        ("Google's consent", consent.body),
        ("the code", code.body),
        ("the end", connected.body),
        ("the second round", again.body),
    ]);
}
