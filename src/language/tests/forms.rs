//! Families of forms, each in several spellings, and the stretch that they name. Said on Sunday 22 November 2026, half past ten in Berlin.

use super::windows::table;

#[test]
fn steps_from_now_in_days_and_hours_at_once() {
    table(&[
        ("in 2 days and 3 hours", "2026-11-24 13:30 Minute"),
        ("2 days and 3 hours from now", "2026-11-24 13:30 Minute"),
        ("in a day, 2h", "2026-11-23 12:30 Minute"),
        ("in ~2 hours", "2026-11-22 12:30 Minute"),
        ("45 minutes from right now", "2026-11-22 11:15 Minute"),
        ("in half a year", "2027-05-22 Day"),
        ("a year and a half from now", "2028-05-22 Day"),
        ("in one and a half years", "2028-05-22 Day"),
        ("in 2 weeks on Friday", "2026-12-04 Day"),
        ("in three weeks on Monday at 9am", "2026-12-07 09:00 Minute"),
        ("in 3 working days", "2026-11-25 Day"),
        ("six business days from now", "2026-11-30 Day"),
        ("two Fridays ago", "2026-11-13 Day"),
        ("2 days prior to December 10", "2026-12-08 Day"),
        ("the Friday following December 10", "2026-12-11 Day"),
        ("two weeks starting Monday", "2026-11-23..2026-12-06 Day"),
        ("from Friday for 3 days", "2026-11-27..2026-11-29 Day"),
        ("tomorrow + 2 days", "2026-11-25 Day"),
        ("+2 months, 5 days", "2027-01-27 Day"),
        ("now + 40 minutes", "2026-11-22 11:10 Minute"),
        ("in 3 nights", "2026-11-25 Day"),
        ("the last working day of December", "2026-12-31 Day"),
        ("second business day of next month", "2026-12-02 Day"),
        ("one hour from Thursday", "2026-11-26 01:00 Minute"),
    ]);
}

#[test]
fn years_weeks_and_seasons() {
    table(&[
        ("17 March 28", "2028-03-17 Day"),
        ("Sat, Mar 18", "2028-03-18 Day"),
        ("Mon, Nov 24", "2026-11-24 Day"),
        ("March 17, '28", "2028-03-17 Day"),
        ("March third two thousand twenty eight", "2028-03-03 Day"),
        ("March 3rd, twenty twenty-eight", "2028-03-03 Day"),
        ("May of '27", "2027-05-01..2027-05-31 Month"),
        ("in the year 2027", "2027-01-01..2027-12-31 Year"),
        ("2027-W10", "2027-03-08..2027-03-14 Week"),
        ("2027-W10-3", "2027-03-10 Day"),
        ("KW 10", "2027-03-08..2027-03-14 Week"),
        ("free in week 50?", "2026-12-07..2026-12-13 Week"),
        ("the week commencing 7 December", "2026-12-07..2026-12-13 Week"),
        ("w/c 9 Dec", "2026-12-07..2026-12-13 Week"),
        ("this winter", "2026-12-21..2027-03-20 Quarter"),
        ("summer 2027", "2027-06-21..2027-09-20 Quarter"),
        ("last spring", "2026-03-20..2026-06-19 Quarter"),
        ("did it fall over?", "nothing"),
        ("a week 3 problem", "nothing"),
    ]);
}

#[test]
fn several_days_in_many_spellings() {
    table(&[
        ("from 5.3. to 9.3.", "2027-03-05..2027-03-09 Day"),
        ("5.3.-9.3.", "2027-03-05..2027-03-09 Day"),
        ("5.-9.3.", "2027-03-05..2027-03-09 Day"),
        ("5. - 9. March", "2027-03-05..2027-03-09 Day"),
        ("from 05 to March 09", "2027-03-05..2027-03-09 Day"),
        ("2027-03-05/2027-03-09", "2027-03-05..2027-03-09 Day"),
        (
            "2027-03-05T15:00/2027-03-06T09:00",
            "2027-03-05 15:00..2027-03-06 09:00 Minute",
        ),
        ("9am Monday to 5pm Tuesday", "2026-11-23 09:00..2026-11-24 17:00 Minute"),
        ("9am Mon - 5pm Tue", "2026-11-23 09:00..2026-11-24 17:00 Minute"),
        ("next year on May 5", "2027-05-05 Day"),
        ("10-11 March 18", "2027-03-18 Day"),
        ("now until Friday", "2026-11-22..2026-11-27 Day"),
        ("the first three days of May", "2027-05-01..2027-05-03 Day"),
        ("the last 2 weeks of December", "2026-12-18..2026-12-31 Week"),
        ("the rest of the day", "2026-11-22 Day"),
        ("beginning of the year", "2026-01-01..2026-05-01 Year"),
        ("this week-end", "2026-11-21..2026-11-22 Weekend"),
        ("on the 17", "2026-12-17 Day"),
        ("the 3rd of the following month", "2026-12-03 Day"),
    ]);
}

#[test]
fn clocks_in_words_and_from_machines() {
    table(&[
        ("nine-thirty", "2026-11-23 09:30 Minute"),
        ("sync, eight fifteen", "2026-11-23 08:15 Minute"),
        ("eleven oh five", "2026-11-22 11:05 Minute"),
        ("1315", "2026-11-22 13:15 Minute"),
        ("2026", "nothing"),
        ("15:00 3.4.", "2027-04-03 15:00 Minute"),
        ("18 hundred hours", "2026-11-22 18:00 Minute"),
        ("at mid-night", "2026-11-23 00:00 Minute"),
        ("at this very moment", "2026-11-22 10:30 Minute"),
        ("Sat, 28 Nov 2026 11:50:48 -0500", "2026-11-28 17:50 Minute"),
        ("two thirty page reports", "nothing"),
        ("seven fifteen minute calls", "nothing"),
    ]);
}

#[test]
fn parts_beside_meals_and_days() {
    table(&[
        ("after lunch", "2026-11-22 14:00-17:00 Part"),
        ("after breakfast tomorrow", "2026-11-23 09:00-12:00 Part"),
        ("tomorrow before lunch", "2026-11-23 10:00-12:00 Part"),
        ("tomorrow at 1 after lunch", "2026-11-23 13:00 Minute"),
        ("late tomorrow afternoon", "2026-11-23 15:00-17:00 Part"),
        ("early in the morning tomorrow", "2026-11-23 06:00-09:00 Part"),
        ("Tuesday, middle of the day", "2026-11-24 12:00-14:00 Part"),
        ("what's my afternoon schedule tomorrow?", "2026-11-23 12:00-17:00 Part"),
        ("add dinner at 7 PM to Saturday", "2026-11-28 19:00 Minute"),
        ("a table for two on December 9th at 5:30 pm", "2026-12-09 17:30 Minute"),
    ]);
}

#[test]
fn a_meeting_that_lasts_into_another_day_is_asked_about() {
    super::table(&[("book the fair 9am Monday to 5pm Tuesday", "TooLong")]);
}
