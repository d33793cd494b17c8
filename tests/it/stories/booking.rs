//! Bookings: what is asked first, what is in the way, taking back, another zone.

use std::time::Duration;

use chatcal::sandbox::google::{MailKind, MeetBehaviour, Seed};
use serde_json::json;

use super::chat::Kind;
use super::story;
use super::world::World;

const MINUTE: Duration = Duration::from_secs(60);

story!(guests_get_no_mail_before_a_yes: slack, discord, terminal);

async fn guests_get_no_mail_before_a_yes(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book design review tomorrow 10-11 with ann@example.com").await;
    let source = world
        .kind
        .slack_or("from your Slack profile", "from your Google Calendar");
    ana.hears().await.is(&format!(
        "Design review, Tue 24 Nov 2026, 10:00–11:00 (Europe/Berlin, {source}): shall I invite ann@example.com? Google will send them an e-mail.
         [Invite ann@example.com and book] [Book without guests] [Cancel]"
    ));
    ana.settled().await;
    ana.has_events(0);
    ana.presses("Invite ann@example.com and book").await;
    ana.hears().await.is(&format!(
        "Booked: Design review, Tue 24 Nov 2026, 10:00–11:00 (Europe/Berlin, {source}) · with ann@example.com · https://meet.google.com/abc-defg-hij
         [Undo] [Change zone]"
    ));
    let mails = world.google.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (mails[0].to.as_str(), mails[0].kind),
        ("ann@example.com", MailKind::Invited)
    );

    ana.says("book planning on Wednesday 10-11 with ann@example.com and bo@example.com")
        .await;
    ana.hears()
        .await
        .contains("shall I invite ann@example.com, bo@example.com?");
    ana.says("book without guests").await;
    ana.hears()
        .await
        .contains("Booked: Planning, Wed 25 Nov 2026, 10:00–11:00");
    assert!(ana.events()[1]["attendees"].is_null());

    ana.says("book lunch on Thursday 12-13 with ann@example.com").await;
    ana.hears().await.contains("shall I invite");
    ana.presses("Cancel").await;
    ana.hears().await.is("Nothing was booked.");
    ana.has_events(2);
    assert_eq!(world.google.mails().len(), 1);
}

story!(what_is_in_the_way_is_named_and_free_time_offered: slack, discord, terminal);

async fn what_is_in_the_way_is_named_and_free_time_offered(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.google.seed(
        ana.email(),
        Seed::busy("Design review", "2026-11-24T14:00", "2026-11-24T15:00"),
    );
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.is(
        "Not booked: you have Design review 14:00–15:00 (Tue 24 Nov 2026, Europe/Berlin). Shall it be 15:00?
         [15:00] [Book anyway] [Cancel]",
    );
    ana.has_events(1);
    ana.presses("15:00").await;
    ana.hears().await.contains("Booked: Tue 24 Nov 2026, 15:00–15:30");
    ana.says("book tomorrow at 2:15 PM for 30 minutes").await;
    ana.hears().await.contains("you have Design review 14:00–15:00");
    ana.says("15:30").await;
    ana.hears().await.contains("Booked: Tue 24 Nov 2026, 15:30–16:00");
    ana.says("book tomorrow at 2 PM for 20 minutes").await;
    ana.hears().await.contains("you have Design review 14:00–15:00");
    ana.presses("Book anyway").await;
    ana.hears().await.contains("Booked: Tue 24 Nov 2026, 14:00–14:20");
    ana.has_events(4);
}

story!(undo_takes_back_until_the_start: slack, discord, terminal);

async fn undo_takes_back_until_the_start(world: &World) {
    let ana = world.person("ana");
    ana.says("undo").await;
    ana.hears()
        .await
        .is("I have booked nothing for you lately, so there is nothing to undo or change.");
    ana.connects().await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked:");
    ana.presses("Undo").await;
    ana.hears()
        .await
        .is("Removed: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin)
         [Book again]");
    ana.has_events(0);
    ana.says("undo").await;
    ana.hears()
        .await
        .is("Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin) is removed already.
         [Book again]");
    ana.presses("Book again").await;
    ana.hears().await.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    ana.has_events(1);
    ana.says("Undo!").await;
    ana.hears().await.contains("Removed: ");
    ana.has_events(0);
    ana.says("book again").await;
    ana.hears().await.contains("Booked: ");
    world.passes(29 * 60 * MINUTE).await;
    ana.says("undo").await;
    ana.hears().await.is(
        "Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin) has begun, so I leave it in your calendar; you can remove it in Google Calendar.",
    );
    ana.has_events(1);
}

story!(what_was_edited_in_google_is_not_removed_without_a_word: slack, discord, terminal);

async fn what_was_edited_in_google_is_not_removed_without_a_word(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked:");
    let id = ana.events()[0]["id"].as_str().unwrap().to_owned();
    world
        .google
        .edit(ana.email(), &id, json!({ "summary": "Board meeting" }));
    ana.presses("Undo").await;
    let asked = "Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin) was edited in Google Calendar since I booked it. Remove it all the same?
         [Remove anyway] [Keep it]";
    ana.hears().await.is(asked);
    ana.presses("Keep it").await;
    ana.hears()
        .await
        .is("Kept: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin)");
    ana.has_events(1);
    ana.says("undo").await;
    ana.hears().await.is(asked);
    ana.presses("Remove anyway").await;
    ana.hears().await.contains("Removed: ");
    ana.has_events(0);
}

story!(another_zone_moves_what_was_booked: slack, discord, terminal);

async fn another_zone_moves_what_was_booked(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked:");
    ana.presses("Change zone").await;
    let asked = ana.hears().await;
    asked.contains("Which time zone are you in? Send me a city or zone, such as America/New_York.");
    ana.says("New York").await;
    ana.hears().await.is(
        "From now on I read your times in America/New_York. Meeting stays at Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin), \
         which is 08:00 in America/New_York. Move it to 14:00 in America/New_York?
         [Move it] [Keep it]",
    );
    ana.presses("Move it").await;
    ana.hears()
        .await
        .is("Moved: Tue 24 Nov 2026, 14:00–14:30 (America/New_York)
         [Undo]");
    assert_eq!(ana.events()[0]["start"]["dateTime"], "2026-11-24T20:00:00+01:00");
    ana.says("book wednesday 3pm for 30 min").await;
    ana.hears().await.is(
        "Booked: Wed 25 Nov 2026, 15:00–15:30 (America/New_York, your setting) · https://meet.google.com/abc-defg-hij
         [Undo]",
    );
    assert_eq!(ana.events()[1]["start"]["dateTime"], "2026-11-25T21:00:00+01:00");
}

story!(b04_a_meet_link_that_comes_late_edits_the_reply: slack, discord, terminal);

async fn b04_a_meet_link_that_comes_late_edits_the_reply(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.google.meet(MeetBehaviour::Ready { after_gets: 2 });
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let first = ana.hears().await;
    first.contains("· the Meet link follows");
    assert_eq!(first.meet(), None);
    let second = ana.hears().await;
    second.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    assert!(second.meet().is_some(), "{second}");
    assert_eq!(second.edited, world.kind.edits());
    // The link's making has changed the event's etag, which is no edit of Ana's.
    ana.says("undo").await;
    ana.hears().await.contains("Removed:");

    world.google.meet(MeetBehaviour::Fails { after_gets: 1 });
    ana.says("book tomorrow at 3 PM for 30 minutes").await;
    ana.hears().await.contains("· the Meet link follows");
    let second = ana.hears().await;
    second.contains("Booked, but without a Meet link: Tue 24 Nov 2026, 15:00–15:30");
    assert_eq!(second.edited, world.kind.edits());
    ana.has_events(1);
}

story!(consent_after_the_start_asks: slack, discord, terminal);

async fn consent_after_the_start_asks(world: &World) {
    let ana = world.person("ana");
    ana.says("book today at 9:05 for 30 minutes").await;
    let link = ana.hears_link().await;
    world.passes(6 * MINUTE).await;
    ana.connects_by(&link).await;
    ana.hears()
        .await
        .is("Connected a•••@example.org. Not you? Say disconnect.
         Not booked: Mon 23 Nov 2026, 09:05–09:35 (Europe/Berlin) has passed by now. When shall it be instead?
         [Tue 24 Nov 09:05] [Cancel] [Disconnect]");
    ana.has_events(0);
    ana.presses("Tue 24 Nov 09:05").await;
    ana.hears().await.contains("Booked: Tue 24 Nov 2026, 09:05–09:35");
}

story!(an_expired_link_is_replaced_and_the_request_lives_on: slack, discord, terminal);

async fn an_expired_link_is_replaced_and_the_request_lives_on(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let old = ana.hears_link().await;
    world.passes(10 * MINUTE).await;
    let expired = ana.hears().await;
    expired.is("Link expired. I kept your request.
         [New link]");
    assert_eq!(expired.edited, world.kind.edits());
    let page = chatcal::sandbox::browser::Browser::new().open(&old).await.unwrap();
    assert!(page.words().contains("Link expired"), "{}", page.words());
    ana.presses("New link").await;
    ana.follows_link().await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: Tue 24 Nov 2026, 14:00–14:30");
    ana.has_events(1);
}

story!(a_cancelled_consent_can_be_tried_again: slack, discord, terminal);

async fn a_cancelled_consent_can_be_tried_again(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    let mut browser = chatcal::sandbox::browser::Browser::new();
    let page = browser.open(&link).await.unwrap();
    let consent = browser.press(&page, "Continue to Google").await.unwrap();
    let last = browser.press(&consent, "Cancel").await.unwrap();
    assert!(last.words().contains("Nothing was connected"), "{}", last.words());
    ana.hears().await.is("Nothing was connected.
         [Try again]");
    ana.presses("Try again").await;
    ana.follows_link().await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: Tue 24 Nov 2026, 14:00–14:30");
}

story!(b06_what_was_deleted_in_google_stays_deleted: slack, discord, terminal);

async fn b06_what_was_deleted_in_google_stays_deleted(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked:");
    let id = ana.events()[0]["id"].as_str().unwrap().to_owned();
    world.google.delete(ana.email(), &id);
    if world.kind == Kind::Slack {
        let ts = world.slack().served().len();
        assert!(ts > 0);
    }
    world.restart().await;
    ana.says("undo").await;
    ana.hears().await.contains("Removed: ");
    ana.has_events(0);
}
