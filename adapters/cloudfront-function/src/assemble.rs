//! Takes the marked parts of a source that some features ask for, and leaves the rest.

/// What begins a part, followed by its name.
const BEGIN: &str = "//[";
/// What ends the innermost part.
const END: &str = "//]";

/// A part that is not a feature's: words about the source itself, which no artifact needs.
const ABOUT: &str = "file";
/// The part in whose place the policy's constants go.
const POLICY: &str = "policy";

/// The part of those who are told outcome, reason and id.
const TELL: &str = "tell";

/// The source with the policy's constants in place, and with the parts of these names only, of which one may stand in
/// another.
/// Where nobody is told, `tell(…)` is not asked what there was to tell.
pub(crate) fn assemble(source: &str, constants: &str, names: &[&str]) -> String {
    let text = taken(source, constants, names);
    match names.contains(&TELL) {
        true => text,
        false => untold(&text),
    }
}

/// Every `return tell(…);` as a `return;`. One in parentheses ends with the first semicolon, too: reasons hold none.
fn untold(text: &str) -> String {
    let mut pieces = text.split("return tell(");
    let mut told = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let rest = piece.split_once(';').map_or("", |(_, rest)| rest);
        told.push_str("return;");
        told.push_str(rest);
    }
    told
}

fn taken(source: &str, constants: &str, names: &[&str]) -> String {
    let mut text = String::with_capacity(source.len());
    let mut parts = Vec::new();
    for line in source.lines() {
        let trimmed = line.trim_start();
        if let Some(name) = trimmed.strip_prefix(BEGIN) {
            if name == POLICY && parts.iter().all(|wanted| *wanted) {
                text.push_str(constants);
            }
            parts.push(name != POLICY && name != ABOUT && names.contains(&name));
        } else if trimmed == END {
            parts.pop();
        } else if parts.iter().all(|wanted| *wanted) && !(line.is_empty() && text.ends_with("\n\n"))
        {
            // Where a part was left out, two empty lines would stand together.
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{ABOUT, BEGIN, END, POLICY, assemble};
    use crate::feature::Feature;
    use crate::function::VIEWER_RESPONSE;
    use crate::parts::part_names;

    #[track_caller]
    fn check(source: &str, names: &[&str], expected: &str) {
        assert_eq!(assemble(source, "const A = 1;\n", names), expected);
    }

    #[test]
    fn what_no_feature_owns_stays() {
        check("one\n  two\n", &[], "one\n  two\n");
    }

    #[test]
    fn a_part_is_there_for_its_feature_only() {
        let source = "one\n  //[log\n  two\n  //]\nthree\n";
        check(source, &[], "one\nthree\n");
        check(source, &["log"], "one\n  two\nthree\n");
    }

    #[test]
    fn a_part_within_a_part_needs_both() {
        let source = "//[tell\none\n//[log\ntwo\n//]\n//]\n";
        check(source, &["log"], "");
        check(source, &["tell"], "one\n");
        check(source, &["tell", "log"], "one\ntwo\n");
    }

    #[test]
    fn the_policy_takes_the_place_of_the_constants() {
        check(
            "//[policy\nconst A = 0;\n//]\nB\n",
            &[],
            "const A = 1;\nB\n",
        );
        check("//[file\nabout\n//]\nB\n", &[], "B\n");
    }

    #[test]
    fn nobody_is_told_where_nobody_asks() {
        let source = "if (a) return tell('skipped', 'method');\nreturn tell(b, c, d);\n";
        check(source, &[], "if (a) return;\nreturn;\n");
        check(source, &["tell"], source);
    }

    #[test]
    fn every_part_of_the_source_has_a_known_name_and_an_end() {
        let mut depth = 0;
        for line in VIEWER_RESPONSE.lines().map(str::trim_start) {
            if let Some(name) = line.strip_prefix(BEGIN) {
                depth += 1;
                let known = part_names().contains(&name);
                assert!(known || [POLICY, ABOUT].contains(&name), "{name}");
            }
            if line == END {
                depth -= 1;
            }
            assert!(depth >= 0);
        }
        assert_eq!(depth, 0);
    }

    #[test]
    fn every_feature_has_a_part() {
        for name in part_names() {
            let begin = format!("{BEGIN}{name}\n");
            assert!(VIEWER_RESPONSE.contains(&begin), "{name}");
        }
        assert!(Feature::all().count() > 30);
    }
}
