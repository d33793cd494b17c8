//! The use-cases. Rank 3: knows no chat platform.
