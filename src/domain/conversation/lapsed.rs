//! Questions whose time is up, and those that are put again before.

use serde::{Deserialize, Serialize};

use super::stage::Open;
use super::{Request, Talk};
use crate::domain::choice::RequestId;
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::words;

/// A question that nobody answered: the words of its request are gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lapsed {
    request: RequestId,
    to: ReturnAddress,
    letter: i64,
}

impl Lapsed {
    /// An account that was not connected is no question: its link has told when it expired.
    pub fn of(Open { request, stage }: Open) -> Option<Self> {
        let letter = request.question.filter(|_| stage.takes_words())?;
        Some(Self {
            request: request.id,
            to: request.to,
            letter,
        })
    }
}

impl Talk<'_> {
    /// The time for an answer is up.
    pub(super) fn question_expired(&mut self, request: RequestId) {
        // One machine's clock may be ahead of another's.
        let overdue = self.take_open(request).and_then(Lapsed::of);
        let lapsed = &mut self.state().lapsed;
        let told = lapsed.iter().position(|lapsed| lapsed.request == request);
        // Neither: it was answered, or let go.
        let lapsed = overdue.or(told.map(|place| lapsed.remove(place)));
        if let Some(Lapsed { to, letter, .. }) = lapsed {
            self.letter(&to, words::unanswered(), Some(letter), true);
        }
    }

    /// Writes that the newest question is still open, with its buttons.
    pub(super) fn remind(&mut self, to: &ReturnAddress, message: impl FnOnce(&Request) -> Message) {
        if let Some(open) = self.turn.conversation.open.last() {
            let message = message(&open.request).buttons(open.stage.buttons().to_vec());
            let letter = self.write(to, message);
            if let Some(open) = self.state().open.last_mut() {
                open.request.question = Some(letter);
            }
        }
    }
}
