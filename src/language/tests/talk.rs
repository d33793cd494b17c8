//! Titles, places, guests, intents, answers, quotations.

use super::{BERLIN, NOW, assumed, settled, table, told};
use crate::language::{Attendee, Found, Intent, read};

#[test]
fn titles_and_places() {
    for (text, title, place) in [
        ("book tomorrow at 2 PM for 30 minutes", None, None),
        ("\"load-17\" 2027-03-05 at 8:00 for 30 minutes", Some("load-17"), None),
        ("book “Design review” tomorrow 3pm", Some("Design review"), None),
        (
            "hey could you pls book a dentist appointment tomorrow at 2pm?",
            Some("Dentist appointment"),
            None,
        ),
        ("book a meeting tomorrow 2pm please", None, None),
        ("lunch with Bo tomorrow noon", Some("Lunch with Bo"), None),
        (
            "schedule a meeting with Ann tomorrow 2pm",
            Some("Meeting with Ann"),
            None,
        ),
        ("tomorrow 2pm with Ann", Some("Meeting with Ann"), None),
        ("book tomorrow 2pm about the budget", Some("Budget"), None),
        ("meeting called Budget talk tomorrow 3pm", Some("Budget talk"), None),
        ("1:1 with Ann tomorrow at 3", Some("1:1 with Ann"), None),
        ("add book club tomorrow 7pm", Some("Book club"), None),
        (
            "add the quarterly review to my schedule tomorrow 2pm",
            Some("Quarterly review"),
            None,
        ),
        (
            "put in my calendar the budget talk tomorrow 2pm",
            Some("Budget talk"),
            None,
        ),
        ("put down chess club tomorrow 2pm", Some("Chess club"), None),
        ("block off focus time tomorrow 2pm", Some("Focus time"), None),
        (
            "remind me to water the plants tomorrow 2pm",
            Some("Water the plants"),
            None,
        ),
        (
            "family dinner tomorrow 6pm lasting 2 hours",
            Some("Family dinner"),
            None,
        ),
        ("dentist tomorrow 2pm. It will take 45 minutes.", Some("Dentist"), None),
        ("🎉 tomorrow 2pm", None, None),
        ("tomorrow 2pm with <@U123>", None, None),
        (
            "lunch friday 12:30 at Billy's Tavern",
            Some("Lunch"),
            Some("Billy's Tavern"),
        ),
        ("tomorrow at 3 in Room 5", None, Some("Room 5")),
        ("at 25 Main Street tomorrow 3pm", None, Some("25 Main Street")),
        (
            "standup tomorrow 9am <https://example.org/j/1|join>",
            Some("Standup"),
            Some("https://example.org/j/1"),
        ),
    ] {
        let reading = read(text);
        assert_eq!(reading.title(), title, "{text}");
        assert_eq!(reading.location(), place, "{text}");
    }
}

#[test]
fn places() {
    for (text, place) in [
        ("coffee tomorrow 3pm at Café Luna", Some("Café Luna")),
        ("tomorrow 3pm in room 4.12", Some("Room 4.12")),
        ("tomorrow 3pm, room 7", Some("Room 7")),
        ("standup tomorrow 9am on Zoom", Some("Zoom")),
        ("call Ann tomorrow 9am by phone", Some("Phone")),
        ("sync tomorrow 9am over the phone", Some("Phone")),
        ("sync tomorrow 9am via Google Meet", Some("Google Meet")),
        ("review over teams tomorrow 9am", Some("Teams")),
        ("lunch at the office tomorrow noon", Some("The office")),
        ("lunch at my place tomorrow noon", Some("My place")),
        ("dinner at Jill's place tomorrow 7pm", Some("Jill's place")),
        (
            "picnic at the riverside park on sunday noon",
            Some("The riverside park"),
        ),
        ("meet in the lobby tomorrow 3pm", Some("The lobby")),
        ("offsite in hamburg friday 10am", Some("Hamburg")),
        ("workshop in Lyon, France friday 10am", Some("Lyon, France")),
        ("visit the Museum of Modern Art on friday 10am", None),
        (
            "tour at the Museum of Modern Art friday 10am",
            Some("The Museum of Modern Art"),
        ),
        ("hike on Mt. Hood friday 10am", Some("Mt. Hood")),
        ("lunch at work friday noon", Some("Work")),
        ("shift in the storage closet friday noon", Some("The storage closet")),
        ("drinks friday 6pm at the Crown & Anchor", Some("The Crown & Anchor")),
        (
            "drinks friday 6pm at the Old Mill in Bath with Ann",
            Some("The Old Mill in Bath"),
        ),
        ("party on the roof friday 6pm", Some("The roof")),
        ("dentist friday 3pm, location: 2 Mill Lane", Some("2 Mill Lane")),
        (
            "planning friday 3pm at https://example.org/j/2",
            Some("https://example.org/j/2"),
        ),
        // What stands after "at" and "in" without being a place
        ("sync tomorrow at 3pm at least for an hour", None),
        ("put lunch in my calendar tomorrow noon", None),
        ("lunch in the afternoon on friday", None),
        ("meet in person friday 3pm", None),
        ("talk on gardening friday 3pm", None),
        ("zoom call friday 3pm", None),
        ("lunch at brunch time friday", None),
    ] {
        assert_eq!(read(text).location(), place, "{text}");
    }
    let no_link = |text: &str| {
        read(text)
            .findings()
            .iter()
            .any(|finding| finding.found == Found::NoLink)
    };
    for text in [
        "lunch tomorrow noon, no meet",
        "lunch tomorrow noon without a video link",
        "standup 9am no google meet please",
    ] {
        assert!(no_link(text), "{text}");
    }
    assert_eq!(read("lunch tomorrow noon, no meet").title(), Some("Lunch"));
    assert!(!no_link("no meeting tomorrow") && !no_link("meet tomorrow 3pm"));
}

#[test]
fn people_by_name() {
    for (text, names) in [
        ("lunch with Ann tomorrow", "Ann"),
        ("meet with jesse tomorrow at 3", "jesse"),
        ("call with rosa parker friday 3pm", "rosa parker"),
        ("sync with Ann Lee and Bob on friday", "Ann Lee, Bob"),
        ("sync with ann, bob and cher at 3pm", "ann, bob, cher"),
        ("sync with Ann, Bob, & Cher at 3pm", "Ann, Bob, Cher"),
        ("appointment with Dr. Smith friday 3pm", "Dr. Smith"),
        ("1:1 with Jean-Luc van der Berg friday 3pm", "Jean-Luc van der Berg"),
        ("coffee w/ Zoë tomorrow 3pm", "Zoë"),
        ("review with Ann's team friday", "Ann"),
        ("review with Kim, her manager, Lee and his boss", "Kim, Lee"),
        ("dinner with my sister Ruth friday 8pm", "Ruth"),
        ("sync with engineers Mia and Tom friday 3pm", "Mia, Tom"),
        ("meet Ann tomorrow", "Ann"),
        ("a call between Ann Lee and Bob tomorrow", "Ann Lee, Bob"),
        ("lunch with April at noon", "April"),
        ("lunch with Will at noon", "Will"),
        ("MEETING WITH BOB TOMORROW AT 3PM", "BOB"),
        ("lunch with Ann (ann@x.org) and Bob", "Bob"),
        ("lunch with bob@x.org and Ann", "Ann"),
        ("call with just Ann friday 3pm", "Ann"),
        ("lunch with Ann lee friday noon", "Ann lee"),
        ("dinner with my friend rosa tomorrow 7pm", "rosa"),
        ("call Ann friday 3pm", "Ann"),
        ("meet rosa and tom tomorrow 3pm", "rosa, tom"),
        ("Ann and I have lunch tomorrow noon", "Ann"),
        ("invite Zebedee friday 3pm", "Zebedee"),
        ("attendees: Ann, Bob", "Ann, Bob"),
        // Nobody's name
        ("lunch with my manager friday", ""),
        ("lunch with the team friday", ""),
        ("lunch with everyone friday", ""),
        ("play chess with me friday", ""),
        ("lunch with him on friday", ""),
        ("a room with a view friday", ""),
        ("sync with video friday 3pm", ""),
        ("lunch with friends tomorrow", ""),
        ("lunch with may at noon", ""),
        ("call it Budget talk friday 3pm", ""),
        ("lunch with Ann downtown friday", "Ann"),
        ("sync with Ann, discuss the budget", "Ann"),
        ("sync with ann and prepare the budget", "ann"),
        ("sync with Ann to discuss hiring Bob", "Ann"),
        ("meet with kim regarding hiring", "kim"),
    ] {
        let reading = read(text);
        let found: Vec<_> = reading.people().map(|(person, _)| person.name.as_str()).collect();
        assert_eq!(found.join(", "), names, "{text}");
        for (person, span) in reading.people() {
            assert_eq!(reading.quote(span), person.name);
        }
    }
    // "with Ann" tells what the meeting is about; an invitation needs an address.
    table(&[
        ("lunch with Ann tomorrow noon", "2026-11-23 12:00-12:30"),
        ("invite Ann tomorrow noon", "UnknownGuest"),
        ("lunch tomorrow noon, invite Ann and Bob", "UnknownGuest"),
        ("lunch tomorrow noon, invite Ann (ann@x.org)", "2026-11-23 12:00-12:30"),
    ]);
    assert_eq!(
        assumed("lunch with Ann tomorrow noon for 1h", NOW, BERLIN),
        ["uninvited"]
    );
    assert_eq!(
        assumed("lunch with Ann (ann@x.org) tomorrow noon for 1h", NOW, BERLIN),
        [""; 0]
    );
    let reading = read("lunch tomorrow noon, invite Ann").with(&read("ann@x.org"));
    assert_eq!(told(&settled(&reading, NOW, BERLIN)), "2026-11-23 12:00-12:30");
    assert_eq!(reading.title(), Some("Lunch"));
}

#[test]
fn guests() {
    let found = |text: &str| {
        let reading = read(text);
        let guest = |guest: &Attendee| match &guest.name {
            Some(name) => format!("{name} <{}>", guest.email),
            None => guest.email.clone(),
        };
        reading.attendees().map(guest).collect::<Vec<_>>().join(", ")
    };
    for (text, wanted) in [
        ("tomorrow 2pm with ann@x.org", "ann@x.org"),
        ("tomorrow 2pm with Ann (ann@x.org)", "Ann <ann@x.org>"),
        (
            "tomorrow 2pm with Ann Lee <ann@x.org>, bob@y.org",
            "Ann Lee <ann@x.org>, bob@y.org",
        ),
        ("invite a@x.org and b@y.org tomorrow 2pm", "a@x.org, b@y.org"),
        ("a@x.org,A@X.org tomorrow 2pm", "a@x.org"),
        ("tomorrow 2pm with <mailto:ann@x.org|ann@x.org>", "ann@x.org"),
        ("lunch@3pm", ""),
    ] {
        assert_eq!(found(text), wanted, "{text}");
    }
    table(&[
        ("tomorrow 2pm with a@b", "BadAddress"),
        ("tomorrow 2pm with a..b@x.org", "BadAddress"),
        ("tomorrow 2pm with ann@x.org\nBcc: eve@y.org", "BadAddress"),
        ("tomorrow 2pm with ann@x.org%0aBcc:eve@y.org", "BadAddress"),
        ("tomorrow 2pm with <@U123>", "UnknownGuest"),
        ("tomorrow 2pm with <@123456>", "UnknownGuest"),
        ("tomorrow 2pm with @everyone", "UnknownGuest"),
        ("tomorrow 2pm with <!channel>", "UnknownGuest"),
        ("book with a@b", "NoTime BadAddress"),
    ]);
    let many = |n| {
        (0..n).fold(String::from("tomorrow 2pm with"), |text, n| {
            format!("{text} g{n}@x.org")
        })
    };
    table(&[(&many(200), "2026-11-23 14:00-14:30"), (&many(201), "TooManyGuests")]);
}

#[test]
fn who_writes_is_not_what_it_is_about() {
    for (text, title) in [
        ("add 'Team lunch' on friday at noon", Some("Team lunch")),
        ("book 'the boys' night' friday 8pm", Some("the boys' night")),
        ("book ‘Budget review’ tomorrow at 3", Some("Budget review")),
        ("lunch 'til 2 at the boss' house tomorrow at 1", Some("Lunch")),
        (
            "lunch with the boss' wife on 17 March '27 at 2",
            Some("Lunch with the boss' wife"),
        ),
        (
            "write down that I have soccer practice thursday at 6",
            Some("Soccer practice"),
        ),
        ("carve out two hours on friday for writing", Some("Writing")),
        (
            "make sure i don't forget my dentist visit on tuesday at 3",
            Some("Dentist visit"),
        ),
        ("don't let me forget to buy milk at 5", Some("Buy milk")),
        ("drop the kids off at 8", Some("Drop the kids off")),
        (
            "Hi, I'm Rosa Marsh and my email is rosa@example.org. I'd like to book a meeting for tomorrow at 2 PM for 30 minutes.",
            None,
        ),
        (
            "My name is Rosa Marsh, my e-mail is rosa@example.org. Please book a budget review tomorrow at 2pm",
            Some("Budget review"),
        ),
        ("hello, I am Rosa. lunch tomorrow at noon", Some("Lunch")),
        ("I'm seeing the dentist tomorrow at 2pm", Some("Seeing the dentist")),
    ] {
        assert_eq!(read(text).title(), title, "{text:?}");
    }
}

#[test]
fn a06_a_question_never_books() {
    for (text, intent) in [
        ("what is my next event?", Intent::Query),
        ("am I free tomorrow at 3?", Intent::Query),
        ("do I have anything friday?", Intent::Query),
        ("is tomorrow 2pm free", Intent::Query),
        ("when is my meeting tomorrow", Intent::Query),
        ("tomorrow at 3?", Intent::Query),
        ("show my calendar for friday", Intent::Query),
        ("cancel my 3pm", Intent::Cancel),
        ("undo", Intent::Cancel),
        ("move it to friday", Intent::Reschedule),
        ("help", Intent::Help),
        ("Connect!", Intent::Connect),
        ("connect 482913", Intent::Connect),
        ("disconnect", Intent::Disconnect),
        ("time zone", Intent::Timezone),
        ("timezone Europe/Berlin", Intent::Timezone),
        ("privacy?", Intent::Privacy),
        ("thanks!", Intent::Other),
        ("thanks, see you tomorrow at 3", Intent::Other),
        ("hello", Intent::Other),
        ("how are you?", Intent::Other),
        ("", Intent::Other),
        ("today i got a prize", Intent::Other),
        ("don't book anything tomorrow at 3", Intent::Other),
        ("what's the weather tomorrow", Intent::Other),
        ("set an alarm for 7am", Intent::Other),
        ("tomorrow 2pm", Intent::Book),
        ("can you book tomorrow 2pm?", Intent::Book),
        ("I'd like to schedule a call with Ann on friday", Intent::Book),
        ("hello! please add a meeting with Glen thursday at 11", Intent::Book),
        ("connect with Ann tomorrow at 3", Intent::Book),
        ("book", Intent::Book),
    ] {
        assert_eq!(read(text).intent(), intent, "{text:?}");
    }
    assert_eq!(read("lunch?").as_booking().intent(), Intent::Book);
}

#[test]
fn an_answer_completes_its_request() {
    for (request, answers, wanted) in [
        ("book lunch with Bo", &["tomorrow at 3"][..], "2026-11-23 15:00-15:30"),
        ("book friday", &["2pm"], "2026-11-27 14:00-14:30"),
        ("book friday", &["3"], "2026-11-27 15:00-15:30"),
        ("book friday", &["make it 3pm"], "2026-11-27 15:00-15:30"),
        ("book", &["friday", "2pm", "45 minutes"], "2026-11-27 14:00-14:45"),
        ("tomorrow at 7", &["pm"], "2026-11-23 19:00-19:30"),
        ("tomorrow at 7", &["in the morning"], "2026-11-23 07:00-07:30"),
        ("tomorrow 2pm for 0 minutes", &["45 minutes"], "2026-11-23 14:00-14:45"),
        ("tomorrow 2pm for 0 minutes", &["45"], "2026-11-23 14:00-14:45"),
        ("tomorrow 3pm-2pm", &["4pm"], "2026-11-23 16:00-16:30"),
        ("tomorrow 3pm-2pm", &["45 minutes"], "2026-11-23 15:00-15:45"),
        ("30 February at 3pm", &["28 February"], "2027-02-28 15:00-15:30"),
        ("tomorrow at 25:00", &["15:00"], "2026-11-23 15:00-15:30"),
        (
            "tomorrow 3pm CST",
            &["America/Chicago"],
            "2026-11-23 15:00-15:30 America/Chicago",
        ),
        (
            "tomorrow 3pm XYZT",
            &["New York"],
            "2026-11-23 15:00-15:30 America/New_York",
        ),
        ("next week at 3pm", &["tuesday"], "2026-11-24 15:00-15:30"),
        ("every monday at 3pm", &["tomorrow"], "2026-11-23 15:00-15:30"),
        ("tomorrow 2pm with a@b", &["a@b.org"], "2026-11-23 14:00-14:30"),
        ("in 2 hours", &["tomorrow 2pm"], "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm", &["in 2 hours"], "2026-11-22 12:30-13:00"),
    ] {
        let reading = answers.iter().fold(read(request), |reading, answer| {
            let answer = read(answer);
            assert!(answer.is_answer(), "{:?}", answer.text());
            reading.with(&answer)
        });
        assert_eq!(told(&settled(&reading, NOW, BERLIN)), wanted, "{request} + {answers:?}");
    }
    let reading = read("book lunch with Bo").with(&read("tomorrow at 25:00"));
    let resolution = settled(&reading, NOW, BERLIN);
    assert_eq!(reading.quote(&resolution.doubts[0].span), "at 25:00");
    assert_eq!(reading.title(), Some("Lunch with Bo"));
    for text in [
        "book friday 3pm",
        "cancel",
        "what is my next event?",
        "dentist friday 3pm",
        "thanks",
        "",
    ] {
        assert!(!read(text).is_answer(), "{text:?}");
    }
}
