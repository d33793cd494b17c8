//! How fast, and at what cost: `scripts/bench`.
//!
//! The real program as a process of its own, with SQLite and every commit durable, against the strict stand-ins in this one:
//! signed `/book` commands in, one event and one answer with a Meet link out. Prints medians over several runs as the README's
//! table. Nothing here is an assertion: timings of a shared machine are noise.

mod commands;
mod people;
mod process;

use std::time::{Duration, Instant};

use process::Bot;

/// How often each figure is taken; the median is quoted.
const RUNS: usize = 5;
/// The closed loop: so many bookings, so many at a time.
const BOOKINGS: usize = 3000;
const AT_ONCE: usize = 16;
/// The open loop: so many a second, for so long.
const RATE: usize = 500;
const SECONDS: usize = 8;
const PEOPLE: usize = 50;

struct Run {
    ready: Duration,
    idle_mb: f64,
    loaded_mb: f64,
    per_second: f64,
    cpu_ms: f64,
    acknowledged: Percentiles,
    answered: Percentiles,
    fsync: Duration,
}

/// The median and the 99th percentile.
struct Percentiles {
    p50: Duration,
    p99: Duration,
}

impl Percentiles {
    fn of(mut spans: Vec<Duration>) -> Self {
        spans.sort_unstable();
        let at = |share: f64| spans[((spans.len() - 1) as f64 * share) as usize];
        Self {
            p50: at(0.5),
            p99: at(0.99),
        }
    }
}

#[tokio::main]
async fn main() {
    chatcal::http::install_crypto();
    let runs = std::env::args()
        .skip_while(|arg| arg != "--runs")
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(RUNS);
    let mut done = Vec::new();
    for run in 1..=runs {
        eprintln!("run {run} of {runs}");
        done.push(one_run().await);
    }
    report(&done);
}

async fn one_run() -> Run {
    let people = people::World::new(PEOPLE).await;
    let (bot, ready) = Bot::start(&people).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle_mb = bot.resident_mb();
    people.connect(&bot).await;

    let (cpu, started) = (bot.cpu(), Instant::now());
    people.closed_loop(&bot, BOOKINGS, AT_ONCE).await;
    let wall = started.elapsed();
    let cpu_ms = (bot.cpu() - cpu).as_secs_f64() * 1000.0 / BOOKINGS as f64;
    let loaded_mb = bot.resident_mb();

    let fsync = bot.fsync_median();
    let spans = people.open_loop(&bot, RATE, SECONDS).await;
    Run {
        ready,
        idle_mb,
        loaded_mb,
        per_second: BOOKINGS as f64 / wall.as_secs_f64(),
        cpu_ms,
        acknowledged: Percentiles::of(spans.acknowledged),
        answered: Percentiles::of(spans.answered),
        fsync,
    }
}

fn report(runs: &[Run]) {
    let median = |value: &dyn Fn(&Run) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        (values[values.len() / 2], values[0], values[values.len() - 1])
    };
    let row = |what: &str, unit: &str, value: &dyn Fn(&Run) -> f64| {
        let (median, least, most) = median(value);
        println!("| {what} | {median:.2} {unit} | {least:.2} … {most:.2} |");
    };
    let ms = |span: Duration| span.as_secs_f64() * 1000.0;
    println!(
        "| figure | median of {} runs | least … most |\n|---|---|---|",
        runs.len()
    );
    row("bookings, 16 at a time", "/s", &|run| run.per_second);
    row("CPU of the bot's process", "ms a booking", &|run| run.cpu_ms);
    row("start to `/readyz`", "ms", &|run| ms(run.ready));
    row("resident, idle", "MB", &|run| run.idle_mb);
    row("resident, under load", "MB", &|run| run.loaded_mb);
    row("acknowledged at 500/s, median", "ms", &|run| ms(run.acknowledged.p50));
    row("acknowledged at 500/s, p99", "ms", &|run| ms(run.acknowledged.p99));
    row("answered with the link at 500/s, median", "ms", &|run| {
        ms(run.answered.p50)
    });
    row("answered with the link at 500/s, p99", "ms", &|run| {
        ms(run.answered.p99)
    });
    row("fsync on that disk, median", "ms", &|run| ms(run.fsync));
}
