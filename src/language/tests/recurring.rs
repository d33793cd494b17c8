//! What repeats: the rule, its first occurrence, its end.

use super::{BERLIN, NOW, table};
use crate::language::{Policy, read, recurrence, window};
use crate::zone::Zone;

/// The first occurrence, and the rule without its label.
fn rule(text: &str) -> Option<String> {
    let reading = read(text);
    let (now, zone, policy) = (NOW.parse().unwrap(), Zone::named(BERLIN).unwrap(), Policy::default());
    let first = window(&reading, now, &zone, &policy)?;
    let rule = recurrence(&reading, &first, &policy)?.to_string();
    let start = zone.wall(first.start).format("%F %H:%M");
    Some(format!("{start} {}", rule.strip_prefix("RRULE:")?))
}

/// Each text, said now in Berlin, repeats as what stands beside it says.
pub(super) fn rules(rows: &[(&str, &str)]) {
    let wrong = rows.iter().filter_map(|(text, wanted)| {
        let got = rule(text).unwrap_or_else(|| "no rule".to_owned());
        (got != *wanted).then(|| format!("{text:?} came to {got}, not {wanted}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn days_weeks_months_and_years() {
    rules(&[
        ("every day at 3pm", "2026-11-22 15:00 FREQ=DAILY"),
        ("stretching everyday at 9am", "2026-11-23 09:00 FREQ=DAILY"),
        (
            "water the plants every 3 days at 3pm",
            "2026-11-22 15:00 FREQ=DAILY;INTERVAL=3",
        ),
        ("every other day at 3pm", "2026-11-22 15:00 FREQ=DAILY;INTERVAL=2"),
        ("daily standup at 9:15", "2026-11-23 09:15 FREQ=DAILY"),
        ("every hour", "2026-11-22 00:00 FREQ=HOURLY"),
        ("every week at 3pm", "2026-11-22 15:00 FREQ=WEEKLY"),
        ("once a week at 3pm", "2026-11-22 15:00 FREQ=WEEKLY"),
        (
            "every fortnight on Thursday at 3pm",
            "2026-11-26 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        ),
        ("every Monday at 9", "2026-11-23 09:00 FREQ=WEEKLY;BYDAY=MO"),
        ("yoga on Mondays at 9", "2026-11-23 09:00 FREQ=WEEKLY;BYDAY=MO"),
        ("every sunday at 9am", "2026-11-29 09:00 FREQ=WEEKLY;BYDAY=SU"),
        (
            "every other Tuesday at 3pm",
            "2026-11-24 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        ),
        (
            "every second Tuesday at 3pm",
            "2026-11-24 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        ),
        (
            "every 2 weeks on Tue and Thu at 3pm",
            "2026-11-24 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        ),
        ("weekly on Tuesdays at 3pm", "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU"),
        (
            "weekly at 3pm on Tuesday and Thursday",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU,TH",
        ),
        (
            "Mondays at 3pm, every two weeks",
            "2026-11-23 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        ),
        (
            "Monday and Wednesday every week at 3pm",
            "2026-11-23 15:00 FREQ=WEEKLY;BYDAY=MO,WE",
        ),
        (
            "every mon, wed & fri 10am",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,WE,FR",
        ),
        (
            "tuesdays and thursdays 10am",
            "2026-11-24 10:00 FREQ=WEEKLY;BYDAY=TU,TH",
        ),
        ("weekdays at 10", "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (
            "every weekday at 10",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        ),
        (
            "every Monday to Thursday at 10",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
        ),
        ("every weekend at 10am", "2026-11-28 10:00 FREQ=WEEKLY;BYDAY=SA,SU"),
        (
            "every day except Friday at 10am",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SA,SU",
        ),
        (
            "weekdays but not on Wednesday at 10",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,TH,FR",
        ),
        ("monthly on the 1st at 10", "2026-12-01 10:00 FREQ=MONTHLY;BYMONTHDAY=1"),
        (
            "every month on the 1st and 15th at 10",
            "2026-12-01 10:00 FREQ=MONTHLY;BYMONTHDAY=1,15",
        ),
        (
            "rent on the 3rd of every month at 10",
            "2026-12-03 10:00 FREQ=MONTHLY;BYMONTHDAY=3",
        ),
        (
            "at the end of each month at 10",
            "2026-11-30 10:00 FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        (
            "on the last day of every month at 10",
            "2026-11-30 10:00 FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        (
            "first Monday of every month at 10",
            "2026-12-07 10:00 FREQ=MONTHLY;BYDAY=1MO",
        ),
        (
            "every second Tuesday of the month at 10",
            "2026-12-08 10:00 FREQ=MONTHLY;BYDAY=2TU",
        ),
        (
            "every 2nd and 4th Wednesday at 10",
            "2026-11-25 10:00 FREQ=MONTHLY;BYDAY=2WE,4WE",
        ),
        ("every last friday at 10", "2026-11-27 10:00 FREQ=MONTHLY;BYDAY=-1FR"),
        (
            "the first weekday of every month at 10",
            "2026-12-01 10:00 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        ),
        (
            "every two months on the 5th at 10",
            "2026-12-05 10:00 FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5",
        ),
        (
            "review every quarter at 3pm",
            "2026-11-22 15:00 FREQ=MONTHLY;INTERVAL=3",
        ),
        (
            "yearly on 3 March at 10",
            "2027-03-03 10:00 FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3",
        ),
        ("every 3 March", "2027-03-03 00:00 FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3"),
        ("every March 3rd", "2027-03-03 00:00 FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3"),
        (
            "every 29 February",
            "2028-02-29 00:00 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        ),
        (
            "annually on the 4th of July",
            "2027-07-04 00:00 FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4",
        ),
    ]);
}

#[test]
fn parts_of_the_day_repeat_too() {
    rules(&[
        ("every afternoon at 4", "2026-11-22 16:00 FREQ=DAILY"),
        ("jog mornings at 7", "2026-11-23 07:00 FREQ=DAILY"),
        ("every night at 9", "2026-11-22 21:00 FREQ=DAILY"),
        ("Friday mornings at 7", "2026-11-27 07:00 FREQ=WEEKLY;BYDAY=FR"),
        ("every Tuesday evening at 7", "2026-11-24 19:00 FREQ=WEEKLY;BYDAY=TU"),
    ]);
}

#[test]
fn a_repetition_may_end_and_start_later() {
    rules(&[
        (
            "every Tuesday at 3pm for 6 weeks",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20270104T225959Z",
        ),
        (
            "every other Tuesday at 3pm until June",
            "2026-11-24 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270531T215959Z",
        ),
        (
            "every Tuesday at 3pm through June",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630T215959Z",
        ),
        (
            "every Tuesday until 15 December",
            "2026-11-24 00:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215",
        ),
        ("daily at 3pm for 5 sessions", "2026-11-22 15:00 FREQ=DAILY;COUNT=5"),
        (
            "every Monday at 3pm, ten times",
            "2026-11-23 15:00 FREQ=WEEKLY;BYDAY=MO;COUNT=10",
        ),
        (
            "every week at 3pm starting Thursday",
            "2026-11-26 15:00 FREQ=WEEKLY;BYDAY=TH",
        ),
        (
            "every Monday at 3pm from 1 December",
            "2026-12-07 15:00 FREQ=WEEKLY;BYDAY=MO",
        ),
    ]);
}

#[test]
fn what_does_not_repeat() {
    for text in [
        "weekly review tomorrow at 3pm",
        "see each other friday 3pm",
        "movie night friday 8pm",
        "everyone tomorrow 3pm",
        "the first Monday in May at 3pm",
        "recurring meeting at 3pm",
        "gym twice a week at 3pm",
    ] {
        assert_eq!(rule(text), None, "{text}");
    }
    // That it repeats is asked about all the same.
    table(&[
        ("recurring meeting tomorrow at 3pm", "Repeating"),
        ("gym twice a week at 3pm", "Repeating"),
        ("book every monday at 3pm for 6 weeks", "Repeating"),
        ("book weekdays at 10", "Repeating"),
        ("book the 1st of each month at 10", "Repeating"),
    ]);
}

#[test]
fn starts_ends_and_exceptions_in_any_place() {
    rules(&[
        (
            "every Monday at 9 starting next week",
            "2026-11-23 09:00 FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            "every Tuesday at 9 starting next month",
            "2026-12-01 09:00 FREQ=WEEKLY;BYDAY=TU",
        ),
        (
            "until June every Tuesday at 3pm",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20270531T215959Z",
        ),
        (
            "for 6 weeks every Tuesday at 3pm",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20270104T225959Z",
        ),
        (
            "every Tuesday at 3pm except December 22",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU\nEXDATE:20261222T140000Z",
        ),
        (
            "every Friday at 3pm but not on Christmas",
            "2026-11-27 15:00 FREQ=WEEKLY;BYDAY=FR\nEXDATE:20261225T140000Z",
        ),
        (
            "weekdays at 10 except Friday",
            "2026-11-23 10:00 FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
        ),
    ]);
}

#[test]
fn how_often_and_until_when_in_other_words() {
    rules(&[
        (
            "bi-weekly on Mondays at 9",
            "2026-11-23 09:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        ),
        (
            "alternate Fridays at 3pm",
            "2026-11-27 15:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        ),
        (
            "the next four Mondays at 9",
            "2026-11-23 09:00 FREQ=WEEKLY;BYDAY=MO;COUNT=4",
        ),
        (
            "every day next week at 9",
            "2026-11-23 09:00 FREQ=DAILY;UNTIL=20261129T225959Z",
        ),
        (
            "every Tuesday at 3pm starting next week",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU",
        ),
        (
            "every Tuesday at 3pm until the end of the year",
            "2026-11-24 15:00 FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T225959Z",
        ),
        ("hotel for 3 nights", "no rule"),
    ]);
}
