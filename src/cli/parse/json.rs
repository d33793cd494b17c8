//! JSON (RFC 8259) written straight into a buffer, for the few shapes that an answer has. May import: std, chrono, `zone`.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};

use crate::zone::Zone;

/// What `write` makes of the value, or `null` where there is none.
pub(super) fn or_null<T>(out: &mut Vec<u8>, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.extend(b"null"),
    }
}

/// What `write` makes of each item, as an array.
pub(super) fn array<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// A string in quotation marks; what may not stand in one as it is (section 7) is escaped.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !matches!(byte, b'"' | b'\\' | ..=0x1f) {
            continue;
        }
        out.extend(&text.as_bytes()[plain..at]);
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            _ => out.extend(format!("\\u{byte:04x}").as_bytes()),
        }
        plain = at + 1;
    }
    out.extend(&text.as_bytes()[plain..]);
    out.push(b'"');
}

/// A moment as RFC 3339 writes it, to the second, with the zone's offset then: `"2026-11-24T14:00:00+01:00"`.
pub(super) fn moment(out: &mut Vec<u8>, at: DateTime<Utc>, zone: &Zone) {
    let (wall, offset) = (zone.wall(at), zone.offset(at));
    let (date, time) = (wall.date(), wall.time());
    let Ok(year @ 0..=9999) = u32::try_from(date.year()) else {
        // No four digits: chrono knows how such years are written.
        return string(out, &at.to_rfc3339_opts(SecondsFormat::Secs, true));
    };
    let minutes = offset.unsigned_abs() / 60;
    let mut told = *b"\"0000-00-00T00:00:00+00:00\"";
    for (at, part) in [
        (1, year / 100),
        (3, year % 100),
        (6, date.month()),
        (9, date.day()),
        (12, time.hour()),
        (15, time.minute()),
        (18, time.second()),
        (21, minutes / 60),
        (24, minutes % 60),
    ] {
        told[at..at + 2].copy_from_slice(&two_digits(part));
    }
    match offset {
        0 => {
            out.extend(&told[..20]);
            out.extend(b"Z\"");
        }
        ..0 => {
            told[20] = b'-';
            out.extend(told);
        }
        _ => out.extend(told),
    }
}

/// Of a number below a hundred.
fn two_digits(number: u32) -> [u8; 2] {
    [number / 10, number % 10].map(|digit| b"0123456789"[digit as usize % 10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_as_they_were() {
        let controls: String = (0..0x80).map(char::from).collect();
        for text in [
            "",
            "plain",
            "a \"b\" \\ c",
            "tab\tline\n",
            "Café ☕ \u{2028}",
            &controls,
        ] {
            let mut out = Vec::new();
            string(&mut out, text);
            let back: String = serde_json::from_slice(&out).unwrap();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn arrays_and_nothing() {
        let mut out = Vec::new();
        array(&mut out, ["a", "b"].into_iter(), string);
        array(&mut out, [].into_iter(), string);
        or_null(&mut out, None, string);
        assert_eq!(out, br#"["a","b"][]null"#);
    }

    #[test]
    fn moments_are_written_as_chrono_writes_them() {
        for (at, zone) in [
            ("2026-11-24T13:00:05Z", "Europe/Berlin"),
            ("2026-11-24T13:00:00.750Z", "UTC"),
            ("2026-01-01T02:00:00Z", "America/St_Johns"),
            ("0001-01-01T00:00:00Z", "Asia/Kathmandu"),
            ("9999-12-31T23:59:59Z", "Asia/Tokyo"),
        ] {
            let (at, zone): (DateTime<Utc>, _) = (at.parse().unwrap(), Zone::named(zone).unwrap());
            let mut out = Vec::new();
            moment(&mut out, at, &zone);
            let offset = chrono::FixedOffset::east_opt(zone.offset(at)).unwrap();
            let told = at.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Secs, true);
            let told = if told.starts_with('+') {
                at.to_rfc3339_opts(SecondsFormat::Secs, true)
            } else {
                told
            };
            assert_eq!(String::from_utf8(out).unwrap(), format!("\"{told}\""));
        }
    }
}
