//! The terminal as a chat platform. Rank 3.
