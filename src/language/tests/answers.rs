//! What corrects, and what only replies.

use super::super::{Courtesy, Pick, Reply, answered, correction, courtesy, denied, read, reply, zone_called};

#[test]
fn a_correction_holds_an_answer() {
    let rows = [
        ("make it 3", "3"),
        ("Make it 5pm, please", "5pm"),
        ("make it Friday", "Friday"),
        ("let’s make it half past two", "half past two"),
        ("could you make it 4 instead?", "4"),
        ("make that 45 minutes", "45 minutes"),
        ("make it an hour later", "an hour later"),
        ("move it to Friday", "Friday"),
        ("change the time to 16:30", "16:30"),
        ("move it half an hour earlier", "half an hour earlier"),
        ("no, Wednesday", "Wednesday"),
        ("nope. Thursday at 4", "Thursday at 4"),
        ("oh sorry, I meant Thursday", "Thursday"),
        ("not Tuesday, Wednesday", "Wednesday"),
        ("not tuesday wednesday", "wednesday"),
        ("not tuesday but thursday at 3", "thursday at 3"),
        ("no, not at 3, at 4", "at 4"),
        ("Not on Monday. Make it Tuesday.", "Tuesday"),
        ("Wednesday, not Tuesday", "Wednesday"),
        ("Wednesday instead", "Wednesday"),
        ("Wednesday instead of Tuesday", "Wednesday"),
        ("at 4 rather than 3", "at 4"),
        ("rather at 4", "at 4"),
        ("I'd rather Friday", "Friday"),
        ("actually 45 minutes", "45 minutes"),
        ("an hour later", "an hour later"),
        ("half an hour earlier please", "half an hour earlier"),
        ("half an hour later on Friday", "half an hour later on Friday"),
        ("push it back an hour", "an hour later"),
        ("could you move it forward by 30 min?", "30 min earlier"),
        ("same time Wednesday", "Wednesday"),
        ("Wednesday at the same time", "Wednesday"),
        ("oops, 4pm", "4pm"),
        ("sorry, at 4", "at 4"),
        ("how about 4?", "4"),
        ("what about Friday?", "Friday"),
        ("let's do 4", "4"),
        ("4 works for me", "4"),
        ("ok 4 then", "4"),
        ("friday would be better", "friday"),
        ("scratch that, tomorrow at 10", "tomorrow at 10"),
    ];
    for (text, answer) in rows {
        assert_eq!(correction(text).as_deref(), Some(answer), "{text}");
    }
}

#[test]
fn what_is_too_different_corrects_nothing() {
    for text in [
        "tomorrow at 3",
        "tomorrow at 3 please",
        "ok, friday 2pm",
        "45 minutes",
        "2",
        "book lunch friday at noon",
        "actually, book lunch friday at noon",
        "no, lunch with Ann on friday",
        "let's do lunch friday at noon",
        "no meetings on Tuesday",
        "not Tuesday",
        "not at 3",
        "push it back",
        "push it back to the team",
        "move it an hour",
        "move it",
        "make it longer",
        "make it a meeting tomorrow at 3",
        "what about it?",
        "not now, not ever",
        "instead",
        "",
        ",,,",
    ] {
        assert_eq!(correction(text), None, "{text}");
    }
}

#[test]
fn replies_are_told_from_requests() {
    let pick = |pick| Some(Reply::Pick(pick));
    let rows = [
        ("yes", Some(Reply::Yes)),
        ("Yes please!", Some(Reply::Yes)),
        ("yep, go ahead", Some(Reply::Yes)),
        ("ok", Some(Reply::Yes)),
        ("sure, sounds good. thanks", Some(Reply::Yes)),
        ("no", Some(Reply::No)),
        ("Nope.", Some(Reply::No)),
        ("no thanks", Some(Reply::No)),
        ("never mind", Some(Reply::No)),
        ("please stop", Some(Reply::No)),
        ("don’t", Some(Reply::No)),
        ("sorry, forget it", Some(Reply::No)),
        ("the first one", pick(Pick::Nth(0))),
        ("the second", pick(Pick::Nth(1))),
        ("second one please", pick(Pick::Nth(1))),
        ("I'll take the 2nd one", pick(Pick::Nth(1))),
        ("option 2", pick(Pick::Nth(1))),
        ("let's do the last one", pick(Pick::Last)),
        ("the later one", pick(Pick::Later)),
        ("the earlier", pick(Pick::Earlier)),
        ("either", pick(Pick::Either)),
        ("either one is fine", pick(Pick::Either)),
        ("number two", pick(Pick::Nth(1))),
        ("it doesn't matter", pick(Pick::Either)),
        ("neither", Some(Reply::Other)),
        ("no, another time please", Some(Reply::Other)),
        ("without guests", Some(Reply::Alone)),
        ("just book without guests", Some(Reply::Alone)),
        ("please don't invite her", Some(Reply::Alone)),
        ("yes, invite them", Some(Reply::Invite)),
        ("cancel that", Some(Reply::No)),
        ("cancel lunch", None),
        ("2", None),
        ("later", None),
        ("the 2nd", None),
        ("the first one on friday", None),
        ("yes, at 4", None),
        ("yes and no", None),
        ("thanks", None),
        ("no, Wednesday", None),
        ("ok book lunch", None),
        ("", None),
    ];
    for (text, wanted) in rows {
        assert_eq!(reply(text), wanted, "{text}");
    }
}

#[test]
fn what_waits_for_an_answer_takes_it_in_more_words() {
    for (text, words, asks) in [
        ("the 4pm one", "4pm", false),
        ("4pm sounds good", "4pm", false),
        ("friday would be lovely", "friday", false),
        ("hm 4pm I guess", "4pm", false),
        ("let's go with 4pm please", "4pm", false),
        ("evening please", "evening", false),
        ("how about 2?", "2", false),
        ("can you make it 4?", "4", false),
        ("4pm?", "4pm", true),
        ("is 4pm ok?", "4pm", true),
        ("would 4pm work", "4pm", true),
        ("add bob@example.org", "bob@example.org", false),
        ("with bob@example.org instead", "with bob@example.org instead", false),
    ] {
        let found = answered(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.words.as_str(), found.asks), (words, asks), "{text}");
    }
    let found = answered("1 and it's about the roadmap").unwrap();
    assert_eq!(
        (found.words.as_str(), found.subject.as_deref()),
        ("1", Some("about the roadmap"))
    );
    for text in [
        "I was at the dentist at 3",
        "my train leaves at 5",
        "another one at 5pm",
        "book lunch friday at noon",
        "lunch friday at noon",
        "add a meeting at 4",
        "thanks",
        "",
    ] {
        assert_eq!(answered(text), None, "{text}");
    }
    assert!(denied("not at 7") && denied("no, not Tuesday please") && !denied("at 7"));
}

#[test]
fn courtesy_is_told_from_requests() {
    for (text, wanted) in [
        ("Thanks a lot!", Some(Courtesy::Thanks)),
        ("hi there", Some(Courtesy::Greeting)),
        ("ok bye", Some(Courtesy::Goodbye)),
        ("how are you?", Some(Courtesy::HowAreYou)),
        ("no", Some(Courtesy::Agreed)),
        ("thanks, tomorrow at 3", None),
        ("hello, book lunch", None),
        ("", None),
    ] {
        assert_eq!(courtesy(text), wanted, "{text}");
    }
}

#[test]
fn zones_go_by_the_names_that_people_give_them() {
    for (text, wanted) in [
        ("india", Some("Asia/Kolkata")),
        ("US central", Some("America/Chicago")),
        ("central european time", Some("Europe/Brussels")),
        ("PST", Some("America/Los_Angeles")),
        ("I'm in Berlin", Some("Europe/Berlin")),
        ("London time", Some("Europe/London")),
        ("Europe/Paris", Some("Europe/Paris")),
        ("CST", None),
        ("central park", None),
        ("lunch", None),
        ("", None),
    ] {
        assert_eq!(zone_called(text).as_ref().map(|zone| zone.name()), wanted, "{text}");
    }
}

#[test]
fn guests_have_their_own_names_and_whoever_writes_is_none() {
    for (text, wanted) in [
        (
            "call Ann (ann@example.org) tomorrow at 3",
            &["Ann ann@example.org"] as &[&str],
        ),
        (
            "call ann lee (ann@example.org) tomorrow at 3",
            &["ann lee ann@example.org"],
        ),
        ("lunch tomorrow at noon, my email is rosa@example.org", &[]),
        ("lunch tomorrow at noon, my e-mail address: rosa@example.org", &[]),
        (
            "lunch with my boss bo@example.org tomorrow at noon",
            &[" bo@example.org"],
        ),
    ] {
        let reading = read(text);
        let guests = reading.attendees();
        let guests: Vec<_> = guests
            .map(|guest| format!("{} {}", guest.name.as_deref().unwrap_or_default(), guest.email))
            .collect();
        assert_eq!(guests, wanted, "{text}");
    }
    assert_eq!(read("w/ @zebedee tomorrow at 3").location(), None);
}
