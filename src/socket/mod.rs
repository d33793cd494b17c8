//! The one reconnecting websocket. Rank 1.
