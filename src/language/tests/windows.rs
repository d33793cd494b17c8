//! Which stretch of time a text names, and at which grain. Said on Sunday 22 November 2026, half past ten in Berlin.

use super::{BERLIN, NOW};
use crate::language::{Grain, Policy, Side, read, window};
use crate::zone::Zone;

/// "2026-11-23 Day", "2026-11-23 12:00-17:00 Part", "2026-11-23..2026-11-29 Week": the last day counts. An open window has its side
/// before it.
fn named(text: &str) -> String {
    named_at(text, NOW)
}

pub(super) fn named_at(text: &str, now: &str) -> String {
    let zone = Zone::named(BERLIN).unwrap();
    let Some(window) = window(&read(text), now.parse().unwrap(), &zone, &Policy::default()) else {
        return "nothing".to_owned();
    };
    let wall = |at| zone.wall(at);
    let start = wall(window.start);
    let end = window.end.map(wall);
    let days = match (window.grain, end) {
        (Grain::Minute | Grain::Part, Some(end)) if end.date() == start.date() => {
            format!("{}-{}", start.format("%F %H:%M"), end.format("%H:%M"))
        }
        (Grain::Minute | Grain::Part, Some(end)) => format!("{}..{}", start.format("%F %H:%M"), end.format("%F %H:%M")),
        (Grain::Minute, None) => start.format("%F %H:%M").to_string(),
        (_, Some(end)) if end.date().pred_opt() != Some(start.date()) => {
            format!("{}..{}", start.date(), end.date().pred_opt().unwrap())
        }
        _ => start.date().to_string(),
    };
    match window.side {
        Side::Within => format!("{days} {:?}", window.grain),
        side => format!("{side:?} {days}"),
    }
}

pub(super) fn table(rows: &[(&str, &str)]) {
    let wrong = rows.iter().filter_map(|(text, wanted)| {
        let got = named(text);
        (got != *wanted).then(|| format!("{text:?} named {got}, not {wanted}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn single_days() {
    table(&[
        ("gym the day after tomorrow", "2026-11-24 Day"),
        ("what was on the day before yesterday", "2026-11-20 Day"),
        ("two days after tomorrow", "2026-11-25 Day"),
        ("the day before Christmas", "2026-12-24 Day"),
        ("a week from Friday", "2026-12-04 Day"),
        ("Friday week", "2026-12-04 Day"),
        ("a fortnight on Tuesday", "2026-12-08 Day"),
        ("a week tomorrow", "2026-11-30 Day"),
        ("Monday after next", "2026-11-30 Day"),
        ("Thursday of next week", "2026-11-26 Day"),
        ("Thursday three weeks from now", "2026-12-10 Day"),
        ("two Fridays from now", "2026-12-04 Day"),
        ("this coming Sunday", "2026-11-29 Day"),
        ("last Thursday", "2026-11-12 Day"),
        ("this past Thursday", "2026-11-19 Day"),
        ("3 days ago", "2026-11-19 Day"),
        ("a couple of weeks ago", "2026-11-08 Day"),
        ("three months from today", "2027-02-22 Day"),
        ("review for three weeks from today", "2026-12-13 Day"),
        ("the next working day", "2026-11-23 Day"),
        ("the first Monday of May", "2027-05-03 Day"),
        ("last Friday of the month", "2026-11-27 Day"),
        ("second to last Tuesday in December", "2026-12-22 Day"),
        ("first day of next month", "2026-12-01 Day"),
        ("the Friday before Easter", "2027-03-26 Day"),
        ("the closest Thursday to August 9th", "2027-08-12 Day"),
        ("Friday the 13th", "2027-08-13 Day"),
        ("Monday 21", "2026-12-21 Day"),
        ("the twenty sixth day of July", "2027-07-26 Day"),
        ("27 of this month", "2026-11-27 Day"),
        ("20270303", "2027-03-03 Day"),
        ("2027/17/03", "2027-03-17 Day"),
        ("2027/Mar/3", "2027-03-03 Day"),
        ("3/March/27", "2027-03-03 Day"),
        ("26.9. please", "2027-09-26 Day"),
        ("Monday 14.12", "2026-12-14 Day"),
        ("March 3rd next year", "2027-03-03 Day"),
        ("29 February", "2028-02-29 Day"),
        ("the 9th suits me", "2026-12-09 Day"),
        ("dinner on Thanksgiving", "2026-11-26 18:00-20:00 Part"),
        ("New Year's Eve 2027", "2027-12-31 Day"),
        ("the last Easter", "2026-04-05 Day"),
        ("2 weeks before Mother's Day", "2027-04-25 Day"),
        ("the day before my birthday", "nothing"),
        ("the third quarter hour", "nothing"),
    ]);
}

#[test]
fn stretches_of_days() {
    table(&[
        ("this week", "2026-11-16..2026-11-22 Week"),
        ("next week", "2026-11-23..2026-11-29 Week"),
        ("the week after next", "2026-11-30..2026-12-06 Week"),
        ("last week", "2026-11-09..2026-11-15 Week"),
        ("the week of June 5th", "2027-05-31..2027-06-06 Week"),
        ("the third week of June", "2027-06-14..2027-06-20 Week"),
        ("over the weekend", "2026-11-21..2026-11-22 Weekend"),
        ("next weekend", "2026-11-28..2026-11-29 Weekend"),
        ("first weekend in May", "2027-05-01..2027-05-02 Weekend"),
        ("next month", "2026-12-01..2026-12-31 Month"),
        ("in May", "2027-05-01..2027-05-31 Month"),
        ("Dec-2028", "2028-12-01..2028-12-31 Month"),
        ("2028/3", "2028-03-01..2028-03-31 Month"),
        ("next quarter", "2027-01-01..2027-03-31 Quarter"),
        ("Q3 2027", "2027-07-01..2027-09-30 Quarter"),
        ("in 2028", "2028-01-01..2028-12-31 Year"),
        ("next year", "2027-01-01..2027-12-31 Year"),
        ("the next three days", "2026-11-23..2026-11-25 Day"),
        ("next 2 weeks", "2026-11-23..2026-12-06 Week"),
        ("the last few days", "2026-11-19..2026-11-21 Day"),
        ("end of the month", "2026-11-30 Day"),
        ("eoy", "2026-12-31 Day"),
        ("end of next week", "2026-11-27 Day"),
        ("mid-December", "2026-12-11..2026-12-20 Month"),
        ("early May", "2027-05-01..2027-05-10 Month"),
        ("the rest of the week", "2026-11-22 Day"),
        ("this may run over", "nothing"),
    ]);
}

#[test]
fn from_one_day_to_another() {
    table(&[
        ("Monday to Wednesday", "2026-11-23..2026-11-25 Day"),
        ("Mon-Fri", "2026-11-23..2026-11-27 Day"),
        ("next Monday - Thursday", "2026-11-23..2026-11-26 Day"),
        ("between Tuesday and Thursday", "2026-11-24..2026-11-26 Day"),
        ("3–5 March", "2027-03-03..2027-03-05 Day"),
        ("from 3 to 5 March", "2027-03-03..2027-03-05 Day"),
        ("March 3 to 5", "2027-03-03..2027-03-05 Day"),
        ("June 24th to the second", "2027-06-24..2027-07-02 Day"),
        ("from March 3 until April 2", "2027-03-03..2027-04-02 Day"),
        ("6-17 of next month", "2026-12-06..2026-12-17 Day"),
        ("28 December to 3 January", "2026-12-28..2027-01-03 Day"),
        ("9/5 to 12/20", "2026-09-05..2026-12-20 Day"),
        ("6/2-6/9, 2028", "2028-06-02..2028-06-09 Day"),
        ("from May to July", "2027-05-01..2027-07-31 Month"),
        ("December to May 2028", "2027-12-01..2028-05-31 Month"),
        (
            "Friday 2pm to Saturday 10am",
            "2026-11-27 14:00..2026-11-28 10:00 Minute",
        ),
        ("2pm until tomorrow 4pm", "2026-11-22 14:00..2026-11-23 16:00 Minute"),
        ("Monday or Tuesday", "2026-11-23 Day"),
    ]);
}

#[test]
fn open_ones_say_where_they_begin_or_end() {
    table(&[
        ("before Friday", "Before 2026-11-27"),
        ("by the end of the month", "Before 2026-11-30"),
        ("within three weeks", "Before 2026-12-13"),
        ("after Wednesday", "After 2026-11-25"),
        ("after May", "From 2027-06-01"),
        ("since Monday", "From 2026-11-16"),
        ("since May", "From 2026-05-01"),
        ("until Friday", "Before 2026-11-27"),
        ("up to Friday", "Before 2026-11-27"),
        ("no later than Friday", "Before 2026-11-27"),
        ("prior to Friday", "Before 2026-11-27"),
        ("not before Friday", "From 2026-11-27"),
    ]);
}

#[test]
fn parts_of_the_day() {
    table(&[
        ("tomorrow morning", "2026-11-23 08:00-12:00 Part"),
        ("early tomorrow morning", "2026-11-23 06:00-09:00 Part"),
        ("tomorrow early morning", "2026-11-23 06:00-09:00 Part"),
        ("late afternoon on Monday", "2026-11-23 15:00-17:00 Part"),
        ("this evening", "2026-11-22 17:00-21:00 Part"),
        ("tonight", "2026-11-22 18:00..2026-11-23 00:00 Part"),
        ("last night", "2026-11-21 21:00..2026-11-22 00:00 Part"),
        ("tomorrow at lunchtime", "2026-11-23 12:00-14:00 Part"),
        ("lunch tomorrow", "2026-11-23 12:00-14:00 Part"),
        ("tomorrow after work", "2026-11-23 18:00-21:00 Part"),
        ("tomorrow end of day", "2026-11-23 17:00-18:00 Part"),
        ("by eod", "2026-11-22 17:00-18:00 Part"),
        ("in the morning", "2026-11-22 08:00-12:00 Part"),
        ("good morning everybody", "nothing"),
        ("the movie night", "nothing"),
    ]);
}
