//! The terminal's other side: what the console wrote, read back as people read it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::chat::Heard;

/// What stands on the screen, cheap to clone.
#[derive(Clone, Default)]
pub struct Screen(Arc<Shared>);

#[derive(Default)]
struct Shared {
    text: Mutex<String>,
    read: Mutex<usize>,
    changed: Notify,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.text.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.changed.notify_waiters();
        Ok(())
    }
}

impl Screen {
    /// Everything so far.
    pub fn text(&self) -> String {
        self.0.text.lock().unwrap().clone()
    }

    pub async fn next(&self) -> Heard {
        loop {
            let changed = self.0.changed.notified();
            {
                let mut read = self.0.read.lock().unwrap();
                if let Some(letter) = self.letters().into_iter().nth(*read) {
                    *read += 1;
                    return letter;
                }
            }
            changed.await;
        }
    }

    pub fn unread(&self) -> usize {
        self.letters().len() - *self.0.read.lock().unwrap()
    }

    fn letters(&self) -> Vec<Heard> {
        let text = self.text();
        let mut letters: Vec<Vec<String>> = Vec::new();
        let mut ours = false;
        for line in text.lines() {
            if let Some(first) = line.strip_prefix("bot> ") {
                letters.push(vec![first.to_owned()]);
                ours = true;
            } else if let (true, Some(more), Some(letter)) = (ours, line.strip_prefix("     "), letters.last_mut()) {
                letter.push(more.to_owned());
            } else {
                ours = false;
            }
        }
        letters.into_iter().map(letter).collect()
    }
}

/// The buttons stand in brackets at the end, behind the words or on a line of their own.
fn letter(lines: Vec<String>) -> Heard {
    let all = lines.join("\n");
    let row = regex::Regex::new(r"(?:\n|   )((?:\[[^\]\n]+\] ?)+)$").unwrap();
    let (text, buttons) = match row.captures(&all) {
        Some(found) => {
            let whole = found.get(0).unwrap();
            let labels = found[1].trim().trim_start_matches('[').trim_end_matches(']');
            let labels = labels.split("] [").map(str::to_owned).collect();
            (all[..whole.start()].to_owned(), labels)
        }
        None => (all.clone(), Vec::new()),
    };
    Heard {
        text,
        buttons,
        ephemeral: false,
        edited: false,
        silent: false,
    }
}
