//! A request and the lines that answer, correct or refuse: `scripts/fuzz answers`.
#![no_main]

use chatcal_fuzz::language::{correction, read, reply};
use chatcal_fuzz::{holds, moment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (seed, text) = data.split_at(data.len().min(5));
    let text = String::from_utf8_lossy(text);
    let (now, zone) = moment(seed);
    let mut lines = text.split('\n');
    let mut request = read(lines.next().unwrap_or_default());
    for line in lines.take(8) {
        reply(line);
        let answer = correction(line).unwrap_or_else(|| line.to_owned());
        request = request.with(&read(&answer));
        holds(&request, now, &zone);
    }
});
