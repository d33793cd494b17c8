//! Writing, moving and deleting a booking's event.

use chatcal::domain::booking::{Guest, Meet};
use chatcal::google::{Deleted, Difference, Found, Put, Trouble};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{HASTY, QUICK, Reply, Script, access, booking, event, plan, refusal};

const EVENTS: &str = "/calendar/v3/calendars/primary/events";

fn post() -> String {
    format!("POST {EVENTS}")
}

fn get() -> String {
    format!("GET {EVENTS}/{}", booking())
}

fn cancelled() -> Reply {
    Reply::json(200, &json!({ "id": booking().as_str(), "status": "cancelled" }))
}

fn ok() -> Reply {
    Reply::json(200, &event())
}

fn changed(change: impl FnOnce(&mut Value)) -> Reply {
    let mut event = event();
    change(&mut event);
    Reply::json(200, &event)
}

#[tokio::test]
async fn an_event_is_written_as_planned() {
    let script = Script::new([ok()]).await;
    let written = script.calendar().insert(&access(), &plan()).await.unwrap();
    assert_eq!(
        (written.stored.meet, written.stored.etag.as_str()),
        (Meet::Pending, "\"1\"")
    );
    assert_eq!(written.differs, []);

    assert_eq!(script.lines(), [post()]);
    let seen = &script.seen()[0];
    assert_eq!(seen.headers["authorization"], "Bearer ya29.canary-access");
    assert_eq!(seen.query("conferenceDataVersion").as_deref(), Some("1"));
    assert_eq!(seen.query("sendUpdates").as_deref(), Some("none"));
    let id = "qc5ksmhgt9b54q5g40bun7ts217dpmiv";
    let expected = json!({
        "id": id,
        "summary": "Lunch",
        "start": { "dateTime": "2026-11-24T14:00:00", "timeZone": "Europe/Berlin" },
        "end": { "dateTime": "2026-11-24T14:30:00", "timeZone": "Europe/Berlin" },
        "guestsCanModify": false,
        "reminders": { "useDefault": true },
        "conferenceData": {
            "createRequest": { "requestId": id, "conferenceSolutionKey": { "type": "hangoutsMeet" } },
        },
        "extendedProperties": { "private": { "chatcal": id } },
    });
    assert_eq!(seen.json(), expected);
}

#[tokio::test]
async fn guests_are_invited_by_mail_and_read_back() {
    let mut plan = plan();
    plan.guests = vec![Guest {
        email: "bo@example.org".to_owned(),
        name: Some("Bo\r\nBcc: x".to_owned()),
    }];
    plan.location = Some("Room\u{202e} 4".to_owned());
    let script = Script::new([ok()]).await;
    let written = script.calendar().insert(&access(), &plan).await.unwrap();
    let missing = Difference::NotInvited {
        email: "bo@example.org".to_owned(),
    };
    assert_eq!(written.differs, [missing]);
    script.lines();
    let seen = &script.seen()[0];
    assert_eq!(seen.query("sendUpdates").as_deref(), Some("all"));
    assert_eq!(
        seen.json()["attendees"],
        json!([{ "email": "bo@example.org", "displayName": "Bo Bcc: x" }])
    );
    assert_eq!(seen.json()["location"], "Room 4");
}

#[tokio::test]
async fn b02_a_lost_answer_is_looked_up_before_anything_is_written_again() {
    for lost in [Reply::Drop, Reply::text(502, "text/html", "<html>"), Reply::Hang] {
        let patience = if matches!(lost, Reply::Hang) { HASTY } else { QUICK };
        let script = Script::new([lost.clone(), ok()]).await;
        let calendar = script.calendar().with_patience(patience);
        let put = calendar.put(&access(), &plan()).await.unwrap();
        assert!(matches!(put, Put::Written(written) if written.differs.is_empty()));
        assert_eq!(script.lines(), [post(), get()], "written, answer lost: found");

        let script = Script::new([lost.clone(), refusal(404, "notFound"), ok()]).await;
        let calendar = script.calendar().with_patience(patience);
        assert!(matches!(calendar.put(&access(), &plan()).await, Ok(Put::Written(_))));
        assert_eq!(script.lines(), [post(), get(), post()], "not written: written then");

        let script = Script::new([lost, refusal(404, "notFound"), refusal(409, "duplicate"), ok()]).await;
        let calendar = script.calendar().with_patience(patience);
        assert!(matches!(calendar.put(&access(), &plan()).await, Ok(Put::Written(_))));
        assert_eq!(
            script.lines(),
            [post(), get(), post(), get()],
            "written, seen late: found"
        );
    }
}

#[tokio::test]
async fn b02_an_answer_that_is_cut_short_proves_nothing() {
    let half = event().to_string();
    let half = Reply::text(200, "application/json", &half[..half.len() / 2]);
    let script = Script::new([half, ok()]).await;
    assert!(matches!(
        script.calendar().put(&access(), &plan()).await,
        Ok(Put::Written(_))
    ));
    assert_eq!(script.lines(), [post(), get()]);
}

#[tokio::test]
async fn b02_what_could_not_be_looked_up_may_be_written() {
    for refused in [refusal(401, "authError"), refusal(403, "insufficientPermissions")] {
        let script = Script::new([Reply::Drop, refused]).await;
        let put = script.calendar().put(&access(), &plan()).await;
        assert!(matches!(put, Err(Trouble::Unreachable { .. })), "{put:?}");
        assert_eq!(script.lines(), [post(), get()]);
    }
}

#[tokio::test]
async fn b06_an_event_that_was_deleted_stays_deleted() {
    let script = Script::new([refusal(409, "duplicate"), cancelled()]).await;
    assert_eq!(script.calendar().put(&access(), &plan()).await, Ok(Put::DeletedSince));
    assert_eq!(script.lines(), [post(), get()]);
    assert_eq!(
        script.calendar().get(&access(), &booking()).await,
        Ok(Some(Found::Cancelled))
    );
}

#[tokio::test]
async fn somebody_elses_event_under_our_id_is_not_ours() {
    let foreign = changed(|event| event["extendedProperties"] = json!({}));
    let script = Script::new([refusal(409, "duplicate"), foreign]).await;
    let put = script.calendar().put(&access(), &plan()).await;
    assert!(matches!(put, Err(Trouble::Refused { .. })), "{put:?}");
}

#[tokio::test]
async fn what_was_certainly_not_written_is_not_looked_up() {
    let script = Script::new([refusal(401, "authError")]).await;
    assert_eq!(
        script.calendar().put(&access(), &plan()).await,
        Err(Trouble::Unauthorized)
    );
    assert_eq!(script.lines(), [post()]);
}

#[tokio::test]
async fn b09_what_google_stored_otherwise_is_reported() {
    let moved = changed(|event| {
        event["start"]["dateTime"] = "2026-11-24T15:00:00+01:00".into();
        event["conferenceData"] = json!({ "createRequest": { "status": { "statusCode": "failure" } } });
    });
    let script = Script::new([moved]).await;
    let written = script.calendar().insert(&access(), &plan()).await.unwrap();
    let stored = plan().start + TimeDelta::hours(1);
    assert_eq!(written.differs, [Difference::Start { stored }, Difference::NoMeet]);
}

#[tokio::test]
async fn an_event_is_moved_only_as_we_left_it() {
    let patch = || format!("PATCH {EVENTS}/{}", booking());
    let script = Script::new([ok()]).await;
    script
        .calendar()
        .move_to(&access(), &plan(), Some("\"1\""))
        .await
        .unwrap();
    assert_eq!(script.lines(), [patch()]);
    let seen = &script.seen()[0];
    assert_eq!(seen.headers["if-match"], "\"1\"");
    let times = json!({
        "start": { "dateTime": "2026-11-24T14:00:00", "timeZone": "Europe/Berlin" },
        "end": { "dateTime": "2026-11-24T14:30:00", "timeZone": "Europe/Berlin" },
    });
    assert_eq!(seen.json(), times);

    let elsewhere = changed(|event| event["start"]["dateTime"] = "2026-11-24T09:00:00+01:00".into());
    for (reply, expected) in [
        // Our own first attempt, whose answer was lost, gave the event those times and another etag.
        (ok(), None),
        (elsewhere, Some(Trouble::Edited)),
        (cancelled(), Some(Trouble::Gone)),
        (refusal(404, "notFound"), Some(Trouble::NotFound)),
    ] {
        let script = Script::new([refusal(412, "conditionNotMet"), reply]).await;
        let moved = script.calendar().move_to(&access(), &plan(), Some("\"0\"")).await;
        assert_eq!(moved.err(), expected);
        assert_eq!(script.lines(), [patch(), get()]);
    }
}

#[tokio::test]
async fn b06_deleting_tells_apart_what_was_gone_already() {
    let delete = format!("DELETE {EVENTS}/{}", booking());
    let done = || Reply::text(204, "text/plain", "");
    for (replies, expected) in [
        (vec![done()], Ok(Deleted::Now)),
        (vec![refusal(410, "deleted")], Ok(Deleted::Before)),
        (vec![refusal(404, "notFound")], Ok(Deleted::NeverThere)),
        // The first attempt's answer was lost.
        (vec![Reply::Drop, refusal(410, "deleted")], Ok(Deleted::Before)),
        (vec![refusal(412, "conditionNotMet"), ok()], Err(Trouble::Edited)),
        (vec![refusal(412, "conditionNotMet"), cancelled()], Ok(Deleted::Before)),
    ] {
        let script = Script::new(replies).await;
        let deleted = script
            .calendar()
            .delete(&access(), &booking(), Some("\"1\""), true)
            .await;
        assert_eq!(deleted, expected);
        assert_eq!(script.lines()[0], delete);
        let seen = &script.seen()[0];
        assert_eq!(seen.headers["if-match"], "\"1\"");
        assert_eq!(seen.query("sendUpdates").as_deref(), Some("all"));
    }
    let script = Script::new([done()]).await;
    let deleted = script.calendar().delete(&access(), &booking(), None, false).await;
    assert_eq!(deleted, Ok(Deleted::Now));
    let seen = &script.seen()[0];
    assert!(!seen.headers.contains_key("if-match"));
    assert_eq!(seen.query("sendUpdates").as_deref(), Some("none"));
}

#[tokio::test]
async fn b04_the_meet_link_is_read_as_it_comes() {
    let ready = changed(|event| event["hangoutLink"] = "https://meet.google.com/abc-defg-hij".into());
    let script = Script::new([refusal(404, "notFound"), ok(), ready]).await;
    let calendar = script.calendar();
    assert_eq!(calendar.get(&access(), &booking()).await, Ok(None));
    for expected in [
        Meet::Pending,
        Meet::Ready("https://meet.google.com/abc-defg-hij".to_owned()),
    ] {
        let found = calendar.get(&access(), &booking()).await.unwrap();
        let Some(Found::Standing(stored)) = found else {
            panic!("it stands")
        };
        assert_eq!(stored.meet, expected);
    }
}
