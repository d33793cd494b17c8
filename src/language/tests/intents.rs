//! What is wanted: a table of requests, and above all of what is none.

use crate::language::{Intent, read};

pub(super) fn all_are(wanted: Intent, texts: &[&str]) {
    let wrong = texts.iter().filter_map(|text| {
        let got = read(text).intent();
        (got != wanted).then(|| format!("{text:?} came to {got:?}, not {wanted:?}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn requests_wishes_and_titles_with_a_time_book() {
    all_are(
        Intent::Book,
        &[
            "put dinner with the smiths on the calendar for saturday",
            "pencil in drinks with Jo thursday 6pm",
            "I've got a dentist appointment on tuesday at 9",
            "mark my calendar for the concert on june 5th",
            "please note down that the rent is due on the 1st",
            "there is a staff meeting at 4 tomorrow",
            "schedule my car for service next tuesday",
            "i need to get my brakes looked at",
            "can i get my oil changed on friday",
            "set up maintenance for my truck",
            "i want my tires rotated on monday at 8",
            "could you make me an appointment with the mechanic",
            "save the date for my sister's wedding on may 3rd",
            "new appointment tomorrow 10am",
            "create new calendar entry",
            "book us a room for the retro on monday at 2",
            "get me on Dr. Lee's schedule for monday",
            "we're having a party at our place saturday night at 8",
            "lunch with mom tomorrow",
            "meeting with the boss at 5",
            "birthday party for tim on sunday",
            "event for april 5",
            "i'd like a table for four at 7",
            "can we have a table for two tonight",
            "dinner for two at 8pm please",
            "reserve a spot for 3 at the bistro",
            "for 6 people at 8pm",
            "we want to come at 7pm with 4 people",
            "party of five tonight at 7:30",
            "we would like to dine at 7pm tomorrow",
            "could you squeeze us in at 6",
            "i want to take my kid to the zoo on sunday",
            "I need to study for my final on thursday night",
            "gotta pick up the kids at 3",
            "remember that I have practice on wednesday",
            "don't let me forget my dad's birthday on may 4",
            "I have to be at the airport by 5am on monday",
            "make an entry for the school play next friday",
            "enter the game on saturday at 1 into my diary",
            "can we meet tomorrow at 3?",
            "find an hour to paint the fence on saturday",
            "looking to book a table for 4 tonight",
            "remind me to water the roses at six",
        ],
    );
}

#[test]
fn questions_about_the_own_calendar_are_queries() {
    all_are(
        Intent::Query,
        &[
            "what does my day look like",
            "am i busy on friday afternoon",
            "what do i have going on next week",
            "how many events are there tomorrow",
            "who is coming to the barbecue",
            "who else is invited to the offsite",
            "where is the team lunch",
            "is the meeting still on",
            "tell me about my day",
            "what's next on my agenda",
            "is there anything on for tonight",
            "next event please",
            "upcoming events",
            "my events for today",
            "give me my schedule",
            "read me my appointments",
            "what time does the meeting start",
            "when does my shift start tomorrow",
            "how long until my next meeting",
            "do i work on sunday",
            "do i have to work tomorrow",
            "what are we doing on saturday",
            "anything happening tomorrow",
            "have i anything to do on the 5th",
            "is my reservation for tonight confirmed",
            "verify the reservation under smith",
            "what did i have planned for last friday",
            "when did i last see the dentist",
            "which of my meetings are with Bob",
            "tell me the time of my appointment with dr. lee",
            "remind me what time my flight meeting is",
            "what reminders have i got",
            "when will the meeting with ann end",
            "is dave free at noon tomorrow",
            "did john accept my invitation",
            "will ann be at the party",
            "have they replied to the invite",
            "when is mother's day lunch",
            "is tomorrow a busy day for me",
            "can you check whether i have a doctor's appointment this week",
            "for what time is my haircut",
            "who has accepted the offsite",
            "show my appointments with Rosa",
            "i can't remember when my haircut is",
        ],
    );
}

#[test]
fn what_takes_away_cancels() {
    all_are(
        Intent::Cancel,
        &[
            "please take the dentist off my schedule",
            "i won't be able to attend the meeting, cancel it",
            "scratch the meeting with Bob",
            "i want to get rid of my 3pm",
            "drop tomorrow's yoga class",
            "call off the party",
            "erase everything on friday",
            "clear out my calendar for tomorrow",
            "i don't want to go to the gym tomorrow, delete it",
            "delete the one at 5",
            "empty my calendar",
            "i no longer need the table at Luigi's",
            "we don't need the reservation",
            "the meeting is cancelled",
            "please remove all the reminders",
            "I need my appointment on friday removed",
            "remove the birthday from april",
            "wipe my schedule for next week",
            "i changed my mind about dinner, cancel my reservation",
            "is there a way to cancel my booking",
            "unschedule the demo",
            "forget about the meeting tomorrow",
            "in my calendar delete the demo",
            "this meeting needs to be deleted",
            "Rosa doesn't want her appointment anymore",
        ],
    );
}

#[test]
fn what_changes_an_event_reschedules() {
    all_are(
        Intent::Reschedule,
        &[
            "push my 3pm back an hour",
            "can the meeting be moved to friday",
            "i need my appointment moved to monday",
            "shift lunch to 1",
            "add bob to the meeting tomorrow",
            "make the meeting longer",
            "change the location of the party to my house",
            "bring the meeting forward to 2",
            "can we do the review on tuesday instead",
            "rename my lunch to team lunch",
            "my dinner is now at 8 instead of 7",
            "extend the review by 30 minutes",
            "could we meet an hour later",
            "the standup got moved to 10",
            "it should last an hour",
            "remove Rosa from the meeting",
            "set the location to the library",
            "cancel thursday's demo. reschedule it for friday",
        ],
    );
}

#[test]
fn a06_questions_of_other_worlds_tales_and_small_talk_are_left_alone() {
    all_are(
        Intent::Other,
        &[
            "how many ounces are in a pound",
            "how long is the flight to paris",
            "what's the score of the game",
            "who won the world series",
            "when does the bank close today",
            "is target open on sunday",
            "when is the super bowl",
            "when is christmas",
            "what's the traffic like to work",
            "should i take the bus to work today",
            "do i need a coat today",
            "what's playing at the movies tonight",
            "when does the new season start",
            "find me a good movie for tonight",
            "recommend a restaurant for dinner",
            "play my workout mix",
            "order pizza for tonight",
            "turn the lights on at 7pm",
            "make coffee at 7am",
            "start the vacuum at 3 pm",
            "pay my phone bill on friday",
            "transfer 100 dollars to my savings tomorrow",
            "call my mom",
            "text Ann that I'm late",
            "send an email to bob about the meeting",
            "reply to the last email",
            "tell bob the meeting is at 5",
            "what time is it in tokyo",
            "set the temperature to 70",
            "how much did I spend on dinner last night",
            "i had a great day today",
            "i am so tired today",
            "that was a nice lunch",
            "I told him to book the room for friday at 3",
            "i booked a table yesterday",
            "we met yesterday at 5",
            "see you on friday at 3",
            "how was your weekend",
            "what are you doing tonight",
            "do you work on weekends",
            "are you free tonight",
            "who is your boss",
            "what's your favorite movie",
            "tell me a story",
            "you are great",
            "good night",
            "let's play a game",
            "what's 5 plus 5",
            "where is my package",
            "when is my package arriving",
            "how do i book a meeting",
            "would you book a flight on a monday or a friday",
            "don't schedule anything on friday",
            "i never said to book friday at 3",
            "how did the stock market do today",
            "are the trains running today",
            "put milk on my shopping list",
            "add eggs to the grocery list for saturday",
            "add this song to my party playlist",
            "set a timer for 10 minutes",
            "i need a vacation",
            "i want a divorce",
            "give me directions to the party",
            "what should i wear to the wedding on saturday",
            "book recommendations please",
            "report a lost card",
            "when is my rent due",
            "is my card still good",
            "what is my work address",
            "how much vacation do i have left",
            "am i eligible for a loan",
            "my train was late today",
            "what is the date tomorrow",
            "do they take reservations",
            "enjoy your weekend",
            "good morning",
            "have a nice weekend",
            "talk to you tomorrow at 3",
            "play a game with me",
            "play some jazz. lunch friday 12:30",
            "rent a scooter from monday; I'd prefer a red one",
            "i like tennis on sundays",
            "remove laundry from my to do list",
            "book me a flight to Oslo",
            "make sure not to book anything at 3",
        ],
    );
}

#[test]
fn verbs_of_several_words_and_other_ways_to_book() {
    all_are(
        Intent::Book,
        &[
            "pop a quick call with Sam in for 2 tomorrow",
            "drop a 30 minute sync on the calendar for monday at 9",
            "carve out two hours on friday for writing",
            "line up a call with the vendor for next tuesday",
            "write down that I have soccer practice thursday at 6",
            "I've got to drop my son off at camp at 8 on monday",
            "the plumber is coming on tuesday at 9",
            "I start my new job on monday at 8",
            "I will be in Chicago from monday to thursday",
            "can i bring my car in for an oil change on thursday",
            "see if you can get me a table at Nobu for 2 at 8",
            "find me a meeting room for 2pm",
            "give me a reminder about the bill on friday",
            "give me two hours for the slides tomorrow",
            "make sure i don't forget my dentist visit on tuesday",
            "don't let me forget to buy milk at 5",
            "ping me an hour before the meeting",
            "how about we meet at 3 tomorrow",
            "I have to go to the bank on friday at 10",
            "call the bank tomorrow at 9",
            "I got an interview on wednesday at 1 pm",
            "send a calendar invite to Marco for monday at 2",
            "We are a party of 6 and would like to come at 8pm",
            "i'd appreciate it if you could book the small room for 2pm tomorrow",
            "would it be possible to get an appointment with Dr. Wu at 4",
            "can you remember that my mom's birthday is may 1",
            "sync w/ Al 30m friday",
            "invite the sales team to a kickoff on monday at 3",
            "put me down for 5 people at 8",
            "could you start a meeting with design at 3",
            "start planning a birthday party for friday at 6",
            "my daughter has a recital on saturday at 4",
            "i've a lunch with kim at noon tomorrow",
            "make note of my flight on the 9th at noon",
            "the booking is under Cole",
            "keep my thursday afternoon free for the audit",
            "write choir on my calendar for friday night",
            "we are tiling the bathroom this weekend",
            "there's a parish council at the hall on tuesday at 6",
            "the sweep is coming tuesday at 9",
            "from 2 to 4 on saturday we'll be at the orchard",
            "allot two hours on sunday to tax forms",
            "arrange for someone to check my brakes",
            "please have the design team meet at 9 on thursday",
            "visa appointment on monday the 7th at 2:40",
            "I reserved a table for four on sunday",
            "we need seats for 9 indoors",
        ],
    );
}

#[test]
fn an_hour_can_stand_for_its_event() {
    all_are(
        Intent::Query,
        &[
            "where's my 3 o'clock",
            "give me the details of my 4pm",
            "is my 2pm still happening",
        ],
    );
    all_are(
        Intent::Cancel,
        &["forget my 2pm", "our 2pm got cancelled", "i need the 3 o'clock removed"],
    );
    all_are(
        Intent::Reschedule,
        &[
            "slide my 10 o'clock to 11",
            "pull my 4pm forward to 3",
            "add Sarah to my 2pm",
        ],
    );
}

#[test]
fn the_page_tells_what_is_wanted() {
    let page = include_str!("../../../docs/language.md");
    let rows = page.lines().filter_map(|line| {
        let (wanted, text) = line.strip_prefix("| ")?.split_once(" | `")?;
        let wanted = match wanted {
            "book" => Intent::Book,
            "query" => Intent::Query,
            "cancel" => Intent::Cancel,
            "reschedule" => Intent::Reschedule,
            "other" => Intent::Other,
            _ => return None,
        };
        Some((wanted, text.split('`').next()?))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 20, "only {} examples were found", rows.len());
    for (wanted, text) in rows {
        all_are(wanted, &[text]);
    }
}
