//! What can be wrong with a policy, and its place in the file.

use std::fmt;
use std::ops::Range;

/// Why a text is not a valid policy: one fault or more, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    faults: Vec<Fault>,
}

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong: a lower-case fragment that holds the offending key or value.
    pub message: String,
    /// What to write instead, where that is known.
    pub hint: Option<String>,
    /// The key, such as `cookie.name`, where the fault is about one.
    pub key: Option<String>,
    /// Where in the file. The caller knows the file's name.
    pub place: Option<Position>,
}

/// A place in a text, as editors count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// How many characters are meant: 1 at least, and none of the next line.
    pub width: usize,
    /// The line itself.
    pub text: String,
}

impl Problem {
    /// `None` where nothing is wrong.
    pub(crate) fn of(mut faults: Vec<Fault>) -> Option<Self> {
        faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
        (!faults.is_empty()).then_some(Self { faults })
    }

    /// What is wrong; one fault at least.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self {
            faults: vec![fault],
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "line {}, column {}: ", place.line, place.column)?;
        }
        f.write_str(&self.message)
    }
}

impl Position {
    /// Finds a span of bytes. What does not lie on the text's characters is moved to where it does.
    pub(crate) fn of(text: &str, span: Range<usize>) -> Self {
        let start = char_boundary(text, span.start);
        let end = char_boundary(text, span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let rest = &text[line_start..];
        let line = rest.lines().next().unwrap_or_default();
        let line_end = (line_start + line.len()).max(start);
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: text[start..end.min(line_end)].chars().count().max(1),
            text: line.to_string(),
        }
    }
}

/// The last boundary between characters that is not behind `at`.
fn char_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[track_caller]
    fn check(text: &str, needle: &str, expected: (usize, usize, usize)) {
        let start = text.find(needle).unwrap();
        let place = Position::of(text, start..start + needle.len());
        assert_eq!((place.line, place.column, place.width), expected);
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check("name = 1", "name", (1, 1, 4));
        check("[cookie]\nname = 1", "1", (2, 8, 1));
        check("[cookie]\r\nname = 1\r\n", "1", (2, 8, 1));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        check("\"käse\" = 1", "1", (1, 10, 1));
        check("x = \"käse\"", "\"käse\"", (1, 5, 6));
    }

    #[test]
    fn a_span_ends_with_its_line() {
        check("x = [\n1,\n]", "[\n1,\n]", (1, 5, 1));
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        let place = Position::of("x = ", 4..4);
        assert_eq!((place.line, place.column, place.width), (1, 5, 1));
        let place = Position::of("x = 1\n", 6..6);
        assert_eq!((place.line, place.column, place.text.as_str()), (2, 1, ""));
    }
}
