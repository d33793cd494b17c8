//! What answers an open question, what does not, and what becomes of one that nobody answers.

use super::*;

/// Asked: 15:00 or 16:00 tomorrow.
fn asked() -> Ana {
    let mut ana = Ana::new();
    ana.says("book tomorrow 3pm or 4pm");
    assert_eq!(
        ana.hears(),
        "You wrote “3pm or 4pm”: 15:00 or 16:00? (Tue 24 Nov 2026, Europe/Berlin) [15:00] [16:00] [Other] [Cancel]"
    );
    ana
}

fn start(ana: &Ana) -> String {
    berlin().wall(ana.plan().start).format("%a %-d %H:%M").to_string()
}

#[test]
fn an_answer_that_fits_an_offered_time_chooses_it() {
    for (answer, wanted) in [
        ("the 4pm one", "Tue 24 16:00"),
        ("4pm sounds good", "Tue 24 16:00"),
        ("hm 4pm I guess", "Tue 24 16:00"),
        ("let's go with 4pm", "Tue 24 16:00"),
        ("book it for 4pm", "Tue 24 16:00"),
        ("number two", "Tue 24 16:00"),
        ("doesn't matter", "Tue 24 15:00"),
        ("the second one", "Tue 24 16:00"),
        ("Friday at 2pm would be lovely", "Fri 27 14:00"),
    ] {
        let mut ana = asked();
        ana.says(answer);
        assert_eq!(start(&ana), wanted, "{answer}: {}", ana.hears());
        assert_eq!(ana.plan().title, crate::domain::booking::UNTITLED, "{answer}");
        assert!(ana.conversation.open.is_empty(), "{answer}");
    }
    let mut ana = asked();
    ana.says("4pm and it's about the roadmap");
    assert_eq!(
        (start(&ana).as_str(), ana.plan().title.as_str()),
        ("Tue 24 16:00", "Roadmap")
    );
}

#[test]
fn neither_a_tale_nor_a_question_is_an_answer() {
    for text in [
        "I was at the dentist at 3",
        "my train leaves at 5",
        "another one at 5pm",
        "thanks",
        "bye",
        "how are you?",
        "what a day",
    ] {
        let mut ana = asked();
        ana.says(text);
        assert!(ana.acts.is_empty(), "{text}: {}", ana.hears());
        assert_eq!(ana.conversation.open.len(), 1, "{text}");
        assert!(
            ana.hears().contains("“book tomorrow 3pm or 4pm”")
                && ana.hears().ends_with("[15:00] [16:00] [Other] [Cancel]"),
            "{text}: {}",
            ana.hears()
        );
    }
    for text in ["4pm?", "is 4pm ok?", "would 4pm work?"] {
        let mut ana = asked();
        ana.says(text);
        assert!(ana.acts.is_empty(), "{text}: {}", ana.hears());
        assert_eq!(
            ana.hears(),
            "Tue 24 Nov 2026, 16:00–16:30 (Europe/Berlin, from your Slack profile): shall I book it? [Yes] [Cancel]",
            "{text}"
        );
        ana.says("yes");
        assert_eq!(start(&ana), "Tue 24 16:00", "{text}");
    }
}

#[test]
fn none_of_the_times_leads_to_another() {
    for text in [
        "Other",
        "another time",
        "neither",
        "none of them",
        "not at 3pm",
        "something else please",
    ] {
        let mut ana = asked();
        ana.says(text);
        assert_eq!(
            ana.hears(),
            "About “book tomorrow 3pm or 4pm”: at what time, then? For example: 2 PM. [Cancel]",
            "{text}"
        );
        ana.says("5pm");
        assert_eq!(start(&ana), "Tue 24 17:00", "{text}");
    }
    let mut ana = asked();
    ana.presses("Other");
    ana.says("cancel that");
    assert_eq!(ana.hears(), "Nothing was booked.");
    assert!(ana.conversation.open.is_empty());
}

#[test]
fn halves_of_the_day_are_answered_in_words() {
    for (answer, wanted) in [("evening please", "Tue 24 19:00"), ("in the morning", "Tue 24 07:00")] {
        let mut ana = Ana::new();
        ana.says("book a call tomorrow at 7");
        assert!(
            ana.hears().ends_with("[07:00] [19:00] [Other] [Cancel]"),
            "{}",
            ana.hears()
        );
        ana.says(answer);
        assert_eq!(start(&ana), wanted, "{answer}: {}", ana.hears());
    }
}

#[test]
fn guests_are_agreed_to_left_out_added_and_exchanged_in_words() {
    let asked = || {
        let mut ana = Ana::new();
        ana.says("lunch with ann@example.org tomorrow 12:30-13:30");
        ana
    };
    let guests = |ana: &Ana| {
        let guests = ana.plan().guests.into_iter().map(|guest| guest.email);
        guests.collect::<Vec<_>>().join(" ")
    };
    for (answer, wanted) in [
        ("invite her", "ann@example.org"),
        ("yes", "ann@example.org"),
        ("without guests", ""),
        ("don't invite her", ""),
        ("just book without guests", ""),
    ] {
        let mut ana = asked();
        ana.says(answer);
        assert_eq!(guests(&ana), wanted, "{answer}");
    }
    for (answer, wanted) in [
        ("add bob@example.org", "ann@example.org bob@example.org"),
        ("with bob@example.org instead", "bob@example.org"),
    ] {
        let mut ana = asked();
        ana.says(answer);
        assert!(ana.acts.is_empty(), "{answer}: asked again");
        ana.says("yes");
        assert_eq!(guests(&ana), wanted, "{answer}");
    }
}

#[test]
fn zones_are_named_as_people_name_them() {
    for (text, wanted) in [
        ("india", "Asia/Kolkata"),
        ("central time", "America/Chicago"),
        ("us central", "America/Chicago"),
        ("PST", "America/Los_Angeles"),
    ] {
        let mut ana = Ana::new();
        ana.says("timezone");
        ana.says(text);
        assert_eq!(
            ana.hears(),
            format!("From now on I read your times in {wanted}."),
            "{text}"
        );
        let mut ana = Ana::new();
        ana.says(&format!("set my time zone to {text}"));
        assert_eq!(
            ana.hears(),
            format!("From now on I read your times in {wanted}."),
            "{text}"
        );
    }
}

#[test]
fn a_question_that_nobody_answers_expires_once_and_says_so() {
    let mut ana = asked();
    let question = ana.heard.last().unwrap().seq;
    ana.says("thanks");
    let reminder = ana.heard.last().unwrap().seq;
    assert_ne!(question, reminder);
    let [expiry] = ana.expiries.as_slice() else {
        panic!("one wait for a request: {:?}", ana.expiries)
    };
    assert_eq!(expiry.due, ana.now + KEPT);
    let Act::ExpireQuestion { request } = expiry.act else {
        panic!("not a wait: {:?}", expiry.act)
    };
    let expired = || Heard::Done {
        done: Done::QuestionExpired { request },
        booking: None,
    };
    ana.now += KEPT;
    // What tidies meanwhile keeps that somebody is to be told, and none of their words.
    ana.conversation = ana.conversation.clone().tidied(ana.now);
    let stored = serde_json::to_string(&ana.conversation).unwrap();
    assert!(!stored.contains("3pm"), "{stored}");
    let told = ana.heard.len();
    ana.hear(expired());
    assert_eq!(
        ana.hears(),
        "Nothing was booked: this question had no answer for a day."
    );
    let letter = ana.heard.last().unwrap();
    assert_eq!((letter.edits, letter.silent), (Some(reminder), true));
    ana.hear(expired());
    assert_eq!(ana.heard.len(), told + 1, "said once");
    // One that was answered before has nothing to say.
    let mut ana = asked();
    ana.says("4pm");
    let told = ana.heard.len();
    ana.now += KEPT;
    ana.hear(expired());
    assert_eq!(ana.heard.len(), told);
}

#[test]
fn several_orders_at_once_are_asked_about() {
    let mut ana = Ana::new();
    ana.says("Book dinner tomorrow at 8pm and cancel lunch");
    assert!(ana.acts.is_empty());
    assert!(ana.hears().contains("more than one meeting"), "{}", ana.hears());
    let mut ana = Ana::new();
    ana.says("Please cancel lunch. Book dinner at 7pm");
    assert!(ana.acts.is_empty());
    assert!(
        ana.hears().starts_with("That is more than one thing at once"),
        "{}",
        ana.hears()
    );
}

#[test]
fn courtesy_is_answered_in_kind() {
    for (text, answer) in [
        ("thanks!", "You're welcome!"),
        ("bye", "Goodbye!"),
        ("how are you?", "All is well here, thank you!"),
        ("good morning", "Hello!"),
        ("no", "All right."),
    ] {
        let mut ana = Ana::has_booked();
        ana.says(text);
        assert_eq!(ana.hears(), answer, "{text}");
    }
}

#[test]
fn a_day_is_said_back_before_the_zone_is_known() {
    let mut ana = Ana::stranger();
    ana.says("book friday");
    assert_eq!(
        ana.hears(),
        "You wrote “friday”: at what time? For example: 2 PM. [Cancel]"
    );
}

#[test]
fn zones_to_choose_from_are_told_apart() {
    let mut ana = Ana::new();
    ana.says("book tomorrow at 2 PM CST");
    assert_eq!(
        ana.hears(),
        "You wrote “CST”: several time zones go by that name. Which one, such as America/Chicago? (Tue 24 Nov 2026) \
         [Tue 24 Nov 14:00 America/Chicago] [Tue 24 Nov 14:00 Asia/Shanghai] [Tue 24 Nov 14:00 America/Havana] [Cancel]"
    );
    ana.presses("Tue 24 Nov 14:00 Asia/Shanghai");
    assert_eq!(ana.plan().start, at("2026-11-24T06:00:00Z"));
    ana.booking_ends(ready());
    assert!(ana.hears().contains("(30 min, my default)"), "{}", ana.hears());
}

#[test]
fn an_open_request_is_forgotten_after_a_day() {
    let mut ana = Ana::new();
    ana.says("book lunch tomorrow");
    let cancel = ana.button("Cancel").unwrap();
    ana.now += KEPT;
    ana.says_any(Said::Pressed(cancel));
    assert!(
        ana.hears().starts_with("That request is settled already"),
        "{}",
        ana.hears()
    );
}
