//! Stand-ins for Google, Slack and Discord. Imports nothing of ours.
