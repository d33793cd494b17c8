//! Courtesy: what is wanted is read behind it, and none of it becomes a title.

use crate::language::{Intent, read};

#[test]
fn a_polite_request_books_and_leaves_no_title_of_its_own() {
    for (text, title) in [
        ("was wondering if you could book 4pm tomorrow", None),
        (
            "I was wondering if you could book a call with Ann for 4pm tomorrow?",
            Some("Call with Ann"),
        ),
        ("I wonder whether you could book lunch tomorrow at noon", Some("Lunch")),
        ("do you mind booking a call tomorrow at 3pm", Some("Call")),
        (
            "would you be so kind as to schedule a call tomorrow at 3pm",
            Some("Call"),
        ),
        (
            "would you be kind enough to schedule a call tomorrow at 3pm",
            Some("Call"),
        ),
        ("any chance you could book a call tomorrow at 3pm?", Some("Call")),
        ("I was hoping you could book a call tomorrow at 3pm", Some("Call")),
        (
            "it would be great if you could book a call tomorrow at 3pm",
            Some("Call"),
        ),
        ("is it possible to book a demo tomorrow at 3pm?", Some("Demo")),
        ("why don't we meet tomorrow at 3pm", None),
        ("may I have 30 minutes tomorrow at 3pm", None),
        ("help me schedule a meeting tomorrow at 3pm", None),
        ("Hey bot, lunch tomorrow at noon, ok?", Some("Lunch")),
        ("tomorrow 3pm called Sprint planning", Some("Sprint planning")),
        (
            "lunch with Ann, could you book it for tomorrow at 3pm?",
            Some("Lunch with Ann"),
        ),
        (
            "Hope you're well. Could you set up a sync tomorrow at 3pm?",
            Some("Sync"),
        ),
        (
            "Great, thanks, and can you also add a dinner with Rosa tomorrow at 7pm?",
            Some("Dinner with Rosa"),
        ),
        (
            "add an appointment with Dr. Marsh tomorrow at 3pm",
            Some("Appointment with Dr Marsh"),
        ),
    ] {
        let reading = read(text);
        assert_eq!(reading.intent(), Intent::Book, "{text}");
        assert_eq!(reading.title(), title, "{text}");
    }
}

#[test]
fn a06_courtesy_alone_asks_and_tells_as_before() {
    for (text, intent) in [
        ("the meeting is tomorrow at 3, right?", Intent::Query),
        ("I was wondering if I am free tomorrow at 3", Intent::Query),
        ("why don't you ever answer?", Intent::Other),
        ("yesterday I called Ann at 3", Intent::Other),
        ("would you be kind to animals?", Intent::Other),
    ] {
        assert_eq!(read(text).intent(), intent, "{text}");
    }
}
