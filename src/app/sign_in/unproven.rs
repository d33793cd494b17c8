//! Access tokens whose grant still waits for its person's code. They are nobody's until then, so they lie here in memory alone; one
//! that is lost, in a restart say, is asked for anew.

use moka::sync::Cache;

use super::CODE_LIFE;
use crate::domain::act::SignInId;
use crate::vault::NewAccess;

/// How many may wait at once; the least used leave first.
const SIGN_INS: u64 = 10_000;

/// By the sign-in that they came with.
pub struct Unproven(Cache<SignInId, NewAccess>);

impl Default for Unproven {
    fn default() -> Self {
        // The time only frees memory: whether a code comes in time is judged by the sign-in's row.
        let life = CODE_LIFE.to_std().expect("a code lives for minutes");
        Self(Cache::builder().max_capacity(SIGN_INS).time_to_live(life).build())
    }
}

impl Unproven {
    pub fn keep(&self, sign_in: &str, access: NewAccess) {
        self.0.insert(sign_in.to_owned(), access);
    }

    /// Hands it out, once.
    pub fn take(&self, sign_in: &str) -> Option<NewAccess> {
        self.0.remove(sign_in)
    }
}
