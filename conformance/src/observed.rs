//! What came out of a decision, as text, and how it differs from what should have.

use std::fmt;

use hardtack::{Decision, Edit, RequestEdits, SetCookie};

/// What a runtime did with an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The outcome's word.
    pub outcome: String,
    /// The reason's word.
    pub reason: String,
    /// The visitor's id, where the exchange was not skipped.
    pub id: Option<String>,
    /// The `Set-Cookie` values that were appended, in order; the origin's do not count.
    pub set_cookie: Vec<String>,
    /// The other headers that were set, names as written.
    pub headers: Vec<(String, String)>,
    /// The other headers that were appended, after the origin's of the same name.
    pub append: Vec<(String, String)>,
    /// The headers that were removed.
    pub remove: Vec<String>,
    /// What the origin gets in place of what the client sent: a header and its value, or none where it is only removed.
    pub origin: Vec<(String, Option<String>)>,
    /// The log line, where the policy asks for one.
    pub log: Option<String>,
}

impl Observed {
    /// What a native decision did to the response.
    pub fn of(decision: &Decision<'_>, log: Option<String>) -> Self {
        let mut observed = Self {
            outcome: decision.outcome().to_string(),
            reason: decision.reason().to_string(),
            id: decision.id().map(|id| id.to_string()),
            log,
            ..Self::default()
        };
        for edit in decision.edits() {
            match edit {
                Edit::AppendSetCookie(value) => observed.set_cookie.push(rendered(value)),
                Edit::SetHeader(name, value) => {
                    observed.headers.push((name.to_string(), value.to_string()));
                }
                Edit::AppendHeader(name, value) => {
                    observed.append.push((name.to_string(), value.to_string()));
                }
                Edit::RemoveHeader(name) => observed.remove.push(name.to_string()),
                // A kind of edit that the contract cannot speak of yet must not pass unseen.
                other => observed
                    .headers
                    .push(("?".to_string(), format!("{other:?}"))),
            }
        }
        observed
    }

    /// Adds the edits of the request that the origin receives.
    #[must_use]
    pub fn with_origin(mut self, edits: RequestEdits<'_>) -> Self {
        for edit in edits {
            self.origin.push(match edit {
                Edit::SetHeader(name, value) => (name.to_string(), Some(value.to_string())),
                Edit::RemoveHeader(name) => (name.to_string(), None),
                other => ("?".to_string(), Some(format!("{other:?}"))),
            });
        }
        self
    }

    pub(crate) fn differences(&self, got: &Self) -> Vec<Difference> {
        let fields = [
            (
                "outcome",
                format!("{:?}", self.outcome),
                format!("{:?}", got.outcome),
            ),
            (
                "reason",
                format!("{:?}", self.reason),
                format!("{:?}", got.reason),
            ),
            ("id", format!("{:?}", self.id), format!("{:?}", got.id)),
            (
                "set_cookie",
                lines(&self.set_cookie),
                lines(&got.set_cookie),
            ),
            ("headers", lines(&self.headers), lines(&got.headers)),
            ("append", lines(&self.append), lines(&got.append)),
            ("remove", lines(&self.remove), lines(&got.remove)),
            ("origin", lines(&self.origin), lines(&got.origin)),
            ("log", format!("{:?}", self.log), format!("{:?}", got.log)),
        ];
        fields
            .into_iter()
            .filter(|(_, expected, got)| expected != got)
            .map(|(field, expected, got)| Difference {
                field,
                expected,
                got,
            })
            .collect()
    }
}

/// The value as adapters write it, into a buffer.
fn rendered(value: SetCookie<'_>) -> String {
    let mut buffer = vec![0; value.len()];
    let line = value.render(&mut buffer).unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}

/// One entry to a line, indented, so that two lists can be compared by eye.
fn lines<T: fmt::Debug>(entries: &[T]) -> String {
    match entries {
        [] => "nothing".to_string(),
        [only] => format!("{only:?}"),
        many => many
            .iter()
            .map(|entry| format!("\n      {entry:?}"))
            .collect(),
    }
}

/// A field that came out other than it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    field: &'static str,
    expected: String,
    got: String,
}

/// How what came out differs from what a case expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub(crate) case: String,
    pub(crate) why: Option<String>,
    pub(crate) differences: Vec<Difference>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.case)?;
        if let Some(why) = &self.why {
            write!(f, " ({why})")?;
        }
        if self.differences.is_empty() {
            f.write_str("\n  holds: take it off the list of known failures")?;
        }
        for Difference {
            field,
            expected,
            got,
        } in &self.differences
        {
            write!(
                f,
                "\n  {field}\n    expected: {expected}\n    got:      {got}"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

#[cfg(test)]
mod tests {
    use super::{Mismatch, Observed};

    fn issued() -> Observed {
        Observed {
            outcome: "issued".to_string(),
            reason: "new_visitor".to_string(),
            id: Some("an id".to_string()),
            set_cookie: vec!["FPD=an id".to_string()],
            ..Observed::default()
        }
    }

    #[track_caller]
    fn check(got: &Observed, expected: &str) {
        let mismatch = Mismatch {
            case: "file: A case.".to_string(),
            why: Some("RFC 0".to_string()),
            differences: issued().differences(got),
        };
        assert_eq!(mismatch.to_string(), expected);
    }

    #[test]
    fn what_is_the_same_makes_no_difference() {
        assert_eq!(issued().differences(&issued()), []);
    }

    #[test]
    fn every_field_that_differs_is_shown_with_both_values() {
        let mut got = issued();
        got.outcome = "renewed".to_string();
        check(
            &got,
            "file: A case. (RFC 0)\n  outcome\n    expected: \"issued\"\n    got:      \"renewed\"",
        );
    }

    #[test]
    fn lists_are_shown_one_entry_to_a_line() {
        let mut got = issued();
        got.set_cookie.push("FPD=another".to_string());
        check(
            &got,
            "file: A case. (RFC 0)\n  set_cookie\n    expected: \"FPD=an id\"\n    got:      \n      \"FPD=an id\"\n      \"FPD=another\"",
        );
        got.set_cookie.clear();
        check(
            &got,
            "file: A case. (RFC 0)\n  set_cookie\n    expected: \"FPD=an id\"\n    got:      nothing",
        );
    }
}
