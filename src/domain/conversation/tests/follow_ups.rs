//! What completes or corrects an earlier request, and what is a new one.

use super::*;

/// A day, with its start and end, in Berlin.
fn wall(plan: &Plan) -> String {
    let wall = |at| berlin().wall(at);
    format!(
        "{} {}",
        wall(plan.start).format("%a %-d %H:%M"),
        wall(plan.end).format("%H:%M")
    )
}

#[test]
fn corrections_complete_the_request_that_is_open() {
    let passed = "book a call yesterday at 3";
    let rows = [
        ("book lunch friday", "make it 1", "Fri 27 13:00 13:30"),
        ("book lunch friday", "let's do half past 12 then", "Fri 27 12:30 13:00"),
        ("book lunch friday", "how about 2?", "Fri 27 14:00 14:30"),
        (passed, "make it 5", "Mon 23 17:00 17:30"),
        (passed, "make it 5pm please", "Mon 23 17:00 17:30"),
        (passed, "make it Friday", "Fri 27 15:00 15:30"),
        (passed, "move it to Friday", "Fri 27 15:00 15:30"),
        (passed, "no, Wednesday", "Wed 25 15:00 15:30"),
        (passed, "what about Thursday at 4?", "Thu 26 16:00 16:30"),
        (
            "book a call tomorrow at 7",
            "not tomorrow, Wednesday at 9",
            "Wed 25 09:00 09:30",
        ),
        ("book a call tomorrow at 7", "rather at 4", "Tue 24 16:00 16:30"),
    ];
    for (request, answer, wanted) in rows {
        let mut ana = Ana::new();
        ana.says(request);
        assert!(ana.acts.is_empty(), "{request}");
        ana.says(answer);
        assert_eq!(wall(&ana.plan()), wanted, "{request}: {answer}");
        assert!(ana.conversation.open.is_empty(), "{request}: {answer}");
    }
}

#[test]
fn corrections_move_what_met_a_conflict() {
    for (answer, wanted) in [
        ("an hour later", "Tue 24 15:00 15:30"),
        ("push it back an hour", "Tue 24 15:00 15:30"),
        ("same time Wednesday", "Wed 25 14:00 14:30"),
        ("half an hour earlier", "Tue 24 13:30 14:00"),
        ("actually 45 minutes", "Tue 24 14:00 14:45"),
        ("not Tuesday, Wednesday", "Wed 25 14:00 14:30"),
        ("Wednesday instead", "Wed 25 14:00 14:30"),
        ("4 works", "Tue 24 16:00 16:30"),
        ("4 then", "Tue 24 16:00 16:30"),
        ("2", "Tue 24 14:00 14:30"),
        ("yes", "Tue 24 15:00 15:30"),
        ("the first one", "Tue 24 15:00 15:30"),
    ] {
        let mut ana = busy_ana();
        ana.says(answer);
        assert_eq!(wall(&ana.plan()), wanted, "{answer}");
        assert_eq!(ana.acts.len(), 2, "{answer}");
    }
}

#[test]
fn one_of_several_times_is_picked_and_never_by_a_mere_yes() {
    let asked = || {
        let mut ana = Ana::new();
        ana.says("book a call tomorrow at 7");
        assert!(ana.hears().contains("07:00 or 19:00?"), "{}", ana.hears());
        ana
    };
    for (answer, wanted) in [
        ("the first one", "Tue 24 07:00 07:30"),
        ("the second", "Tue 24 19:00 19:30"),
        ("second one please", "Tue 24 19:00 19:30"),
        ("I'll take the last one", "Tue 24 19:00 19:30"),
        ("the later one", "Tue 24 19:00 19:30"),
        ("the earlier", "Tue 24 07:00 07:30"),
        ("either", "Tue 24 19:00 19:30"),
    ] {
        let mut ana = asked();
        ana.says(answer);
        assert_eq!(wall(&ana.plan()), wanted, "{answer}");
    }
    for answer in ["yes", "ok", "sounds good", "the third one"] {
        let mut ana = asked();
        ana.says(answer);
        assert!(ana.acts.is_empty(), "{answer}");
        assert_eq!(
            ana.hears(),
            "About “book a call tomorrow at 7”: which one, 07:00 or 19:00? [07:00] [19:00] [Other] [Cancel]",
            "{answer}"
        );
    }
    for answer in ["no thanks", "nope", "never mind", "forget it", "stop"] {
        let mut ana = asked();
        ana.says(answer);
        assert_eq!(ana.hears(), "Nothing was booked.", "{answer}");
        assert!(ana.conversation.open.is_empty() && ana.acts.is_empty(), "{answer}");
    }
}

#[test]
fn a_pick_is_what_later_corrections_correct() {
    for (request, pick, answer, wanted) in [
        (
            "book a call tomorrow at 7",
            "19:00",
            "an hour later",
            "Tue 24 20:00 20:30",
        ),
        (
            "book a call tomorrow at 7 for 45 min",
            "07:00",
            "half an hour earlier",
            "Tue 24 06:30 07:15",
        ),
        (
            "book a call tomorrow 7-7:45",
            "07:00",
            "make it 4",
            "Tue 24 16:00 16:45",
        ),
        (
            "book a call tomorrow at 7",
            "19:00",
            "make it Friday",
            "Fri 27 19:00 19:30",
        ),
        (
            "book a call tomorrow at 7",
            "07:00",
            "actually 45 minutes",
            "Tue 24 07:00 07:45",
        ),
    ] {
        let mut ana = Ana::new();
        ana.says(request);
        ana.says(pick);
        ana.booking_ends(BookTried::Busy {
            conflicts: Vec::new(),
            free_at: None,
        });
        ana.says(answer);
        assert_eq!(wall(&ana.plan()), wanted, "{request}: {pick}: {answer}");
    }
}

#[test]
fn yes_is_about_the_newest_question() {
    let mut ana = Ana::new();
    ana.says("lunch with bo@example.org tomorrow 12:30-13:30");
    ana.says("book a call tomorrow at 7");
    ana.says("sure");
    assert!(ana.acts.is_empty(), "nobody is invited by it");
    ana.says("the second one");
    ana.says("yes please");
    assert_eq!(ana.plan().guests.len(), 1);
}

#[test]
fn after_a_booking_a_correction_books_nothing() {
    for text in [
        "make it 3",
        "make it Friday at 3pm",
        "an hour later",
        "half an hour earlier",
        "actually 45 minutes",
        "actually tomorrow at 4",
        "move it to Friday",
        "not tomorrow, Wednesday at 3",
        "no, Wednesday",
        "Wednesday at 2pm instead",
        "rather at 4",
        "let's do 4",
        "4 then",
        "oops, 4pm",
        "an hour later on Friday",
        "push it back an hour",
    ] {
        let mut ana = Ana::has_booked();
        ana.says(text);
        assert_eq!(ana.acts.len(), 1, "{text}: {}", ana.hears());
        assert!(
            ana.hears().starts_with("I can't move a meeting yet"),
            "{text}: {}",
            ana.hears()
        );
    }
    for text in [
        "how about 4?",
        "what about Friday?",
        "4 works",
        "not at 3",
        "not Tuesday at 4",
        "the second one",
        "yes",
        "ok",
        "stop",
    ] {
        let mut ana = Ana::has_booked();
        ana.says(text);
        assert_eq!(ana.acts.len(), 1, "{text}: {}", ana.hears());
    }
    let mut ana = Ana::has_booked();
    ana.says("tomorrow at 3");
    assert_eq!(wall(&ana.plan()), "Tue 24 15:00 15:30");
    // Half an hour later nobody speaks of that booking any more.
    let mut ana = Ana::has_booked();
    ana.now += TimeDelta::minutes(31);
    ana.says("let's do tomorrow at 3");
    assert_eq!(wall(&ana.plan()), "Tue 24 15:00 15:30");
}

#[test]
fn what_is_too_different_is_a_new_request() {
    let mut ana = Ana::new();
    ana.says("book a call tomorrow at 7");
    ana.says("book lunch friday at noon");
    assert_eq!(wall(&ana.plan()), "Fri 27 12:00 12:30");
    assert_eq!(ana.conversation.open.len(), 1, "the first one waits");
}

#[test]
fn a_zone_is_set_in_several_ways() {
    for text in [
        "timezone Tokyo",
        "Timezone: Tokyo",
        "time zone is Tokyo",
        "set timezone to Tokyo",
        "set my timezone to Tokyo.",
        "change my time zone to Asia/Tokyo",
        "my timezone is Tokyo",
    ] {
        let mut ana = Ana::new();
        ana.says(text);
        assert_eq!(ana.hears(), "From now on I read your times in Asia/Tokyo.", "{text}");
    }
    let mut ana = Ana::new();
    ana.says("set my timezone to Atlantis");
    assert!(
        ana.hears().starts_with("I know no time zone called “Atlantis”"),
        "{}",
        ana.hears()
    );
}

#[test]
fn what_is_denied_is_neither_an_answer_nor_a_request() {
    for text in ["not at 3", "not Tuesday", "no, not Tuesday", "never on Friday at 3"] {
        let mut ana = busy_ana();
        ana.says(text);
        assert_eq!(
            (ana.acts.len(), ana.conversation.open.len()),
            (1, 1),
            "{text}: {}",
            ana.hears()
        );
    }
}

#[test]
fn a_correction_while_a_sign_in_waits_changes_the_request_that_waits() {
    let mut ana = Ana::new();
    ana.says("book a call tomorrow at 2 PM");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    ana.says("make it 4 PM");
    assert_eq!(wall(&ana.plan()), "Tue 24 16:00 16:30");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    assert_eq!(
        (ana.sign_ins.len(), ana.conversation.open.len()),
        (1, 1),
        "one link, one request"
    );
    assert!(ana.hears().contains("16:00"), "{}", ana.hears());
    ana.hear(Heard::Connected { account: account() });
    assert_eq!(wall(&ana.plan()), "Tue 24 16:00 16:30");
    // Without a frame it is a request of its own.
    let mut ana = Ana::new();
    ana.says("book a call tomorrow at 2 PM");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    ana.says("lunch friday at noon");
    ana.booking_ends(BookTried::NeedsSignIn(SignInReason::NotConnected));
    assert_eq!(ana.conversation.open.len(), 2);
}

#[test]
fn after_a_booking_a_bare_day_begins_a_request_and_books_nothing() {
    let mut ana = Ana::new();
    ana.says("book a call tomorrow at 2 PM");
    ana.booking_ends(ready());
    let ordered = ana.acts.len();
    ana.says("Friday");
    assert_eq!(ana.acts.len(), ordered);
    assert!(
        ana.hears().starts_with("Fri 27 Nov 2026: at what time?"),
        "{}",
        ana.hears()
    );
}

#[test]
fn what_repeats_is_told_in_words_and_its_first_occurrence_offered() {
    let mut ana = Ana::new();
    ana.says("book yoga every other Tuesday at 3 PM");
    assert_eq!(
        ana.hears(),
        "You wrote “every other Tuesday”, which repeats every 2 weeks on Tuesday. I can't book repeating meetings yet. Only the first one, \
         Tue 24 Nov 15:00? (Tue 24 Nov 2026, Europe/Berlin) [Tue 24 Nov 15:00] [Cancel]"
    );
    ana.says("yes");
    assert_eq!(wall(&ana.plan()), "Tue 24 15:00 15:30");
    let mut ana = Ana::new();
    ana.says("book a recurring sync");
    assert!(ana.hears().ends_with("Which single day? [Cancel]"), "{}", ana.hears());
}

#[test]
fn as_soon_as_possible_is_offered_within_the_working_hours() {
    let mut ana = Ana::new();
    ana.says("book a call asap");
    assert!(ana.acts.is_empty(), "nothing is booked by itself");
    assert_eq!(
        ana.hears(),
        "You wrote “asap”: Mon 23 Nov 10:30 or Mon 23 Nov 11:00? (Mon 23 Nov 2026, Europe/Berlin) [Mon 23 Nov 10:30] \
         [Mon 23 Nov 11:00] [Other] [Cancel]"
    );
    ana.says("the first one");
    assert_eq!(wall(&ana.plan()), "Mon 23 10:30 11:00");
    let mut ana = Ana::new();
    ana.says("book an hour for the audit on Friday, as early as possible");
    assert!(ana.button("Fri 27 Nov 09:00").is_some(), "{}", ana.hears());
}

#[test]
fn no_meet_books_without_a_link_and_says_so() {
    let mut ana = Ana::new();
    ana.says("book a walk tomorrow at 2 PM, no meet");
    assert!(ana.plan().without_link);
    ana.booking_ends(BookTried::Booked {
        meet: Meet::Failed,
        etag: "e1".into(),
    });
    let heard = ana.hears();
    assert!(heard.starts_with("Booked: Walk, Tue 24 Nov 2026"), "{heard}");
    assert!(heard.contains("without a Meet link, as you asked"), "{heard}");
}

#[test]
fn settings_are_told_and_what_cant_be_set_is_said() {
    for text in [
        "what are my settings?",
        "set my working hours 9 to 5",
        "my default length is 45 minutes",
    ] {
        let mut ana = Ana::new();
        ana.says(text);
        assert!(ana.acts.is_empty(), "{text}");
        assert_eq!(
            ana.hears(),
            "I read your times in Europe/Berlin, from your Slack profile. To change it, send me a city or zone, such as Europe/Berlin.\n\
             The working hours that I read times by are 09:00 to 18:00, and a meeting takes 30 minutes where you don't say how long. Those two are \
             the same for everybody here: I can't set them for you yet, so say them in the request.",
            "{text}"
        );
    }
    let mut ana = Ana::new();
    ana.says("use Tokyo time");
    assert_eq!(ana.hears(), "From now on I read your times in Asia/Tokyo.");
    ana.says("use the blue room");
    assert!(!ana.hears().contains("time zone called"), "{}", ana.hears());
}
