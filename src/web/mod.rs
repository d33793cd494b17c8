//! HTTP routes and pages. Rank 4.
