//! From when until when a part of the day lasts. May import: chrono's times, `meaning`, `words`.

use chrono::Timelike;

use super::meaning::Policy;
use super::words::{Part, Share};

/// From when until when a part of the day lasts, in minutes of the day.
pub(super) fn hours(part: Part, share: Share, policy: &Policy) -> (i64, i64) {
    let hours = |from: i64, to: i64| (from * 60, to * 60);
    let work_ends = i64::from(policy.workday.end.num_seconds_from_midnight() / 60);
    match (part, share) {
        (_, Share::Tonight) => hours(18, 24),
        (_, Share::EndOfWork) => (work_ends - 60, work_ends),
        (_, Share::AfterWork) => (work_ends, 21 * 60),
        (Part::Morning, Share::AfterMeal) => hours(9, 12),
        (Part::Afternoon, Share::AfterMeal) => hours(14, 17),
        (_, Share::AfterMeal) => hours(20, 23),
        (Part::Morning, Share::Meal) => hours(7, 9),
        (Part::Morning, Share::Whole) => hours(8, 12),
        (Part::Morning, Share::Early) => hours(6, 9),
        (Part::Morning, Share::Late) => hours(10, 12),
        (Part::Afternoon, Share::Meal) => hours(12, 14),
        (Part::Afternoon, Share::Whole) => hours(12, 17),
        (Part::Afternoon, Share::Early) => hours(12, 15),
        (Part::Afternoon, Share::Late) => hours(15, 17),
        (Part::Evening, Share::Meal) => hours(18, 20),
        (Part::Evening, Share::Whole) => hours(17, 21),
        (Part::Evening, Share::Early) => hours(17, 19),
        (Part::Evening, Share::Late) => hours(20, 22),
        (Part::Night, Share::Whole | Share::Early | Share::Meal) => hours(21, 24),
        (Part::Night, Share::Late) => hours(22, 24),
    }
}
