//! How fast the reader is: `scripts/bench language`. What people write, by kind, and what nobody writes but anybody may send, at
//! three lengths, of which each is twice the one before: a shape that took more than twice as long would not be linear.
//! Nothing here is an assertion: timings of a shared machine are noise.

use std::hint::black_box;
use std::time::Duration;

use chatcal::language::{Policy, read, resolve, window};
use chatcal::zone::Zone;
use chrono::{DateTime, Utc};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const BOOKINGS: &[&str] = &[
    "book lunch with Ann friday at noon",
    "tomorrow 2pm for 30 minutes",
    "can you set up a call with Bo Lee next tuesday at 10:30",
    "please schedule a budget review on March 3rd from 9 to 11am in room 4.12",
    "hey could you pls put dentist on my calendar thursday at quarter past 4",
    "meeting with ann@example.org and bo@example.org on Monday 15:00, 45 min, about the move",
    "I need an hour with the team the day after tomorrow, after lunch",
    "Hi, I'm Rosa Marsh. I'd like to book a meeting for tomorrow at 2 PM for 30 minutes.",
    "block the next two hours",
    "dinner at Billy's Tavern on Saturday at 7",
    "remind me to call the bank in 2 hours",
    "9am on the first Monday of May, 3pm London time for the others",
];

const QUESTIONS: &[&str] = &[
    "what's on my calendar tomorrow",
    "am I free on friday between 2 and 4?",
    "when is my next meeting with Ann?",
    "do I have anything before 10 on monday",
    "find an hour for the three of us next week, not Friday",
    "is the review still at 3?",
];

const CHANGES: &[&str] = &[
    "move it to Friday",
    "make it 3",
    "no, wednesday instead of tuesday",
    "push the dentist back an hour",
    "cancel my meeting with Ann",
    "actually 45 minutes",
];

const REPEATING: &[&str] = &[
    "every Monday at 9",
    "standup on weekdays at 10 for 15 minutes",
    "every other Tuesday until June at 3pm",
    "gym monthly on the 1st at 18:00",
];

const SMALL_TALK: &[&str] = &[
    "thanks, that was quick!",
    "lol I was stuck in traffic again",
    "did anybody see the game last night?",
    "we are out of coffee",
    "my train leaves from the other platform, of course",
    "8 out of 10 people would say so",
];

const HOSTILE: &[(&str, &str)] = &[
    (
        "prose",
        "we should talk about the garden party some time since the caterer asks how many come ",
    ),
    ("times", "tomorrow at 3 or friday from 9 to 10 "),
    ("digits", "9"),
    ("commas", ","),
    ("quotation marks", "\""),
    ("brackets", "(<"),
    ("every", "every "),
    ("from", "from "),
    ("with", "with "),
    ("and", "Ann and "),
    ("dotted letters", "a.a."),
    ("addresses", "a@b.org "),
    ("half addresses", "a@b@"),
    ("a long link", "https://example.org/"),
    ("emoji", "😀"),
    ("combining marks", "e\u{301}\u{302}"),
    ("right to left", "\u{202e}שלום "),
    ("unseen", "a\u{200b}"),
];

/// In bytes; nothing longer is read to its end.
const LENGTHS: [usize; 3] = [2_000, 4_000, 8_000];

struct Reader {
    now: DateTime<Utc>,
    zone: Zone,
    policy: Policy,
}

impl Reader {
    /// What `chatcal parse --jsonl` does with a text.
    fn reads(&self, text: &str) {
        let reading = read(black_box(text));
        black_box(window(&reading, self.now, &self.zone, &self.policy));
        black_box(resolve(&reading, self.now, &self.zone, &self.policy));
    }
}

fn reader() -> Reader {
    Reader {
        now: "2026-11-22T09:30:00Z".parse().expect("a moment in RFC 3339"),
        zone: Zone::named("Europe/Berlin").expect("the database has Berlin"),
        policy: Policy::default(),
    }
}

fn typical(criterion: &mut Criterion) {
    let reader = reader();
    let mut group = criterion.benchmark_group("typical");
    for (kind, texts) in [
        ("bookings", BOOKINGS),
        ("questions", QUESTIONS),
        ("changes", CHANGES),
        ("repeating", REPEATING),
        ("small talk", SMALL_TALK),
    ] {
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function(kind, |bencher| {
            bencher.iter(|| texts.iter().for_each(|text| reader.reads(text)));
        });
    }
    group.finish();
}

fn hostile(criterion: &mut Criterion) {
    let reader = reader();
    let mut group = criterion.benchmark_group("hostile");
    group.warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_millis(500)).sample_size(20);
    for (shape, piece) in HOSTILE {
        for length in LENGTHS {
            let text = piece.repeat(length / piece.len());
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::new(*shape, length), &text, |bencher, text| {
                bencher.iter(|| reader.reads(text));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, typical, hostile);
criterion_main!(benches);
