//! What corrects, and what only replies.

use super::super::{Pick, Reply, correction, reply};

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
