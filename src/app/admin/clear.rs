//! Clearing what can't be used: first said, then done.

use super::NotDone;
use crate::app::App;
use crate::domain::admin::{Answer, Cleared};
use crate::domain::inspection::{Health, State, TierLine};
use crate::domain::person::PersonId;
use crate::domain::words;
use crate::vault::Swept;

impl App {
    /// What may be all that is left of a grant goes only where that is said: it is mostly a setting of this shell that is wrong.
    pub(super) async fn clear(
        &self,
        person: &PersonId,
        tier: Option<&str>,
        apply: bool,
        even_the_last: bool,
    ) -> Result<Answer, NotDone> {
        let names = self.parts().vault.tier_names();
        if let Some(unknown) = tier.filter(|tier| !names.contains(tier)) {
            let names = names.join(", ");
            return Err(NotDone::Refused(format!(
                "there is no tier {unknown:?}; there are: {names}"
            )));
        }
        let found = self.inspection(person).await?;
        let meant = |name: &str| tier.is_none_or(|tier| tier == name);
        let may_go = |line: &TierLine| match line.state {
            // With the old key it may open again: it goes only where its tier is named.
            State::UnknownKey => tier.is_some(),
            _ => line.state.is_unusable(),
        };
        let lines = found
            .tiers
            .into_iter()
            .filter(|line| line.tier != "memory" && meant(&line.tier));
        let (gone, kept): (Vec<_>, Vec<_>) = lines.partition(may_go);
        let silent = kept.iter().filter(|line| matches!(line.state, State::Down { .. }));
        let silent: Vec<_> = silent.map(|line| line.tier.as_str()).collect();
        let forgotten = self.parts().vault.forgettable(person, tier, &silent).await?;
        let mut cleared = Cleared {
            person: person.clone(),
            name: found.name,
            last: matches!(found.health, Health::Blocked | Health::Unreachable { .. })
                && gone.iter().any(|line| line.state.may_be_good()),
            gone,
            forgotten,
            kept: kept
                .into_iter()
                .filter(|line| tier.is_some() || !line.state.is_fine())
                .collect(),
            applied: apply,
        };
        if apply && cleared.last && !even_the_last {
            return Err(NotDone::Refused(words::credentials::the_last(&cleared)));
        }
        if apply {
            let swept = self.parts().vault.clear(person, tier).await?;
            // What a tier did not let go of is told as it is, and not as it was meant.
            let (gone, stayed) = cleared
                .gone
                .into_iter()
                .partition(|line| swept.tiers.contains(&line.tier.as_str()));
            cleared.gone = gone;
            cleared.forgotten = swept.forgotten.clone();
            cleared
                .kept
                .extend(stayed.into_iter().map(|line| of_what_stayed(line, &swept)));
        }
        Ok(Answer::Cleared(cleared))
    }
}

/// The line of a record that its tier did not let go of.
fn of_what_stayed(line: TierLine, swept: &Swept) -> TierLine {
    let why = swept.down.iter().find(|(tier, _)| *tier == line.tier);
    match why {
        Some((_, why)) => TierLine {
            state: State::Down { why: why.clone() },
            ..line
        },
        None => line,
    }
}
