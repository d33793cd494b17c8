//! Deadlines, Retry-After, backoff and the circuit breaker around reqwest. Rank 0: imports `clock` and `entropy`.
