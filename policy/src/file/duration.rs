//! Lengths of time as people write them: `"730d"`, `"12h"`; and as they read them: `400 days`.

pub(crate) const DAY: u64 = 86_400;

/// The longest time that is never more than 13 calendar months.
pub(crate) const THIRTEEN_MONTHS: u64 = 393 * DAY;

/// The units, longest first, with their seconds.
const UNITS: [(char, u64); 5] = [
    ('w', 604_800),
    ('d', DAY),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];

/// Reads a whole number and one unit, and gives seconds. A time too long to count is as long as can be counted.
///
/// # Errors
///
/// What to write instead.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let seconds = UNITS.iter().find(|(letter, _)| is_letter(unit, *letter));
    match seconds {
        Some((_, seconds)) if !number.is_empty() => {
            let number = number.parse().unwrap_or(u64::MAX);
            Ok(u64::saturating_mul(number, *seconds))
        }
        _ => Err(correction(number, unit.trim())),
    }
}

/// Writes seconds with the longest unit that leaves no rest. Weeks are not used, because lifetimes are counted in days.
pub(crate) fn write(seconds: u64) -> String {
    let units = UNITS.iter().filter(|(letter, _)| *letter != 'w');
    let (letter, unit) = units
        .clone()
        .find(|(_, unit)| seconds.is_multiple_of(*unit) && seconds > 0)
        .unwrap_or(&('s', 1));
    format!("{}{letter}", seconds / unit)
}

/// A time in words, rounded down: `400 days`, `13 hours`.
pub fn in_words(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / DAY, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

fn is_letter(unit: &str, letter: char) -> bool {
    let mut chars = unit.chars();
    chars.next() == Some(letter) && chars.next().is_none()
}

/// The time that somebody meant, where the unit is a word, an upper-case letter, or a unit that is not taken.
fn correction(number: &str, unit: &str) -> String {
    let meant = number.parse::<u64>().ok().and_then(|number| {
        let (times, letter) = match unit.to_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => (1, 's'),
            "m" | "min" | "mins" | "minute" | "minutes" => (1, 'm'),
            "h" | "hr" | "hrs" | "hour" | "hours" => (1, 'h'),
            "d" | "day" | "days" => (1, 'd'),
            "w" | "week" | "weeks" => (1, 'w'),
            "mo" | "month" | "months" => (30, 'd'),
            "y" | "yr" | "year" | "years" => (365, 'd'),
            _ => return None,
        };
        Some(format!("write \"{}{letter}\"", number.checked_mul(times)?))
    });
    meant.unwrap_or_else(|| {
        "write a whole number and a unit, s, m, h, d or w, such as \"730d\"".to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::{DAY, in_words, parse, write};

    #[track_caller]
    fn check(text: &str, expected: Result<u64, &str>) {
        assert_eq!(parse(text), expected.map_err(str::to_string));
    }

    #[test]
    fn every_unit_is_read() {
        check("1s", Ok(1));
        check("1m", Ok(60));
        check("1h", Ok(3_600));
        check("730d", Ok(63_072_000));
        check("2w", Ok(1_209_600));
    }

    #[test]
    fn a_time_too_long_to_count_is_as_long_as_can_be_counted() {
        check("99999999999999999999d", Ok(u64::MAX));
        check("18446744073709551615w", Ok(u64::MAX));
    }

    #[test]
    fn other_spellings_are_put_right() {
        check("730 days", Err("write \"730d\""));
        check("730D", Err("write \"730d\""));
        check("2 years", Err("write \"730d\""));
        check("13 months", Err("write \"390d\""));
        check("10 min", Err("write \"10m\""));
        check("5 seconds", Err("write \"5s\""));
        check("3 hrs", Err("write \"3h\""));
        check("2 weeks", Err("write \"2w\""));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        let hint = "write a whole number and a unit, s, m, h, d or w, such as \"730d\"";
        for text in [
            "",
            "d",
            "-1d",
            "1.5d",
            "1d12h",
            "730",
            "ever",
            "٣d",
            "1 fortnight",
        ] {
            check(text, Err(hint));
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for seconds in [
            0,
            1,
            59,
            60,
            3_600,
            86_400,
            604_800,
            63_072_000,
            63_072_001,
            u64::MAX,
        ] {
            assert_eq!(parse(&write(seconds)), Ok(seconds));
        }
        assert_eq!(write(63_072_000), "730d");
        assert_eq!(write(0), "0s");
    }

    #[test]
    fn times_in_words_are_rounded_down() {
        let all = [0, 1, 90, 3_600, 46_800, DAY, 2 * DAY, 400 * DAY].map(in_words);
        let expected = [
            "0 seconds",
            "1 second",
            "90 seconds",
            "60 minutes",
            "13 hours",
            "24 hours",
            "2 days",
            "400 days",
        ];
        assert_eq!(all, expected);
    }
}
