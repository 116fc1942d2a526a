//! Takes the comments out of a source that is not compiled, only packed.

use super::token::{Kind, Token, tokens};

/// The source without its comments, indentation and empty lines. Line breaks stay where there were any, since they can
/// end statements; literals stay as they are.
pub fn without_comments(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut done = 0;
    let spoken = |token: &&_| !is_comment(token);
    for token in tokens(source).iter().filter(spoken) {
        let gap = &source[done..token.start];
        if gap.contains('\n') {
            text.push('\n');
        } else if !gap.is_empty() {
            text.push(' ');
        }
        text.push_str(token.text);
        done = token.start + token.text.len();
    }
    text.push('\n');
    text.trim_start().to_string()
}

fn is_comment(token: &Token<'_>) -> bool {
    token.kind == Kind::Comment
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(without_comments(source), expected);
    }

    #[test]
    fn comments_indentation_and_empty_lines_go() {
        check(
            "/** what */\n\nfunction a() {\n  // why\n  b();\n}\n",
            "function a() {\nb();\n}\n",
        );
        check("a /* b */ + c\n", "a + c\n");
        check("a /* b\n */ (c)\n", "a\n(c)\n");
    }

    #[test]
    fn literals_stay() {
        check("x = 'a // b';\n", "x = 'a // b';\n");
        check("x = `a\n\n  // b`;\n", "x = `a\n\n  // b`;\n");
        check("x = /[/]\\/*/.test(y);\n", "x = /[/]\\/*/.test(y);\n");
    }
}
