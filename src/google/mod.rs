//! Google OAuth and Calendar, errors sorted by remedy. Rank 2.
