//! The typed code: the proof that the one who consented is the one who asked, where no other proof is at hand.

use super::adopt::Adopted;
use super::rules::Proof;
use crate::app::App;
use crate::app::turns::awaits_account;
use crate::domain::conversation::CodeJudged;
use crate::domain::person::PersonId;
use crate::sql::{Error, Tx};
use crate::store::sign_ins::{self, End, Stage};
use crate::vault::NewGrant;

/// How many codes may be typed; the last wrong one ends the sign-in.
const TRIES: i64 = 5;

/// What MACs are made for: the code itself, and what is kept of it.
const CODE: &str = "sign-in code to type";
const KEPT: &str = "sign-in code";

impl App {
    /// Judges the code that a person typed, without any network. The right one puts the grant that waited into force.
    pub(in crate::app) fn judge_code(
        &self,
        tx: &mut Tx<'_>,
        person: &PersonId,
        code: &str,
    ) -> Result<(CodeJudged, Option<Adopted>), Error> {
        let now = self.clock().now();
        let Some(sign_in) = sign_ins::awaiting_code(tx, person)?.filter(|sign_in| sign_in.expires_at > now) else {
            return Ok((CodeJudged::NoneWaiting, None));
        };
        let Stage::Code {
            pending,
            code: expected,
            wrong,
        } = sign_in.stage
        else {
            return Ok((CodeJudged::NoneWaiting, None));
        };
        if !self.is_code(&sign_in.id, code, &expected) {
            self.note(tx, person.as_str(), "refused", "a wrong code")?;
            return Ok((self.wrong_code(tx, &sign_in.id, TRIES - wrong - 1)?, None));
        }
        let opened = NewGrant::open(&self.parts().keys, &sign_in.id, &pending);
        let grant = opened.map_err(|error| Error::Nonsense(format!("sign_ins, row {}: {error}", sign_in.id)))?;
        let account = grant.account.clone();
        if self.may_link(tx, person, &account, Proof::Code)?.is_err() {
            // Somebody else was linked to it while the code was awaited.
            sign_ins::end(tx, &sign_in.id, End::Denied)?;
            return Ok((CodeJudged::NoneWaiting, None));
        }
        let access = self.0.unproven.take(&sign_in.id);
        let adopted = self.adopt(tx, person, grant, access)?;
        let goes_on = awaits_account(tx, person, self.clock().now())?;
        sign_ins::end(tx, &sign_in.id, End::Done { goes_on })?;
        Ok((CodeJudged::Right(account), Some(adopted)))
    }

    fn wrong_code(&self, tx: &mut Tx<'_>, id: &str, left: i64) -> Result<CodeJudged, Error> {
        sign_ins::count_wrong(tx, id)?;
        if left <= 0 {
            sign_ins::end(tx, id, End::Spent)?;
        }
        Ok(CodeJudged::Wrong {
            tries_left: u32::try_from(left).unwrap_or(0),
        })
    }

    /// The code of a sign-in: made from its id under our key, so that the page can show it again and nobody else can make it.
    pub(super) fn code(&self, id: &str) -> String {
        digits(&self.parts().keys.mac(CODE, id.as_bytes()))
    }

    /// The code that was made for a sign-in: the one of which `kept` is what was kept, under whichever key.
    pub(super) fn code_of(&self, id: &str, kept: &[u8]) -> Option<String> {
        let codes = self.parts().keys.macs(CODE, id.as_bytes()).map(|mac| digits(&mac));
        codes.into_iter().find(|code| self.is_code(id, code, kept))
    }

    /// What is kept of a code.
    pub(super) fn code_hash(&self, id: &str, code: &str) -> [u8; 32] {
        self.parts().keys.mac(KEPT, format!("{id}|{code}").as_bytes())
    }

    fn is_code(&self, id: &str, code: &str, kept: &[u8]) -> bool {
        self.parts().keys.is_mac(KEPT, format!("{id}|{code}").as_bytes(), kept)
    }
}

/// A MAC as a person types it. 2^64 is so much larger than a million that no code is noticeably likelier than another.
fn digits(mac: &[u8; 32]) -> String {
    let (draw, _) = mac.split_first_chunk::<8>().expect("a MAC has 32 bytes");
    format!("{:06}", u64::from_le_bytes(*draw) % 1_000_000)
}
