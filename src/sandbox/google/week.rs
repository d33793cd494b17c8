//! `GET /calendar/{email}?week=2026-11-24`: an account's week, drawn as a calendar. Without a day, the week of the next event.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{Shared, event_time, pages};

#[derive(Deserialize)]
pub(super) struct Turn {
    week: Option<String>,
}

/// An event's part that falls on one day, in hours of its wall clock.
struct Block<'a> {
    event: &'a Value,
    from: f64,
    to: f64,
    /// Its column among those that overlap it, and how many there are.
    lane: usize,
    lanes: usize,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(email): Path<String>,
    Query(turn): Query<Turn>,
) -> Response {
    let world = shared.world();
    let Some(account) = world.account(&email).cloned() else {
        return (
            StatusCode::NOT_FOUND,
            pages::page("No such account", &html! { main.card { h1 { "No such account" } } }),
        )
            .into_response();
    };
    let Ok(zone) = event_time::zone(&account.zone) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut events = world.calendars.get(&account.sub).cloned().unwrap_or_default();
    drop(world);
    events.retain(|event| event["status"] != "cancelled");
    let now = Timestamp::from_millisecond(shared.now().timestamp_millis())
        .unwrap_or_default()
        .to_zoned(zone.clone());
    let asked = turn.week.and_then(|text| Date::strptime("%Y-%m-%d", text).ok());
    let day = asked.unwrap_or_else(|| next_event(&events, &zone, &now).unwrap_or_else(|| now.date()));
    let monday = day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days());
    draw(&account.email, &zone, monday, now.date(), &events).into_response()
}

/// The day of the first event that is not over: what somebody who opens the page wants to see.
fn next_event(events: &[Value], zone: &TimeZone, now: &Zoned) -> Option<Date> {
    let spans = events.iter().filter_map(|event| event_time::span(event, zone));
    let ahead = spans.filter(|(_, end)| *end > now.timestamp()).map(|(start, _)| start);
    Some(ahead.min()?.to_zoned(zone.clone()).date())
}

fn draw(email: &str, zone: &TimeZone, monday: Date, today: Date, events: &[Value]) -> Markup {
    let days: Vec<Date> = monday.series(1.day()).take(7).collect();
    let timed: Vec<Vec<Block>> = days.iter().map(|day| blocks(events, *day, zone)).collect();
    let all = || timed.iter().flatten();
    // The working day is always there; earlier and later hours when something stands in them.
    let first = all().map(|block| block.from.floor()).fold(8.0, f64::min);
    let last = all().map(|block| block.to.ceil()).fold(19.0, f64::max);
    let hours = (0..=24).map(f64::from).filter(|hour| *hour >= first && *hour < last);
    let sunday = monday.saturating_add(6.days());
    let title = format!("{} – {}", monday.strftime("%-d %B"), sunday.strftime("%-d %B %Y"));
    let turn = |by: i64| format!("?week={}", monday.saturating_add(by.days()));
    pages::page(
        &format!("{title} · {email}"),
        &html! {
            main.week {
                header {
                    h1 { (title) }
                    p { (email) " · " (zone.iana_name().unwrap_or("UTC")) }
                    nav aria-label="Weeks" {
                        a href=(turn(-7)) { "← Earlier" }
                        a href={ "?week=" (today) } { "This week" }
                        a href=(turn(7)) { "Later →" }
                    }
                }
                div.scroll tabindex="0" role="region" aria-label="The week" {
                    div.grid style={ "--hours: " (last - first) } {
                        ol.hours aria-hidden="true" {
                            @for hour in hours { li { span { (format!("{hour:02}:00")) } } }
                        }
                        @for (place, day) in days.iter().enumerate() {
                            section.day.today[*day == today] style={ "grid-column: " (place + 2) } {
                                h2 { (day.strftime("%a")) b { (day.day()) } }
                                ul.whole { @for event in whole(events, *day) { (whole_day(event)) } }
                                ul.timed { @for block in &timed[place] { (timed_event(block, first)) } }
                            }
                        }
                    }
                }
                @if all().next().is_none() && days.iter().all(|day| whole(events, *day).next().is_none()) {
                    p.empty { "Nothing stands in this week." }
                }
            }
        },
    )
}

fn whole(events: &[Value], day: Date) -> impl Iterator<Item = &Value> {
    let date = |value: &Value| {
        value["date"]
            .as_str()
            .and_then(|text| Date::strptime("%Y-%m-%d", text).ok())
    };
    events.iter().filter(move |event| {
        date(&event["start"]).is_some_and(|start| start <= day) && date(&event["end"]).is_some_and(|end| day < end)
    })
}

fn blocks<'a>(events: &'a [Value], day: Date, zone: &TimeZone) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block> = events
        .iter()
        .filter(|event| event["start"]["date"].is_null())
        .filter_map(|event| {
            let (start, end) = event_time::span(event, zone)?;
            let (start, end) = (start.to_zoned(zone.clone()), end.to_zoned(zone.clone()));
            let from = if start.date() < day { 0.0 } else { hour(&start) };
            let to = if end.date() > day { 24.0 } else { hour(&end) };
            let on_this_day = start.date() <= day && end.date() >= day && to > from;
            on_this_day.then_some(Block {
                event,
                from,
                to,
                lane: 0,
                lanes: 1,
            })
        })
        .collect();
    blocks.sort_by(|a, b| a.from.total_cmp(&b.from).then(b.to.total_cmp(&a.to)));
    spread(&mut blocks);
    blocks
}

fn hour(at: &Zoned) -> f64 {
    f64::from(at.hour()) + f64::from(at.minute()) / 60.0
}

/// Gives overlapping blocks columns side by side. Blocks come sorted by their start.
fn spread(blocks: &mut [Block]) {
    let mut begin = 0;
    while begin < blocks.len() {
        // A cluster ends where a block starts after everything before it has ended.
        let mut ends = blocks[begin].to;
        let mut end = begin + 1;
        while end < blocks.len() && blocks[end].from < ends {
            ends = ends.max(blocks[end].to);
            end += 1;
        }
        let mut lanes: Vec<f64> = Vec::new();
        for block in &mut blocks[begin..end] {
            block.lane = lanes.iter().position(|free| *free <= block.from).unwrap_or_else(|| {
                lanes.push(0.0);
                lanes.len() - 1
            });
            lanes[block.lane] = block.to;
        }
        for block in &mut blocks[begin..end] {
            block.lanes = lanes.len();
        }
        begin = end;
    }
}

fn is_free(event: &Value) -> bool {
    let declined = |attendee: &Value| attendee["self"] == true && attendee["responseStatus"] == "declined";
    event["transparency"] == "transparent"
        || event["attendees"]
            .as_array()
            .is_some_and(|all| all.iter().any(declined))
}

fn name(event: &Value) -> &str {
    event["summary"].as_str().unwrap_or("(No title)")
}

fn whole_day(event: &Value) -> Markup {
    html! { li.event.free[is_free(event)] { b { (name(event)) } } }
}

fn timed_event(block: &Block, first: f64) -> Markup {
    let event = block.event;
    let place = format!(
        "--from: {:.4}; --long: {:.4}; --lane: {}; --lanes: {}",
        block.from - first,
        block.to - block.from,
        block.lane,
        block.lanes
    );
    let guests: Vec<&str> = event["attendees"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|attendee| attendee["self"] != true)
        .filter_map(|attendee| attendee["email"].as_str())
        .collect();
    html! {
        li.event.free[is_free(event)] style=(place) {
            b { (name(event)) }
            " " (clock(block.from)) "–" (clock(block.to))
            @if let Some(link) = event["hangoutLink"].as_str() {
                br;
                a href=(link) { (link.trim_start_matches("https://")) }
            }
            @if !guests.is_empty() { br; "with " (guests.join(", ")) }
        }
    }
}

fn clock(hours: f64) -> String {
    let minutes = (hours * 60.0).round();
    format!("{:02}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
}
