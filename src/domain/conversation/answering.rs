//! What words are to the newest open question: its answer, another request, or neither.

use super::{Request, Stage, Talk};
use crate::domain::choice::RequestId;
use crate::domain::letter::ReturnAddress;
use crate::domain::words;
use crate::language::{self, Answered, Courtesy, Intent, Reading};

/// What words are to an open question.
pub(super) enum Meant {
    Answer(Answered),
    /// None of what is offered.
    Denied(RequestId),
    /// Perhaps an answer, perhaps a request of its own.
    Unclear,
    Nothing,
}

pub(super) fn plainly(words: &str) -> Answered {
    Answered {
        words: words.to_owned(),
        subject: None,
        asks: false,
    }
}

impl Talk<'_> {
    /// The newest open question can be answered in words.
    pub(super) fn awaits_words(&self) -> bool {
        let newest = self.turn.conversation.open.last();
        newest.is_some_and(|open| open.stage.takes_words())
    }

    /// Puts an answer's words to the newest request and reads it again.
    pub(super) fn amend(&mut self, answer: Answered, to: ReturnAddress) {
        if let Some(open) = self.state().open.pop() {
            let mut request = Request {
                to,
                unsure: answer.asks,
                ..open.request
            };
            request.answers.push(answer.words);
            request.answers.extend(answer.subject);
            self.consider(request);
        }
    }

    /// What is no request: courtesy is answered in kind, and an open question is put again.
    pub(super) fn other_words(&mut self, text: &str, to: &ReturnAddress) {
        let asks = self.awaits_words();
        match language::courtesy(text) {
            Some(Courtesy::Greeting) | None if !self.turn.conversation.greeted => self.greet(to),
            Some(courtesy) if asks => self.remind(to, |request| words::courtesy_and_question(courtesy, request)),
            Some(courtesy) => {
                self.write(to, words::courtesy(courtesy));
            }
            None if asks => self.remind(to, |request| words::unclear(text, request)),
            None => {
                self.write(to, words::not_understood(text));
            }
        }
    }

    /// What words are to the newest question.
    pub(super) fn meant_as_answer(&self, text: &str, reading: &Reading) -> Meant {
        let Some(open) = self.turn.conversation.open.last() else {
            return Meant::Nothing;
        };
        if let Some(answer) = language::answered(text) {
            return Meant::Answer(answer);
        }
        if reading.is_answer() {
            return Meant::Answer(plainly(text));
        }
        if let (Stage::Asking { .. }, Some(zone)) = (&open.stage, language::zone_called(text)) {
            return Meant::Answer(plainly(zone.name()));
        }
        if open.stage.takes_another_time() && language::denied(text) {
            return Meant::Denied(open.request.id);
        }
        // "4pm, lovely": half a request that nobody ordered is rather an answer, but not one to book by.
        let half = reading.says_when() && !reading.says_day_and_time();
        if half && reading.intent() == Intent::Book && !language::orders(text) {
            return Meant::Unclear;
        }
        Meant::Nothing
    }
}
