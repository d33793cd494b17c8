//! The scopes that the stand-in knows, as Google's consent page words them.

/// The one scope that reads and writes events on calendars that the person owns.
pub const CALENDAR: &str = "https://www.googleapis.com/auth/calendar.events.owned";

/// A permission that can be asked for.
#[derive(Debug)]
pub struct Scope {
    pub name: &'static str,
    /// What the person reads.
    pub words: &'static str,
    /// The person may untick it; the other ones only tell who they are.
    pub optional: bool,
}

const KNOWN: &[Scope] = &[
    Scope {
        name: "openid",
        words: "Associate you with your personal info on Google",
        optional: false,
    },
    Scope {
        name: "https://www.googleapis.com/auth/userinfo.email",
        words: "See your primary Google Account email address",
        optional: false,
    },
    Scope {
        name: "https://www.googleapis.com/auth/userinfo.profile",
        words: "See your personal info, including any personal info you've made publicly available",
        optional: false,
    },
    Scope {
        name: CALENDAR,
        words: "See, create, change, and delete events on Google calendars you own",
        optional: true,
    },
    Scope {
        name: "https://www.googleapis.com/auth/calendar.events.owned.readonly",
        words: "See the events on Google calendars you own",
        optional: true,
    },
    Scope {
        name: "https://www.googleapis.com/auth/calendar.events.freebusy",
        words: "See the availability on Google calendars you have access to",
        optional: true,
    },
];

/// The scope of that name. `email` and `profile` are short for longer names, and Google's answers use the long ones.
pub fn named(name: &str) -> Option<&'static Scope> {
    let long = match name {
        "email" => "https://www.googleapis.com/auth/userinfo.email",
        "profile" => "https://www.googleapis.com/auth/userinfo.profile",
        other => other,
    };
    KNOWN.iter().find(|scope| scope.name == long)
}
