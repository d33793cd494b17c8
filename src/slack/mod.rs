//! Slack. Rank 3.
