//! Commands. Rank 5.
