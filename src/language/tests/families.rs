//! Families of forms, as a speaker of English makes them. Said on Sunday 22 November 2026, half past ten in Berlin.

use super::windows::table;

#[test]
fn days_by_their_place() {
    table(&[
        ("the closest Monday to May 5th", "2027-05-03 Day"),
        ("second closest Monday to May 5th", "2027-05-10 Day"),
        ("the 3rd nearest Monday to May 5th", "2027-04-26 Day"),
        ("the Monday closest to May 5th", "2027-05-03 Day"),
        ("the penultimate Friday of May", "2027-05-21 Day"),
        ("the next to last day of May", "2027-05-30 Day"),
        ("the third from last day of May", "2027-05-29 Day"),
        ("the 100th day of 2027", "2027-04-10 Day"),
        ("day 2 of next week", "2026-11-24 Day"),
        ("next month's first Monday", "2026-12-07 Day"),
        ("2027W103", "2027-03-10 Day"),
        ("2027 21 June", "2027-06-21 Day"),
        ("June 2: nothing yet", "2027-06-02 Day"),
        ("next May 5", "2027-05-05 Day"),
        ("last May 5", "2026-05-05 Day"),
        ("from May 5 to mid June", "2027-05-05..2027-06-20 Month"),
        (
            "the first Tuesday after the first Monday of November 2027",
            "2027-11-02 Day",
        ),
        ("two days before the end of the month", "2026-11-28 Day"),
        ("a week before the end of May", "2027-05-24 Day"),
        ("in two weeks' time on Monday", "2026-11-30 Day"),
        ("Wednesday of the week of June 5th", "2027-06-02 Day"),
        ("Monday the week after Easter", "2027-03-29 Day"),
        ("the 5th of the month after next", "2027-01-05 Day"),
        ("5 months before now", "2026-06-22 Day"),
    ]);
}

#[test]
fn parts_of_years_and_months() {
    table(&[
        ("the first weekend of June", "2027-06-05..2027-06-06 Weekend"),
        ("week 2 of October", "2027-10-11..2027-10-17 Week"),
        ("last month of the year", "2026-12-01..2026-12-31 Month"),
        ("the second month of 2027", "2027-02-01..2027-02-28 Month"),
        ("the last quarter of 2027", "2027-10-01..2027-12-31 Quarter"),
        ("3Q 2027", "2027-07-01..2027-09-30 Quarter"),
        ("the first half of 2027", "2027-01-01..2027-06-30 Year"),
        ("H2 2027", "2027-07-01..2027-12-31 Year"),
        ("second half of May", "2027-05-16..2027-05-31 Month"),
        ("early 2028", "2028-01-01..2028-05-01 Year"),
        ("what happened in the 1990s?", "1990-01-01..1999-12-31 Year"),
        ("in the '80s", "1980-01-01..1989-12-31 Year"),
        ("in 1990s music", "nothing"),
        ("I'll be out in early 2028.", "2028-01-01..2028-05-01 Year"),
        ("not before 2028!", "From 2028-01-01"),
        ("late in June", "2027-06-21..2027-06-30 Month"),
        ("late summer", "2027-08-20..2027-09-20 Quarter"),
        ("later this week", "2026-11-22 Day"),
        ("midweek", "2026-11-18..2026-11-19 Week"),
        ("06.2027", "2027-06-01..2027-06-30 Month"),
        ("2027 fall", "2027-09-23..2027-12-22 Quarter"),
        ("summer", "2027-06-21..2027-09-20 Quarter"),
        ("next year in May", "2027-05-01..2027-05-31 Month"),
        ("two weekends from now", "2026-12-05..2026-12-06 Weekend"),
        ("three weekends ago", "2026-10-31..2026-11-01 Weekend"),
        ("the week after Easter", "2027-03-29..2027-04-04 Week"),
        ("the weekend before Christmas", "2026-12-19..2026-12-20 Weekend"),
        ("the weekend after Easter", "2027-04-03..2027-04-04 Weekend"),
    ]);
}

#[test]
fn days_in_a_list_share_their_month() {
    table(&[
        ("May 5, 6 and 7", "2027-05-05 Day"),
        ("May 5, 6, 7", "2027-05-05 Day"),
        ("on the 5th and 6th of May", "2027-05-05 Day"),
        ("5, 6 and 7 May", "2027-05-05 Day"),
        ("May 5 and 6pm", "2027-05-05 18:00 Minute"),
    ]);
    super::table(&[
        ("book a call 3 or 4 tomorrow", "SeveralTimes"),
        ("book May 5, 6 and 7 at 3pm", "SeveralTimes"),
        ("book on the 5th or 6th of May at 3pm", "SeveralTimes"),
    ]);
}

#[test]
fn steps_from_now() {
    table(&[
        ("in 1 year 2 months and 3 days", "2028-01-25 Day"),
        ("2.5 years from now", "2029-05-22 Day"),
        ("a month and a half ago", "2026-10-07 Day"),
        ("in two quarters", "2027-05-22 Day"),
        ("in a dozen days", "2026-12-04 Day"),
        ("several days ago", "2026-11-19 Day"),
        ("several days", "nothing"),
    ]);
}

#[test]
fn clocks_with_hours_and_parts() {
    table(&[
        ("9h-17h", "2026-11-23 09:00-17:00 Minute"),
        ("tomorrow 9h30 to 11h", "2026-11-23 09:30-11:00 Minute"),
        ("14h on May 4", "2027-05-04 14:00 Minute"),
        ("tomorrow 7:30h - 9:15h", "2026-11-23 07:30-09:15 Minute"),
        ("at 20 hours", "2026-11-22 20:00 Minute"),
        ("zero eight hundred", "2026-11-23 08:00 Minute"),
        ("out until eleven forty-eight.", "2026-11-22 10:30-11:48 Minute"),
        ("tomorrow morning 11-1", "2026-11-23 11:00-13:00 Minute"),
        ("tomorrow morning from 10 to 12", "2026-11-23 10:00-12:00 Minute"),
        ("a ten-to-twelve meeting tomorrow", "2026-11-23 10:00-12:00 Minute"),
        (
            "starting Tuesday 4pm and ending Wednesday 10am",
            "2026-11-24 16:00..2026-11-25 10:00 Minute",
        ),
        ("seven-oh-nine pm", "2026-11-22 19:09 Minute"),
        ("call at zero seven thirty", "2026-11-23 07:30 Minute"),
        ("10 to 8", "2026-11-22 19:50 Minute"),
        ("10 to 8 was the vote", "nothing"),
        ("tomorrow at 10 30", "2026-11-23 10:30 Minute"),
        ("tomorrow 10-00", "2026-11-23 10:00 Minute"),
        (
            "tomorrow between the hours of 9 and 10",
            "2026-11-23 09:00-10:00 Minute",
        ),
        ("tomorrow 9am up to 10", "2026-11-23 09:00-10:00 Minute"),
        ("tomorrow 9am through to 10", "2026-11-23 09:00-10:00 Minute"),
        ("Monday, nine till ten", "2026-11-23 09:00-10:00 Minute"),
        ("Mon. 9-10", "2026-11-23 09:00-10:00 Minute"),
        ("2027-03-03T14", "2027-03-03 14:00 Minute"),
        ("170000", "2026-11-22 17:00 Minute"),
        ("+ 5 hours", "2026-11-22 15:30 Minute"),
        ("back three thirty", "2026-11-22 15:30 Minute"),
        ("leaving 9 tomorrow", "2026-11-23 09:00 Minute"),
        ("3 or 4 tomorrow", "2026-11-23 15:00 Minute"),
        ("the deadline is eight tonight", "2026-11-22 20:00 Minute"),
        ("the deadline is three thirty", "2026-11-22 15:30 Minute"),
        ("schedule a call 3-4 with Ann", "2026-11-22 15:00-16:00 Minute"),
        ("call 911 tomorrow", "2026-11-23 Day"),
        ("out 9-5", "2026-11-23 09:00-17:00 Minute"),
        ("the meeting is 3-4", "2026-11-22 15:00-16:00 Minute"),
        ("back quarter past 3 to 4", "2026-11-22 15:15-16:00 Minute"),
        ("see you sat 7pm", "2026-11-28 19:00 Minute"),
        ("gate 12-14 is closed", "nothing"),
        ("1 to 1", "nothing"),
        ("2 by 4", "nothing"),
        ("a two-to-one vote", "nothing"),
        ("one by one", "nothing"),
        ("three twenty", "nothing"),
    ]);
}

#[test]
fn parts_of_the_day_in_more_words() {
    table(&[
        ("first thing tomorrow", "2026-11-23 06:00-09:00 Part"),
        ("first thing on Monday morning", "2026-11-23 06:00-09:00 Part"),
        ("late this afternoon", "2026-11-22 15:00-17:00 Part"),
        ("late last night", "2026-11-21 22:00..2026-11-22 00:00 Part"),
        ("lunch-time", "2026-11-22 12:00-14:00 Part"),
        ("afternoon at 2", "2026-11-22 14:00 Minute"),
        ("tomorrow pm", "2026-11-23 12:00-17:00 Part"),
        ("on Friday am I free?", "2026-11-27 Day"),
        ("tomorrow before work", "2026-11-23 06:00-09:00 Part"),
        ("eob Friday", "2026-11-27 17:00-18:00 Part"),
        ("the first thing on my list", "nothing"),
        ("back mid-morning", "2026-11-22 08:00-12:00 Part"),
        ("in Rome mid afternoon on Friday", "2026-11-27 12:00-17:00 Part"),
        ("free evening of the 5th", "2026-12-05 17:00-21:00 Part"),
    ]);
}

#[test]
fn the_time_at_which_it_is_said() {
    table(&[
        ("this time tomorrow", "2026-11-23 10:30 Minute"),
        ("about this time next month", "2026-12-22 10:30 Minute"),
        ("at this time on Friday", "2026-11-27 10:30 Minute"),
        ("this time it works", "nothing"),
        ("within 2 hours", "Before 2026-11-22 12:30"),
        ("in the next 2 hours", "2026-11-22 10:30-12:30 Minute"),
    ]);
    super::table(&[("book a call this time tomorrow", "2026-11-23 10:30-11:00")]);
}

#[test]
fn what_is_taken_back_counts_no_more() {
    super::table(&[
        ("book Friday at 3pm, I mean Thursday", "2026-11-26 15:00-15:30"),
        ("book Friday at 3pm, no wait, at 4pm", "2026-11-27 16:00-16:30"),
        ("I mean Friday at 3pm", "2026-11-27 15:00-15:30"),
    ]);
}

#[test]
fn years_as_programs_write_them() {
    table(&[
        ("Tue Mar 2 09:30:00 2027", "2027-03-02 09:30 Minute"),
        ("Tue Mar  2 09:30:00 UTC 2027", "2027-03-02 10:30 Minute"),
        ("02/Mar/2027:09:30:00", "2027-03-02 Day"),
        ("March 2, '98", "1998-03-02 Day"),
        ("from 20 November to 21 November", "2027-11-20..2027-11-21 Day"),
        ("lunch at 21 Club on Friday at 1 pm", "2026-11-27 13:00 Minute"),
        ("from now until the end of the month", "2026-11-22..2026-11-30 Day"),
    ]);
}

#[test]
fn what_is_denied_beside_other_days_is_left_out() {
    table(&[
        ("sometime next week, not Friday", "2026-11-23..2026-11-29 Week"),
        ("any day next week except Monday", "2026-11-23..2026-11-29 Week"),
        ("Tuesday, not Monday", "2026-11-24 Day"),
    ]);
    super::table(&[
        ("book a call sometime next week, not friday, at 3pm", "NoDay"),
        ("book a call on friday at 3pm, not thursday", "2026-11-27 15:00-15:30"),
    ]);
}

#[test]
fn counts_greetings_and_other_words_are_no_times() {
    table(&[
        ("after 3 tries", "nothing"),
        ("before two judges", "nothing"),
        ("from 3 sources", "nothing"),
        ("after 3 works", "2026-11-22 15:00 Minute"),
        ("happy Friday everybody", "nothing"),
        ("merry Christmas everybody", "nothing"),
        ("the cat sat there", "nothing"),
        ("every second counts", "nothing"),
        ("Acts 2:38", "nothing"),
        ("Apr 5% up", "nothing"),
        ("for the first time", "nothing"),
        ("on 2nd thought", "nothing"),
        ("in fall colours", "nothing"),
        ("the class of '99", "nothing"),
        ("have a nice weekend", "nothing"),
        ("it's now or never", "nothing"),
        ("they were gone by now", "nothing"),
        ("in this day and age", "nothing"),
        ("the evening news", "nothing"),
        ("the evening works", "2026-11-22 17:00-21:00 Part"),
        ("the daily news", "nothing"),
        ("sun block", "nothing"),
        ("off by one", "nothing"),
    ]);
}

#[test]
fn meals_moves_and_slips_of_the_pen() {
    table(&[
        ("Thanksgiving dinner at 4", "2026-11-26 16:00 Minute"),
        ("Easter Sunday lunch at 1", "2027-03-28 13:00 Minute"),
        ("Christmas lunch on Friday at 1", "2026-11-27 13:00 Minute"),
        ("put a reminder for 8 tonight", "2026-11-22 20:00 Minute"),
        ("something for a week from tomorrow at noon", "2026-11-30 12:00 Minute"),
        ("move my 3pm to 4pm", "2026-11-22 16:00 Minute"),
        ("2morrow at 4pm", "2026-11-23 16:00 Minute"),
        ("wendsday at 3pm", "2026-11-25 15:00 Minute"),
        ("feburary 3rd", "2027-02-03 Day"),
        ("septmber 3rd", "2027-09-03 Day"),
    ]);
}
