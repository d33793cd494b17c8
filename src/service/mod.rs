//! Wiring, workers, shutdown. Rank 4.
