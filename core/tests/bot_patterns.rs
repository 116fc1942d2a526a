//! The table of bots' patterns: what generators of other code are told of each, and where a pattern may stand.

use hardtack::{Bot, bot_patterns, declared_bot};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The marks of a pattern: where it begins and ends a word, and what it names.
#[track_caller]
fn check_marks(text: &str, expected: &[&str]) {
    let mut found = bot_patterns().filter(|pattern| pattern.text() == text);
    let Some(pattern) = found.next() else {
        panic!("no pattern {text:?}")
    };
    let marks = [
        (pattern.starts_word(), "starts"),
        (pattern.ends_word(), "ends"),
        (pattern.is_preview(), "preview"),
        (pattern.is_peoples(), "people's"),
        (pattern.names_device(), "device"),
    ];
    let marks: Vec<&str> = marks
        .into_iter()
        .filter_map(|(has, mark)| has.then_some(mark))
        .collect();
    assert_eq!(marks, expected, "{text}");
}

#[test]
fn a_pattern_says_what_it_is() {
    check_marks("rigor", &["starts"]);
    check_marks("splash", &["ends"]);
    check_marks("externalhit", &["preview"]);
    check_marks("firefox", &["starts", "ends", "people's"]);
    check_marks("android", &["ends", "people's", "device"]);
}

#[test]
fn every_kind_of_pattern_is_there() {
    let all = bot_patterns().count();
    let previews = bot_patterns().filter(|it| it.is_preview()).count();
    let peoples = bot_patterns().filter(|it| it.is_peoples()).count();
    assert!((5..40).contains(&previews), "{previews} of {all}");
    assert!((20..80).contains(&peoples), "{peoples} of {all}");
}

#[track_caller]
fn check(behind_firefox: &str, expected: Option<Bot>) {
    let text = format!("{FIREFOX}{behind_firefox}");
    assert_eq!(declared_bot(text.as_bytes()), expected, "{text}");
}

#[test]
fn a_pattern_that_is_a_word_stands_where_words_begin_and_end() {
    assert_eq!(declared_bot(b"Rigor/1.0"), Some(Bot::Crawler));
    check(" rigor/1.0", Some(Bot::Crawler));
    check(" Rigorous/1.0", Some(Bot::Crawler));
    check(" 9rigor/1.0", Some(Bot::Crawler));
    check(" frigor/1.0", None);
    check(" splash", Some(Bot::Crawler));
    check(" unsplash/1.0", Some(Bot::Crawler));
    check(" splashes/1.0", None);
}
