//! Discord. Rank 3.
