//! Which methods and events we use, and the scopes they need: the manifest may ask for these and nothing more.
//!
//! Source: each method's and event's page in Slack's reference.

/// A Web API method and the bot scopes that it, or a field of its answer that we read, needs.
pub struct Method {
    pub name: &'static str,
    pub scopes: &'static [&'static str],
}

/// Every method that is called with the bot's token.
pub const METHODS: [Method; 8] = [
    Method {
        name: "auth.test",
        scopes: &[],
    },
    Method {
        name: "chat.postMessage",
        scopes: &["chat:write"],
    },
    Method {
        name: "chat.postEphemeral",
        scopes: &["chat:write"],
    },
    Method {
        name: "chat.update",
        scopes: &["chat:write"],
    },
    // Of direct messages only, as the next one.
    Method {
        name: "conversations.history",
        scopes: &["im:history"],
    },
    Method {
        name: "conversations.replies",
        scopes: &["im:history"],
    },
    Method {
        name: "conversations.open",
        scopes: &["im:write"],
    },
    // The second one for `profile.email`.
    Method {
        name: "users.info",
        scopes: &["users:read", "users:read.email"],
    },
];

/// Every event that is listened to, with the scope that its subscription needs.
pub const EVENTS: [(&str, &str); 2] = [("app_mention", "app_mentions:read"), ("message.im", "im:history")];

/// Every slash command; together they need `commands`.
pub const COMMANDS: [&str; 3] = ["/book", "/chatcal", "/chatcal-admin"];
