//! The conversation: lines become messages, each answered before the next is read.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use super::courier::Console;
use crate::clock::Clock;
use crate::domain::incoming::{Delivery, Incoming, Said};
use crate::domain::person::PersonId;
use crate::domain::ports::Ear;

/// Who talks at this terminal, and how their lines are told apart from those of other runs.
#[derive(Clone, Debug)]
pub struct Talker {
    pub person: PersonId,
    /// How pages name them, without the `@`.
    pub handle: String,
    /// What pages call the place.
    pub workspace: String,
    /// Unique for this run of the program: part of every delivery key.
    pub run: String,
    /// Somebody types at a prompt. Otherwise lines come from a pipe, and are shown as if typed.
    pub interactive: bool,
}

/// Hands each line of `input` to `ear` and waits until `settled`, which returns once the person has their answer. Returns at the
/// end of the input.
///
/// # Errors
/// When the terminal or the input fails.
pub async fn converse(
    console: &Console,
    talker: &Talker,
    clock: &Clock,
    ear: &dyn Ear,
    mut input: impl AsyncBufRead + Unpin,
    settled: impl AsyncFn(),
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for number in 1.. {
        if talker.interactive {
            console.prompt()?;
        }
        bytes.clear();
        let read = input.read_until(b'\n', &mut bytes).await?;
        console.entered();
        if read == 0 {
            if talker.interactive {
                // The shell's prompt belongs on a line of its own.
                console.remark("")?;
            }
            break;
        }
        let text = String::from_utf8_lossy(&bytes);
        let line = text.trim_end_matches(['\n', '\r']);
        if talker.interactive && line.trim().is_empty() {
            continue;
        }
        if !talker.interactive {
            console.echo(line)?;
        }
        let heard = ear.hear(incoming(talker, number, line, clock)).await;
        match heard {
            Ok(()) => settled().await,
            Err(error) => console.remark(&format!("Not sent: {error}. Please say it again."))?,
        }
    }
    Ok(())
}

fn incoming(talker: &Talker, number: u64, line: &str, clock: &Clock) -> Incoming {
    Incoming {
        delivery: Delivery(format!("console|{}|{number}", talker.run)),
        person: talker.person.clone(),
        handle: talker.handle.clone(),
        workspace: talker.workspace.clone(),
        said: said(line),
        said_at: clock.now(),
        ways: vec![Console::way()],
    }
}

/// The commands of the other platforms work here too.
fn said(line: &str) -> Said {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word {
        "/book" => Said::Book(rest.to_owned()),
        "/chatcal" => Said::Chatcal(rest.to_owned()),
        _ => Said::Text(line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use tokio::sync::mpsc;

    use super::*;
    use crate::console::Look;
    use crate::domain::letter::{LetterKey, Message, Parcel};
    use crate::domain::ports::{Courier, NotHeard};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Page {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// Hears into a channel; refuses the word "full".
    struct Heard(mpsc::UnboundedSender<Incoming>);

    #[async_trait]
    impl Ear for Heard {
        async fn hear(&self, incoming: Incoming) -> Result<(), NotHeard> {
            if incoming.said == Said::Text("full".to_owned()) {
                return Err(NotHeard);
            }
            self.0.send(incoming).unwrap();
            Ok(())
        }
    }

    fn parcel(text: &str) -> Parcel {
        Parcel {
            key: LetterKey {
                person: PersonId::console("you"),
                seq: 1,
            },
            message: Message::text(text),
            silent: false,
            written_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    /// Runs `input` against an ear whose every message is answered only when `settled` is awaited.
    async fn run(input: &[u8], interactive: bool) -> (String, Vec<Incoming>) {
        let page = Page::default();
        let console = Console::new(Look::default(), Box::new(page.clone()));
        let (sender, mut heard) = mpsc::unbounded_channel();
        let talker = Talker {
            person: PersonId::console("you"),
            handle: "you".to_owned(),
            workspace: "here".to_owned(),
            run: "r".to_owned(),
            interactive,
        };
        let answered = Mutex::new(0);
        let settled = async || {
            let number = { *answered.lock().unwrap() + 1 };
            *answered.lock().unwrap() = number;
            console
                .post(&Console::way(), &parcel(&format!("answer {number}")))
                .await
                .unwrap();
        };
        converse(&console, &talker, &Clock::system(), &Heard(sender), input, settled)
            .await
            .unwrap();
        let mut all = Vec::new();
        while let Ok(incoming) = heard.try_recv() {
            all.push(incoming);
        }
        (page.text(), all)
    }

    #[tokio::test]
    async fn from_a_pipe_each_line_is_answered_before_the_next_is_read() {
        let (page, heard) = run(b"one\r\n\nfull\n/book \xff two", false).await;
        assert_eq!(
            page,
            "you> one\nbot> answer 1\nyou> \nbot> answer 2\nyou> full\nNot sent: the message could not be stored. Please say it again.\n\
             you> /book \u{fffd} two\nbot> answer 3\n"
        );
        let deliveries: Vec<&str> = heard.iter().map(|incoming| incoming.delivery.0.as_str()).collect();
        assert_eq!(deliveries, ["console|r|1", "console|r|2", "console|r|4"]);
        assert_eq!(heard[2].said, Said::Book("\u{fffd} two".to_owned()));
    }

    #[tokio::test]
    async fn at_a_terminal_an_empty_line_says_nothing() {
        let (page, heard) = run(b"\n  \nhelp\n", true).await;
        assert_eq!(page, "you> you> you> bot> answer 1\nyou> \n");
        assert_eq!(heard.len(), 1);
    }

    #[tokio::test]
    async fn a_letter_that_comes_while_somebody_types_takes_the_prompts_line() {
        let page = Page::default();
        let console = Console::new(Look::default(), Box::new(page.clone()));
        console.prompt().unwrap();
        console.post(&Console::way(), &parcel("late")).await.unwrap();
        assert_eq!(page.text(), "you> \r\u{1b}[Kbot> late\nyou> ");
    }
}
