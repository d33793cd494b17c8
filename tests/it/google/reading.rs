//! Busy times and the calendar's zone.

use chatcal::domain::booking::Conflict;
use chatcal::google::Trouble;
use chatcal::zone::Zone;
use serde_json::{Value, json};

use super::{Reply, Script, access, at, booking, plan, refusal};

fn page(items: Value, next: Option<&str>) -> Reply {
    let mut page = json!({ "timeZone": "Europe/Berlin", "items": items });
    if let Some(next) = next {
        page["nextPageToken"] = next.into();
    }
    Reply::json(200, &page)
}

fn meeting(title: &str, start: &str, end: &str) -> Value {
    json!({ "id": title, "summary": title, "start": { "dateTime": start }, "end": { "dateTime": end } })
}

#[tokio::test]
async fn b05_a_day_is_read_page_by_page() {
    let (from, to) = (plan().start, plan().end);
    let review = meeting(
        "Design review",
        "2026-11-24T14:00:00+01:00",
        "2026-11-24T15:00:00+01:00",
    );
    let lunch = meeting("Lunch", "2026-11-24T14:15:00+01:00", "2026-11-24T14:45:00+01:00");
    let own = json!({ "id": booking().as_str(), "start": review["start"], "end": review["end"] });
    let script = Script::new([page(json!([review, own]), Some("a&b")), page(json!([lunch]), None)]).await;
    let day = script
        .calendar()
        .day(&access(), from, to, Some(&booking()))
        .await
        .unwrap();

    assert_eq!(day.zone, Zone::named("Europe/Berlin").unwrap());
    let conflict = |title: &str, start, end| Conflict {
        title: title.to_owned(),
        start: at(start),
        end: at(end),
        all_day: false,
    };
    let expected = [
        conflict("Design review", "2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z"),
        conflict("Lunch", "2026-11-24T13:15:00Z", "2026-11-24T13:45:00Z"),
    ];
    assert_eq!(day.busy, expected);

    let list = "GET /calendar/v3/calendars/primary/events";
    assert_eq!(script.lines(), [list, list]);
    let [first, second] = &script.seen()[..] else {
        panic!("two pages")
    };
    for (name, value) in [
        ("timeMin", "2026-11-24T13:00:00Z"),
        ("timeMax", "2026-11-24T13:30:00Z"),
        ("singleEvents", "true"),
        ("orderBy", "startTime"),
    ] {
        assert_eq!(first.query(name).as_deref(), Some(value));
        assert_eq!(second.query(name).as_deref(), Some(value));
    }
    assert_eq!(second.query("pageToken").as_deref(), Some("a&b"));
}

#[tokio::test]
async fn b01_what_is_not_wholly_read_is_no_free_time() {
    let first = || page(json!([]), Some("2"));
    let timeless = json!([{ "id": "x", "summary": "Surprise" }]);
    for replies in [
        vec![refusal(503, "backendError")],
        vec![first(), refusal(500, "backendError")],
        vec![Reply::text(200, "text/html", "<html>Sign in to the Wi-Fi")],
        vec![Reply::json(200, &json!({ "items": [] }))],
        vec![page(timeless, None)],
        // A list without an end.
        vec![first()],
    ] {
        let script = Script::new(replies).await;
        let day = script.calendar().day(&access(), plan().start, plan().end, None).await;
        assert!(matches!(day, Err(Trouble::Unreachable { .. })), "{day:?}");
    }
}

#[tokio::test]
async fn the_calendars_zone_is_read_by_itself() {
    let script = Script::new([page(json!([]), None)]).await;
    let zone = script.calendar().zone(&access()).await.unwrap();
    assert_eq!(zone.name(), "Europe/Berlin");
    script.lines();
    assert_eq!(script.seen()[0].query("maxResults").as_deref(), Some("1"));
}
