//! What is told in passing, asked of the world, or answered to a waiter.

use super::intents::all_are;
use crate::language::{Intent, read};

#[test]
fn facts_about_a_plan_change_it() {
    all_are(
        Intent::Reschedule,
        &[
            "Rosa will be there too",
            "Omar is coming to the offsite as well, the offsite on Friday",
            "Ines can't make it to the retro",
            "they won't be at the party anymore",
            "Bo will join us for lunch",
            "it's on Thursday, not Wednesday",
            "that meeting is with Ann, not Bob",
            "the workshop starts at 9 not 8",
            "the review is in room 12",
            "the standup is now at 10",
            "the call will be 45 minutes instead",
            "set the review back an hour",
            "set the lunch to private",
            "put the retro in the blue room",
            "make it in the cafeteria",
            "make the lunch an hour earlier",
            "have the standup end at 10",
            "change the title to Budget",
            "let's do it on Friday instead",
        ],
    );
    all_are(
        Intent::Cancel,
        &[
            "the picnic is off",
            "drop my 4 o'clock",
            "take away my 9am from the calendar",
            "no longer need the appointment",
        ],
    );
}

#[test]
fn facts_about_the_own_time_and_answers_to_a_waiter_book() {
    all_are(
        Intent::Book,
        &[
            "I'm busy from 3 to 5 tomorrow",
            "we're away next week",
            "I'm out of office on Friday",
            "I'll be on vacation from 3 to 9 May",
            "I have a train on Tuesday at 7",
            "we are going to the museum on Saturday",
            "my party will be 6 people",
            "there will be 4 of us at 8",
            "it's for 5 people",
            "the reservation is for 9 people",
            "happy hour with the team Friday at 5",
            "I need a reminder to pay the bills",
            "send an invitation to Bo for Monday 10am",
            "tell me to take the bins out at 6",
            "can someone take a look at my engine light?",
            "my car needs servicing",
            "I want to visit the flat on Saturday",
            "it would be great if you could book a room for Monday",
            "is there any way you can schedule a meeting",
            "any chance you can book a table for 2",
            "I need to meet with Tom",
            "in 5 minutes",
        ],
    );
}

#[test]
fn what_all_the_world_knows_is_none_of_the_calendars() {
    all_are(
        Intent::Other,
        &[
            "when does the game start",
            "what's the movie schedule at the Odeon",
            "the schedule of the trains to Kent",
            "find the schedule for Casablanca",
            "I want to see animated films at the nearest cinema",
            "when do I get paid",
            "my meeting ran late",
            "there are 10 people in the world who know",
            "she's busy tomorrow",
            "I'm off to bed",
            "thanks for booking",
            "talk tomorrow",
            "in a minute",
            "wait until tomorrow",
            "he said the meeting is at 4",
            "they're meeting at 5",
            "the train leaves at 5",
            "book two nights at the Hilton",
            "reserve a car for Friday",
            "cancel the alarm at 7",
            "should I book a table",
            "where can I book a table",
            "want to play a game?",
            "remind me that I love this song",
            "I want to plan a trip and need a one way flight to Rome",
        ],
    );
    all_are(
        Intent::Query,
        &[
            "what's the location of the retreat",
            "which day is my haircut",
            "appointments this week",
            "what's coming up",
            "with whom am I having dinner",
            "schedule",
            "my weekly plan",
            "give me a summary of next week",
        ],
    );
}

#[test]
fn a_move_names_where_it_goes() {
    for (text, wanted) in [
        ("move it from Monday 3pm to Tuesday 4pm", "2026-11-24 16:00 Minute"),
        ("move my dentist from Friday to Monday at 9", "2026-11-23 09:00 Minute"),
        ("push lunch from 12 to 1pm tomorrow", "2026-11-23 13:00 Minute"),
        ("block 3pm to 4pm tomorrow", "2026-11-23 15:00-16:00 Minute"),
    ] {
        super::windows::table(&[(text, wanted)]);
    }
}

#[test]
fn the_own_words_have_many_spellings() {
    for (text, intent) in [
        ("what can you do?", Intent::Help),
        ("how does this work?", Intent::Help),
        ("please link my google account", Intent::Connect),
        ("I want to connect my calendar", Intent::Connect),
        ("log in", Intent::Connect),
        ("sign out please", Intent::Disconnect),
        ("unlink my account", Intent::Disconnect),
        ("what's my time zone?", Intent::Timezone),
        ("what do you know about me?", Intent::Privacy),
        ("settings", Intent::Settings),
        ("what are my settings?", Intent::Settings),
        ("set my working hours to 9 to 5", Intent::Settings),
        ("my default length is 45 minutes", Intent::Settings),
        ("make my meetings 45 minutes by default", Intent::Settings),
        ("book a work hours review tomorrow at 9", Intent::Book),
    ] {
        assert_eq!(read(text).intent(), intent, "{text:?}");
    }
}
