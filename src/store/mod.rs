//! Rows to domain values and back. Rank 2.
