//! Credential tiers. Rank 2.
