//! Times of day and ranges, and what is none.

use super::{BERLIN, NOW, assumed, settled, table};
use crate::language::read;
use crate::zone::Zone;

#[test]
fn a01_clock_times() {
    table(&[
        ("book tomorrow at 2 PM for 30 minutes", "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow at 14:00", "2026-11-23 14:00-14:30"),
        ("Tomorrow at 14:00.", "2026-11-23 14:00-14:30"),
        ("BOOK TOMORROW AT 2PM", "2026-11-23 14:00-14:30"),
        ("book tomorrow at2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow@2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow 2p", "2026-11-23 14:00-14:30"),
        ("2:30 p.m. tomorrow", "2026-11-23 14:30-15:00"),
        ("2.30pm tomorrow", "2026-11-23 14:30-15:00"),
        ("tomorrow at 330pm", "2026-11-23 15:30-16:00"),
        ("tomorrow at 1530", "2026-11-23 15:30-16:00"),
        ("tomorrow at 0830", "2026-11-23 08:30-09:00"),
        ("15.30 tomorrow", "2026-11-23 15:30-16:00"),
        ("tomorrow 3 o'clock", "2026-11-23 15:00-15:30"),
        ("tomorrow at three", "2026-11-23 15:00-15:30"),
        ("tomorrow three thirty pm", "2026-11-23 15:30-16:00"),
        ("tomorrow half past three", "2026-11-23 15:30-16:00"),
        ("tomorrow at half eleven", "2026-11-23 11:30-12:00"),
        ("tomorrow at quarter to 5", "2026-11-23 16:45-17:15"),
        ("tomorrow ten past 4", "2026-11-23 16:10-16:40"),
        ("tomorrow twenty to five", "2026-11-23 16:40-17:10"),
        ("noon tomorrow", "2026-11-23 12:00-12:30"),
        ("12am tomorrow", "2026-11-23 00:00-00:30"),
        ("12pm tomorrow", "2026-11-23 12:00-12:30"),
        ("tonight at midnight", "2026-11-23 00:00-00:30"),
        ("tomorrow at midnight", "2026-11-23 00:00-00:30"),
        ("tomorrow at 24:00", "2026-11-24 00:00-00:30"),
        ("at 14:00", "2026-11-22 14:00-14:30"),
        ("2pm", "2026-11-22 14:00-14:30"),
        ("2pm 👍", "2026-11-22 14:00-14:30"),
        (
            "\"load-17\" 2027-03-05 at 8:00 for 30 minutes",
            "2027-03-05 08:00-08:30",
        ),
    ]);
}

#[test]
fn a01_every_way_to_write_a_clock() {
    table(&[
        ("tomorrow 14h30", "2026-11-23 14:30-15:00"),
        ("tomorrow 8h30", "2026-11-23 08:30-09:00"),
        ("1430 hours tomorrow", "2026-11-23 14:30-15:00"),
        ("tomorrow fourteen hundred hours", "2026-11-23 14:00-14:30"),
        ("tomorrow 0900", "2026-11-23 09:00-09:30"),
        ("tomorrow at 8 30 pm", "2026-11-23 20:30-21:00"),
        ("tomorrow at 8. 30 pm", "2026-11-23 20:30-21:00"),
        ("tomorrow 8 : 30 p. m.", "2026-11-23 20:30-21:00"),
        ("tomorrow at 6:pm", "2026-11-23 18:00-18:30"),
        ("tomorrow at 4-45 pm", "2026-11-23 16:45-17:15"),
        ("tomorrow at 2:15:30 pm", "2026-11-23 14:15-14:45"),
        ("tomorrow 3 o clock", "2026-11-23 15:00-15:30"),
        ("tomorrow 3 o' clock p m", "2026-11-23 15:00-15:30"),
        ("tomorrow two twenty-five p m", "2026-11-23 14:25-14:55"),
        ("tomorrow 3 thirty", "2026-11-23 15:30-16:00"),
        ("tomorrow nine oh five", "2026-11-23 09:05-09:35"),
        ("call for ten fifteen tomorrow", "2026-11-23 10:15-10:45"),
        ("tomorrow noon-ish", "2026-11-23 12:00-12:30"),
        ("15h tomorrow", "2026-11-23 15:00-15:30"),
        ("tomorrow, 11", "2026-11-23 11:00-11:30"),
        ("tomorrow ~3", "2026-11-23 15:00-15:30"),
        ("tomorrow 5:30 in the pm", "2026-11-23 17:30-18:00"),
        ("mid-day tomorrow", "2026-11-23 12:00-12:30"),
        ("tomorrow, set it for 3", "2026-11-23 15:00-15:30"),
        ("tomorrow lunch for 1230", "2026-11-23 12:30-13:00"),
        ("tomorrow 3ish", "2026-11-23 15:00-15:30"),
        ("around 4 tomorrow", "2026-11-23 16:00-16:30"),
        ("3 tomorrow", "2026-11-23 15:00-15:30"),
        ("meeting 3 tomorrow", "2026-11-23 15:00-15:30"),
        ("8 this evening", "2026-11-22 20:00-20:30"),
        ("two thirty in the afternoon tomorrow", "2026-11-23 14:30-15:00"),
        ("tomorrow quarter til 5", "2026-11-23 16:45-17:15"),
        ("tomorrow ten minutes past 4", "2026-11-23 16:10-16:40"),
        ("tomorrow half an hour after 3pm", "2026-11-23 15:30-16:00"),
        ("tomorrow an hour before noon", "2026-11-23 11:00-11:30"),
        ("tomorrow 20 minutes to midnight", "2026-11-23 23:40-00:10"),
        ("2027-03-03T14:00", "2027-03-03 14:00-14:30"),
        ("2027-03-03T14:00:00Z", "2027-03-03 14:00-14:30 UTC"),
        ("2027-03-03T14:00:00.000+02:00", "2027-03-03 14:00-14:30 Etc/GMT-2"),
        ("2027-03-03T14:00-05:00", "2027-03-03 14:00-14:30 Etc/GMT+5"),
    ]);
}

#[test]
fn a01_what_cannot_be_read_is_asked_never_guessed() {
    table(&[
        ("book friday", "NoTime"),
        ("book a meeting with Ann", "NoTime"),
        ("book next week at 2pm", "NoDay"),
        ("in March at 2pm", "NoDay"),
        ("book in 3 months at 2pm", "NoDay"),
        ("book in two years at 2pm", "NoDay"),
        ("this weekend", "NoDay"),
        ("tomorrow at 25:00", "NoSuchTime"),
        ("tomorrow at 14:75", "NoSuchTime"),
        ("tomorrow at 25", "NoSuchTime"),
        ("30 February at 3pm", "NoSuchDate"),
        ("2027-02-29 3pm", "NoSuchDate"),
        ("31/31 3pm", "NoSuchDate"),
        ("tomorrow morning", "NoTime"),
        ("tomorrow 3 tickets", "NoTime"),
    ]);
}

#[test]
fn ranges_take_their_half_from_the_side_that_says_it() {
    table(&[
        ("tomorrow 3-4pm", "2026-11-23 15:00-16:00"),
        ("tomorrow 3 – 4 pm", "2026-11-23 15:00-16:00"),
        ("tomorrow 11-1pm", "2026-11-23 11:00-13:00"),
        ("tomorrow 10-2pm", "2026-11-23 10:00-14:00"),
        ("tomorrow 8-9:30pm", "2026-11-23 20:00-21:30"),
        ("tomorrow from 2 until 3:30", "2026-11-23 14:00-15:30"),
        ("tomorrow from 2 to 3:30", "2026-11-23 14:00-15:30"),
        ("tomorrow between 9 and 11", "2026-11-23 09:00-11:00"),
        ("tomorrow 9-5", "2026-11-23 09:00-17:00"),
        ("14:00-14:45 tomorrow", "2026-11-23 14:00-14:45"),
        ("tomorrow at 2 till 3pm", "2026-11-23 14:00-15:00"),
        ("from 2pm tomorrow until 4", "2026-11-23 14:00-16:00"),
        ("10pm-2am tomorrow", "2026-11-23 22:00-02:00"),
        ("tomorrow from ten to five", "2026-11-23 10:00-17:00"),
        ("24:00-12", "2026-11-23 00:00-12:00"),
        ("tomorrow 10-12", "2026-11-23 10:00-12:00"),
        ("tomorrow 3pm-2pm", "EndBeforeStart"),
        ("tomorrow 14:00-13:00", "EndBeforeStart"),
        ("tomorrow 3pm-3pm", "EndBeforeStart"),
        ("tomorrow 7-8", "WhichHalf"),
        ("1-3 on friday", "2026-11-27 13:00-15:00"),
        ("9 to 5", "2026-11-23 09:00-17:00"),
        ("lunch 12-1", "2026-11-22 12:00-13:00"),
        ("tomorrow 8 am thru 10", "2026-11-23 08:00-10:00"),
        ("tomorrow 1pm -> 2:30", "2026-11-23 13:00-14:30"),
        ("tomorrow between 2 & 3", "2026-11-23 14:00-15:00"),
        ("from 2 tomorrow to 4", "2026-11-23 14:00-16:00"),
        ("now until 5", "2026-11-22 10:30-17:00"),
        ("now until 8", "2026-11-22 10:30-20:00"),
        ("now until 9 am", "EndBeforeStart"),
        ("book between now and noon", "2026-11-22 10:30-12:00"),
        ("tomorrow 14-15h", "2026-11-23 14:00-15:00"),
        ("start: 14:00, end: 15:00, tomorrow", "2026-11-23 14:00-15:00"),
        ("tomorrow start 2pm finish 3pm", "2026-11-23 14:00-15:00"),
        ("tonight 11-1", "2026-11-22 23:00-01:00"),
    ]);
}

#[test]
fn bare_hours_follow_the_working_hours_and_what_else_is_said() {
    table(&[
        ("tomorrow at 5", "2026-11-23 17:00-17:30"),
        ("tomorrow at 9", "2026-11-23 09:00-09:30"),
        ("tomorrow at 8", "2026-11-23 08:00-08:30"),
        ("tomorrow at 12", "2026-11-23 12:00-12:30"),
        ("tomorrow at 7", "WhichHalf"),
        ("tomorrow morning at 7", "2026-11-23 07:00-07:30"),
        ("tomorrow at 7 in the evening", "2026-11-23 19:00-19:30"),
        ("tomorrow evening at 6:30", "2026-11-23 18:30-19:00"),
        ("dinner tomorrow at 7", "2026-11-23 19:00-19:30"),
        ("breakfast tomorrow at 7", "2026-11-23 07:00-07:30"),
        ("plan the dinner tomorrow at 10", "2026-11-23 10:00-10:30"),
        ("today at 9", "2026-11-22 21:00-21:30"),
        ("tonight at 12", "2026-11-23 00:00-00:30"),
        ("tonight at 1", "2026-11-23 01:00-01:30"),
        ("tomorrow night at 1", "2026-11-24 01:00-01:30"),
        ("tomorrow at 1 at night", "2026-11-23 01:00-01:30"),
        ("wake up tomorrow at 5", "2026-11-23 05:00-05:30"),
        ("party tomorrow at 8", "2026-11-23 20:00-20:30"),
        ("drinks tomorrow 7-9", "2026-11-23 19:00-21:00"),
        ("plan the party tomorrow at 10", "2026-11-23 10:00-10:30"),
    ]);
    assert_eq!(assumed("tomorrow at 3 for 1h", NOW, BERLIN), ["half"]);
    assert_eq!(assumed("tomorrow at 9 for 1h", NOW, BERLIN), [""; 0]);
    let resolution = settled(&read("at 7"), NOW, BERLIN);
    let doubt = &resolution.doubts[0];
    let zone = Zone::named(BERLIN).unwrap();
    let options: Vec<_> = doubt
        .options
        .iter()
        .map(|slot| zone.wall(slot.start).format("%F %H:%M").to_string())
        .collect();
    assert_eq!(options, ["2026-11-22 19:00", "2026-11-23 07:00"]);
}
