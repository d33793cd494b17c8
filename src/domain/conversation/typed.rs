//! Words typed instead of pressing a button: its label, "yes", "the second one".

use chrono::{DateTime, Utc};

use super::Talk;
use crate::domain::choice::{Answer, Choice};
use crate::domain::letter::{Button, Tone};
use crate::domain::words;
use crate::language::{self, Pick, Reply};

/// What typed words come to.
pub(super) enum Typed {
    Button(Choice),
    /// They choose among several, and don't say which.
    Unclear,
}

impl Talk<'_> {
    /// The button that `text` stands for: one of any open question by its label, "no" the newest [Cancel]. What else agrees or
    /// chooses is about the newest question, since nothing older may happen by an unthinking "yes".
    pub(super) fn typed(&self, text: &str) -> Option<Typed> {
        let waiting = self.turn.conversation.open.iter().rev();
        let labelled = |label: &str| {
            let mut buttons = waiting.clone().flat_map(|open| open.stage.buttons());
            buttons.find(|button| button.label.to_lowercase() == label.to_lowercase())
        };
        if let Some(button) = labelled(text.trim().trim_end_matches(['.', '!'])) {
            return Some(Typed::Button(button.choice.clone()));
        }
        let reply = language::reply(text)?;
        let open = self.turn.conversation.open.last()?;
        let newest = open.stage.buttons();
        let offers = offers(newest);
        let answers = |wanted: &Answer| {
            let is_wanted = |button: &&Button| matches!(&button.choice, Choice::Answer(_, answer) if answer == wanted);
            newest.iter().find(is_wanted)
        };
        let found = match reply {
            Reply::No => return labelled(words::CANCEL).map(|button| Typed::Button(button.choice.clone())),
            Reply::Yes => match newest.iter().find(|button| button.tone == Tone::Primary) {
                Some(meant) => Some(meant),
                None if offers.len() > 1 => None,
                // Nothing that "yes" could answer was asked.
                None => Some(offers.first()?.1),
            },
            Reply::Other if open.stage.takes_another_time() => {
                return Some(Typed::Button(Choice::Answer(open.request.id, Answer::Other)));
            }
            Reply::Other => return None,
            Reply::Alone => Some(answers(&Answer::BookWithoutGuests)?),
            Reply::Invite => Some(answers(&Answer::InviteAndBook)?),
            Reply::Pick(Pick::Either) if !offers.is_empty() => {
                let likeliest = open.stage.likeliest().map(|plan| plan.start);
                let best = offers.iter().find(|(at, _)| Some(*at) == likeliest);
                best.or(offers.first()).map(|(_, button)| *button)
            }
            Reply::Pick(_) if offers.is_empty() => return None,
            Reply::Pick(pick) => picked(pick, &offers),
        };
        Some(found.map_or(Typed::Unclear, |button| Typed::Button(button.choice.clone())))
    }
}

/// The times that are offered.
fn offers(buttons: &[Button]) -> Vec<(DateTime<Utc>, &Button)> {
    let offers = buttons.iter().filter_map(|button| match button.choice {
        Choice::Answer(_, Answer::At(at)) => Some((at, button)),
        _ => None,
    });
    offers.collect()
}

fn picked<'a>(pick: Pick, offers: &[(DateTime<Utc>, &'a Button)]) -> Option<&'a Button> {
    let offer = match pick {
        Pick::Nth(place) => offers.get(place),
        Pick::Either => offers.first(),
        Pick::Last => offers.last(),
        Pick::Earlier => offers.iter().min_by_key(|(at, _)| at),
        Pick::Later => offers.iter().max_by_key(|(at, _)| at),
    };
    offer.map(|(_, button)| *button)
}
