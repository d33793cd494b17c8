//! Every kind of trouble, sorted by remedy, on Calendar and at sign-in.

use std::time::Duration;

use chatcal::google::Trouble;
use serde_json::json;

use super::{HASTY, Reply, Script, access, booking, plan, refusal};

/// The variant's name, and the wait that it asks for.
fn kind(trouble: &Trouble) -> (&'static str, Option<Duration>) {
    match trouble {
        Trouble::Revoked { .. } => ("revoked", None),
        Trouble::Unreachable { retry_after, .. } => ("unreachable", *retry_after),
        Trouble::Misconfigured { .. } => ("misconfigured", None),
        Trouble::Policy { .. } => ("policy", None),
        Trouble::Unauthorized => ("unauthorized", None),
        Trouble::MissingScope => ("missing scope", None),
        Trouble::NotFound => ("not found", None),
        Trouble::Gone => ("gone", None),
        Trouble::Duplicate => ("duplicate", None),
        Trouble::Edited => ("edited", None),
        Trouble::Refused { .. } => ("refused", None),
        Trouble::BadIdToken { .. } => ("bad id_token", None),
    }
}

fn oauth_error(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(status, &json!({ "error": error, "error_description": description }))
}

#[tokio::test]
async fn calendars_refusals_are_sorted_by_remedy() {
    let detail = |reason| json!({ "error": { "code": 403, "message": "no", "details": [{ "reason": reason }] } });
    for (reply, attempts, expected) in [
        (refusal(401, "authError"), 1, "unauthorized"),
        (refusal(403, "insufficientPermissions"), 1, "missing scope"),
        (
            Reply::json(403, &detail("ACCESS_TOKEN_SCOPE_INSUFFICIENT")),
            1,
            "missing scope",
        ),
        (refusal(403, "accessNotConfigured"), 1, "misconfigured"),
        (Reply::json(403, &detail("SERVICE_DISABLED")), 1, "misconfigured"),
        (refusal(403, "rateLimitExceeded"), 3, "unreachable"),
        (refusal(403, "userRateLimitExceeded"), 3, "unreachable"),
        (refusal(403, "dailyLimitExceeded"), 1, "misconfigured"),
        (refusal(403, "quotaExceeded"), 1, "refused"),
        (refusal(403, "forbidden"), 1, "refused"),
        (refusal(403, "domainPolicy"), 1, "policy"),
        (refusal(429, "rateLimitExceeded"), 3, "unreachable"),
        (refusal(400, "invalid"), 1, "refused"),
        (refusal(404, "notFound"), 1, "not found"),
        (refusal(409, "duplicate"), 1, "duplicate"),
        (refusal(410, "deleted"), 1, "gone"),
        (refusal(412, "conditionNotMet"), 1, "edited"),
        // Not Google's own words: a proxy's.
        (Reply::text(404, "text/html", "<html>"), 1, "unreachable"),
        (Reply::text(403, "text/html", "<html>"), 1, "unreachable"),
        (Reply::text(302, "text/html", ""), 1, "unreachable"),
    ] {
        let script = Script::new([reply]).await;
        let trouble = script.calendar().insert(&access(), &plan()).await.unwrap_err();
        assert_eq!(kind(&trouble).0, expected, "{trouble}");
        assert_eq!(script.seen().len(), attempts, "{trouble}");
    }
}

#[tokio::test]
async fn t04_a_broken_way_to_calendar_is_unreachable() {
    let half = r#"{"timeZone":"Europe/Be"#;
    for reply in [
        refusal(500, "backendError"),
        Reply::text(500, "text/html", "<html>Error 500</html>"),
        Reply::text(503, "text/plain", ""),
        Reply::text(200, "application/json", half),
        Reply::Drop,
        Reply::Hang,
    ] {
        let script = Script::new([reply]).await;
        let trouble = script
            .calendar()
            .with_patience(HASTY)
            .zone(&access())
            .await
            .unwrap_err();
        assert_eq!(kind(&trouble).0, "unreachable", "{trouble}");
    }
    let gone = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let mut settings = Script::new([]).await.settings();
    settings.calendar_url = format!("http://{gone}/calendar/v3/").parse().unwrap();
    let calendar = chatcal::google::Calendar::new(super::http(), &settings).with_patience(HASTY);
    let trouble = calendar.get(&access(), &booking()).await.unwrap_err();
    assert_eq!(kind(&trouble).0, "unreachable", "{trouble}");
}

#[tokio::test]
async fn t04_a_name_that_can_t_be_resolved_is_unreachable() {
    // No resolver asks anybody about a name with so long a part (RFC 1035, section 2.3.4): it fails at once, and for good.
    let nowhere = format!("https://{}.test", "a".repeat(64));
    let mut settings = Script::new([]).await.settings();
    settings.token_url = format!("{nowhere}/token").parse().unwrap();
    settings.calendar_url = format!("{nowhere}/calendar/v3/").parse().unwrap();
    let oauth = chatcal::google::OAuth::new(super::http(), super::clock(), &settings);
    let trouble = oauth.refresh(&"1//r".into()).await.unwrap_err();
    assert_eq!(kind(&trouble).0, "unreachable", "{trouble}");
    let calendar = chatcal::google::Calendar::new(super::http(), &settings);
    let trouble = calendar.get(&access(), &booking()).await.unwrap_err();
    assert_eq!(kind(&trouble).0, "unreachable", "{trouble}");
}

#[tokio::test]
async fn a_long_retry_after_is_told_to_the_caller() {
    for status in [429, 503] {
        let script = Script::new([refusal(status, "rateLimitExceeded").with("retry-after", "120")]).await;
        let trouble = script.calendar().zone(&access()).await.unwrap_err();
        assert_eq!(kind(&trouble), ("unreachable", Some(Duration::from_secs(120))));
        assert_eq!(script.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_passing_failure_of_a_read_is_tried_again() {
    let zone = Reply::json(200, &json!({ "timeZone": "Europe/Berlin" }));
    let script = Script::new([
        refusal(503, "backendError"),
        refusal(403, "userRateLimitExceeded").with("retry-after", "0"),
        zone,
    ])
    .await;
    assert!(script.calendar().zone(&access()).await.is_ok());
    assert_eq!(script.seen().len(), 3);
}

#[tokio::test]
async fn t03_t04_only_invalid_grant_ever_means_revoked() {
    let rapt = json!({ "error": "invalid_grant", "error_subtype": "invalid_rapt" });
    let html = "<html>invalid_grant</html>";
    let half = r#"{"access_token":"ya29.can"#;
    for (reply, expected) in [
        (
            oauth_error(400, "invalid_grant", "Token has been expired or revoked."),
            "revoked",
        ),
        (
            oauth_error(400, "invalid_grant", "reauth related error (invalid_rapt)"),
            "policy",
        ),
        (Reply::json(400, &rapt), "policy"),
        (oauth_error(400, "admin_policy_enforced", ""), "policy"),
        (oauth_error(401, "invalid_client", "Unauthorized"), "misconfigured"),
        (oauth_error(401, "unauthorized_client", "Unauthorized"), "misconfigured"),
        (oauth_error(401, "deleted_client", ""), "misconfigured"),
        (oauth_error(400, "invalid_request", "Missing parameter"), "refused"),
        // The right word at the wrong status is no word of Google's grants.
        (oauth_error(500, "invalid_grant", ""), "unreachable"),
        (
            oauth_error(429, "invalid_grant", "").with("retry-after", "600"),
            "unreachable",
        ),
        (Reply::text(400, "text/html", html), "unreachable"),
        (Reply::text(503, "text/html", html), "unreachable"),
        (Reply::text(200, "text/html", html), "unreachable"),
        (Reply::text(200, "application/json", half), "unreachable"),
        (Reply::text(200, "application/json", ""), "unreachable"),
        (oauth_error(200, "invalid_grant", ""), "unreachable"),
        (Reply::Drop, "unreachable"),
    ] {
        let script = Script::new([reply]).await;
        let trouble = script.oauth().refresh(&"1//canary".into()).await.unwrap_err();
        assert_eq!(kind(&trouble).0, expected, "{trouble}");
    }
}

#[tokio::test]
async fn s09_no_trouble_tells_a_secret() {
    let echo = "ya29.canary-access 1//canary GOCSPX-canary-secret 4/canary";
    let calendar = Reply::json(400, &json!({ "error": { "message": echo } }));
    for reply in [
        calendar,
        oauth_error(400, "invalid_grant", echo),
        oauth_error(401, "invalid_client", echo),
        Reply::text(
            200,
            "application/json",
            r#"{"access_token":"canary","expires_in":"canary"}"#,
        ),
        Reply::Drop,
    ] {
        let script = Script::new([reply]).await;
        let oauth = script.oauth();
        for trouble in [
            oauth.refresh(&"1//canary".into()).await.unwrap_err(),
            oauth
                .exchange(&"4/canary".into(), &"canary-verifier".into(), "n")
                .await
                .unwrap_err(),
            oauth.revoke(&"1//canary".into()).await.err().unwrap_or(Trouble::Gone),
            script.calendar().insert(&access(), &plan()).await.unwrap_err(),
        ] {
            assert!(!format!("{trouble} {trouble:?}").contains("canary"), "{trouble:?}");
        }
        assert!(!format!("{oauth:?} {:?}", script.calendar()).contains("canary"));
    }
}
