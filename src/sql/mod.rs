//! The pool, the migrations and the one writer that groups commits. Rank 1.
