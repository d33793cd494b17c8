//! How something repeats, in words.

use chrono::{Weekday, WeekdaySet};

use crate::language::{Frequency, Places, Rule};

/// "every Monday and Thursday", "every 2 weeks on Tuesday", "on the first Monday of every month".
pub fn rule(rule: &Rule) -> String {
    let each = |unit: &str| match rule.interval {
        1 => format!("every {unit}"),
        count => format!("every {count} {unit}s"),
    };
    let days = weekdays(rule.weekdays);
    match rule.frequency {
        Frequency::Hourly => each("hour"),
        Frequency::Daily => each("day"),
        Frequency::Weekly if rule.weekdays.is_empty() => each("week"),
        Frequency::Weekly if rule.interval == 1 => format!("every {days}"),
        Frequency::Weekly => format!("{} on {days}", each("week")),
        Frequency::Monthly if !rule.places.is_empty() => {
            format!("on the {} {days} of {}", places(rule.places), each("month"))
        }
        Frequency::Monthly if !rule.month_days.is_empty() => {
            let named = places(rule.month_days);
            let day = if named.ends_with("last") { " day" } else { "" };
            format!("on the {named}{day} of {}", each("month"))
        }
        Frequency::Monthly => each("month"),
        Frequency::Yearly => match rule
            .month
            .and_then(|month| u8::try_from(month).ok())
            .map(chrono::Month::try_from)
        {
            Some(Ok(month)) => format!("{} on {} {}", each("year"), numbers(rule.month_days), month.name()),
            _ => each("year"),
        },
    }
}

fn weekdays(days: WeekdaySet) -> String {
    let workdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    if days == WeekdaySet::from_array(workdays) {
        return "weekday".to_owned();
    }
    joined(days.iter(Weekday::Mon).map(|day| name(day).to_owned()).collect())
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// "first", "1st and 15th", "last".
fn places(places: Places) -> String {
    let place = |number: i32| match number {
        -1 => "last".to_owned(),
        11..=13 => format!("{number}th"),
        _ => match number % 10 {
            1 => format!("{number}st"),
            2 => format!("{number}nd"),
            3 => format!("{number}rd"),
            _ => format!("{number}th"),
        },
    };
    joined(places.numbers().map(place).collect())
}

fn numbers(places: Places) -> String {
    joined(places.numbers().map(|number| number.to_string()).collect())
}

/// "Monday, Wednesday and Friday"
fn joined(mut words: Vec<String>) -> String {
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::read;

    #[test]
    fn rules_in_words() {
        for (said, told) in [
            ("every Monday at 9", "every Monday"),
            ("Mondays and Thursdays at 9", "every Monday and Thursday"),
            ("weekdays at 10", "every weekday"),
            (
                "every 2 weeks on Tue, Wed and Thu",
                "every 2 weeks on Tuesday, Wednesday and Thursday",
            ),
            ("weekly at 3pm", "every week"),
            ("every 3 days", "every 3 days"),
            ("first Monday of every month", "on the 1st Monday of every month"),
            ("every last Friday", "on the last Friday of every month"),
            ("every month on the 1st and 22nd", "on the 1st and 22nd of every month"),
            ("the last day of every month", "on the last day of every month"),
            ("every quarter", "every 3 months"),
            ("yearly on 3 March", "every year on 3 March"),
        ] {
            assert_eq!(rule(&read(said).rule().unwrap()), told, "{said}");
        }
    }
}
