//! Finds what somebody meant to write.

/// The candidate closest to `word`, if one is close: a slip or two, or the same but for case and hyphens.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = normal(word);
    let slips = |candidate: &str| strsim::damerau_levenshtein(&word, &normal(candidate));
    candidates
        .into_iter()
        .map(|candidate| (slips(candidate), candidate))
        .filter(|(slips, candidate)| *slips <= tolerance(&word, candidate))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

fn normal(word: &str) -> String {
    let same = |c: char| if matches!(c, '_' | ' ') { '-' } else { c };
    let mut normal: String = word.to_lowercase().chars().map(same).collect();
    normal.retain(|c| c != '-');
    normal
}

/// A third of the longer word may be wrong. Words of one or two letters are never near; nor are very long ones, which
/// take long to measure.
fn tolerance(word: &str, candidate: &str) -> usize {
    match word.len().max(candidate.len()) {
        3..=32 => (word.len().max(candidate.len()) + 1) / 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        let known = ["name", "max_age", "same_site", "http_only", "lax"];
        assert_eq!(nearest(word, known), expected);
    }

    #[test]
    fn a_slip_is_forgiven() {
        check("max_aeg", Some("max_age"));
        check("nmae", Some("name"));
        check("samesite", Some("same_site"));
    }

    #[test]
    fn case_and_hyphens_do_not_count() {
        check("Max-Age", Some("max_age"));
        check("HttpOnly", Some("http_only"));
        check("Lax", Some("lax"));
    }

    #[test]
    fn something_else_is_not_near() {
        check("colour", None);
        check("", None);
        check("x", None);
        check(&"name".repeat(1000), None);
    }
}
