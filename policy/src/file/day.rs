//! Days as people write them, `2030-12-31`, and as the core counts them: in Unix seconds, from midnight UTC.

const DAY: u64 = 86_400;

/// The beginning of a day from 1970 to 9999, UTC; `None` for a day that no calendar has. A time behind the day, as
/// dates of TOML may have, is none.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let numbers: Vec<&str> = text.split('-').collect();
    let [year, month, day] = numbers[..] else {
        return None;
    };
    let number = |text: &str, len| {
        let digits = text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok())?
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let valid =
        year >= 1970 && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
    valid.then(|| (days_before(year, month) + day - 1) * DAY)
}

/// The day in which a second falls.
pub(crate) fn write(seconds: u64) -> String {
    let mut left = seconds / DAY;
    let (mut year, mut month) = (1970, 1);
    while left >= 365 + leap(year) {
        left -= 365 + leap(year);
        year += 1;
    }
    while left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

fn days_before(year: u64, month: u64) -> u64 {
    let years: u64 = (1970..year).map(|year| 365 + leap(year)).sum();
    let months: u64 = (1..month).map(|month| length(year, month)).sum();
    years + months
}

const fn length(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + leap(year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn leap(year: u64) -> u64 {
    (year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)) as u64
}

#[cfg(test)]
mod tests {
    use super::{parse, write};

    #[track_caller]
    fn check(text: &str, seconds: u64) {
        assert_eq!(parse(text), Some(seconds));
        assert_eq!(write(seconds), text);
    }

    #[test]
    fn days_are_counted_from_1970() {
        check("1970-01-01", 0);
        check("2000-02-29", 951_782_400);
        check("2024-12-30", 1_735_516_800);
        check("2024-12-31", 1_735_603_200);
        check("2026-11-23", 1_795_392_000);
        check("9999-12-31", 253_402_214_400);
    }

    #[test]
    fn days_that_no_calendar_has_are_none() {
        let none = [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-32",
            "26-01-01",
            "2026-1-1",
            "1969-12-31",
            "2026-01-01T00:00:00Z",
            "soon",
            "",
        ];
        assert!(none.iter().all(|text| parse(text).is_none()));
    }
}
