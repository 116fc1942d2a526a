//! What is refused: the message, the hint, and the place.

use hardtack_policy::{from_json, from_toml};

/// Each fault is `line:column+width message | hint`.
#[track_caller]
pub(crate) fn check(toml: &str, expected: &[&str]) {
    let problem = from_toml(toml).expect_err("a fault");
    let found: Vec<String> = problem
        .faults()
        .iter()
        .map(|fault| {
            let place = fault.place.as_ref().expect("a place");
            let (line, column, width) = (place.line, place.column, place.width);
            let hint = fault
                .hint
                .as_deref()
                .map_or_else(String::new, |hint| format!(" | {hint}"));
            format!("{line}:{column}+{width} {}{hint}", fault.message)
        })
        .collect();
    assert_eq!(found, expected);
}

/// What else the section says may depend on what could not be read of it.
#[test]
fn a_section_that_is_half_read_is_not_judged() {
    check(
        "[signals]\nlog = 3\nresponse_header = \"a b\"",
        &["2:7+1 `signals.log` is the number 3, it takes true or false"],
    );
}

#[test]
fn a_misspelt_key_names_the_nearest() {
    check(
        "[cookie]\nmax_aeg = \"1d\"",
        &["2:1+7 unknown key `cookie.max_aeg` | did you mean `max_age`?"],
    );
    check(
        "[cookie]\nHttpOnly = true\nmax-age = 1",
        &[
            "2:1+8 unknown key `cookie.HttpOnly` | did you mean `http_only`?",
            "3:1+7 unknown key `cookie.max-age` | did you mean `max_age`?",
        ],
    );
    check(
        "[cookie]\ncolour = 1",
        &["2:1+6 unknown key `cookie.colour`"],
    );
}

#[test]
fn a_key_in_the_wrong_section_names_the_right_one() {
    check(
        "[renew]\nmax_age = \"1d\"",
        &["2:1+7 unknown key `renew.max_age` | `max_age` belongs to [cookie]"],
    );
    check(
        "[cookie]\nexcludes = []",
        &["2:1+8 unknown key `cookie.excludes` | did you mean `exclude`? it belongs to [scope]"],
    );
    check(
        "name = \"a\"",
        &["1:1+4 `name` stands outside of its section | it belongs to [cookie]"],
    );
}

#[test]
fn an_unknown_section_names_the_nearest_or_all() {
    check(
        "[cokie]",
        &["1:2+5 unknown section `cokie` | did you mean [cookie]?"],
    );
    check(
        "[weather]",
        &[
            "1:2+7 unknown section `weather` | there are [cookie], [id], [renew], [adopt], [bots], [scope], [caches], [consent], [signals]",
        ],
    );
}

#[test]
fn a_section_that_is_not_a_table_is_refused() {
    check(
        "cookie = \"FPD\"",
        &[
            "1:1+6 `cookie` is the string \"FPD\", it takes keys | write [cookie] and the keys below it",
        ],
    );
    check(
        "[[cookie]]",
        &["1:3+6 `cookie` is a list, it takes keys | write [cookie] and the keys below it"],
    );
}

#[test]
fn an_invalid_domain_is_found_in_its_list() {
    check(
        "[cookie]\ndomain = [\"example.com\", \"auto\"]",
        &[
            "2:26+6 `cookie.domain` holds \"auto\", which is not a valid domain | write domain = \"auto\"",
        ],
    );
    check(
        "[cookie]\ndomain = \"None\"",
        &[
            "2:10+6 `cookie.domain` holds \"None\", which is not a valid domain | write domain = \"none\"",
        ],
    );
    check(
        "[cookie]\ndomain = [\"xn--a.example\"]",
        &[
            "2:11+15 `cookie.domain` holds \"xn--a.example\", which is not a valid domain | write it as in \"example.com\"",
        ],
    );
}

#[test]
fn what_the_core_refuses_is_located_in_the_file() {
    check(
        "[cookie]\n# the name\nname = \"a b\"",
        &[
            "3:8+5 cookie.name `a b` is not a valid cookie name | use letters, digits and any of !#$%&'*+-.^_`|~, and at least one of them",
        ],
    );
    check(
        "[cookie]\ndomain = [\"example.com\", \"CO.uk\"]",
        &[
            "2:26+7 cookie.domain `co.uk` is a public suffix, for which browsers refuse cookies | name a domain below it, or write \"none\"",
        ],
    );
    check(
        "[cookie]\ndomain = \"https://example.com/\"",
        &[
            "2:10+22 cookie.domain `https://example.com/` is not a valid domain | write it as in \"example.com\": no scheme, port, leading or trailing dot",
        ],
    );
    check(
        "cookie.domain = []",
        &["1:17+2 cookie.domain `[]` names no domain | write \"auto\", \"none\" or a domain"],
    );
    check(
        "[scope]\nexclude = [\n  \"/a\",\n  \"b\",\n]",
        &[
            "4:3+3 scope.exclude `b` can match no path | begin it with a slash or a star, such as \"/admin/*\"",
        ],
    );
    check(
        "[cookie]\nmax_age = \"0d\"",
        &["2:11+4 cookie.max_age `0` would delete the cookie | write a time such as \"730d\""],
    );
}

#[test]
fn impossible_combinations_are_refused() {
    check(
        "[cookie]\nname = \"__Host-id\"",
        &[
            "2:8+11 cookie.name `__Host-id` forbids `Domain` | set domain = \"none\", or use the prefix __Secure-",
        ],
    );
    check(
        "[cookie]\nsame_site = \"none\"\nsecure = false",
        &[
            "2:13+6 cookie.same_site `none` needs `Secure` | set secure = true, or same_site = \"lax\"",
        ],
    );
}

#[test]
fn cookies_that_hold_no_visitor_are_not_adopted_from() {
    for (name, problem) in [
        (
            "FPD",
            "is the cookie itself | name the cookies that were there before it",
        ),
        ("_sp_ses.*", SESSIONS),
        ("_sp_ses.1fff", SESSIONS),
        ("_ga_1A2B3C4D5E", SESSIONS),
        ("_hjSession_*", SESSIONS),
        ("rl_session", SESSIONS),
        ("AMP_MKTG_1a2b3c4d5e", SESSIONS),
        ("_sp_*", WIDE),
        ("_sp*", WIDE),
        ("_*", WIDE),
        ("_hj*", WIDE),
        ("_hjSession*", WIDE),
        ("_gi*", WIDE),
        ("analytics_*", WIDE),
        ("__hs*", WIDE),
        ("rl_s*", WIDE),
        ("AMP*", WIDE),
        ("ajs_*", WIDE),
    ] {
        let len = name.len() + 2;
        let expected = format!("2:9+{len} adopt.from `{name}` {problem}");
        check(&format!("[adopt]\nfrom = [\"{name}\"]"), &[&expected]);
    }
}

const WIDE: &str = "covers a tracker's cookies beyond its visitor's | name the tracker, such as \"snowplow\", or its visitor's cookie";
const SESSIONS: &str = "is a cookie of sessions, not of visitors | name the tracker, such as \"snowplow\", or its visitor's cookie";

#[test]
fn all_faults_are_reported_at_once_in_the_order_of_the_file() {
    let toml = "[scope]\nexlude = []\n[cookie]\nsecure = 1\nname = true\n[foo]\n";
    check(
        toml,
        &[
            "2:1+6 unknown key `scope.exlude` | did you mean `exclude`?",
            "4:10+1 `cookie.secure` is the number 1, it takes true or false | write secure = true",
            "5:8+4 `cookie.name` is true, it takes a string",
            "6:2+3 unknown section `foo` | there are [cookie], [id], [renew], [adopt], [bots], [scope], [caches], [consent], [signals]",
        ],
    );
}

#[test]
fn malformed_texts_are_refused_without_a_panic() {
    for text in [
        "\u{feff}[",
        "\0",
        "[cookie]\nname = \"\u{0}\"",
        "a",
        "=",
        "[",
        "]",
        "\"",
        "[[[[",
        "{}",
        "é = ü",
    ] {
        assert!(from_toml(text).is_err(), "{text:?}");
    }
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(from_toml(&deep).is_err());
}

#[test]
fn json_is_refused_with_the_same_messages() {
    let message = |json: serde_json::Value| from_json(&json).unwrap_err().to_string();
    assert_eq!(
        message(serde_json::json!([])),
        "a policy is an object, not a list"
    );
    assert_eq!(
        message(serde_json::json!({ "cookie": { "secure": null } })),
        "`cookie.secure` is null, it takes true or false",
    );
    assert_eq!(
        message(serde_json::json!({ "cookie": { "nam": "", "max_age": -1 } })),
        "`cookie.max_age` is the number -1, it takes a time such as \"730d\", or a whole number of seconds; \
         unknown key `cookie.nam`",
    );
    assert_eq!(
        message(serde_json::json!({ "cookie": { "path": "shop" } })),
        "cookie.path `shop` does not begin with a slash",
    );
}

#[test]
fn everything_that_is_refused_is_told_at_once() {
    check(
        "[cookie]\nname = \"a b\"\nmax_age = 0\n\n[scope]\nexclude = [\"x\", \"/ok\", \"y\"]\n\n[consent]\n\
         required = [\"Europe\", \"FR\", \"fr\"]\nfrom = [\"klaro\", \"tcf\", { cmp = \"tcf\", needs = [25] }]\n",
        &[
            "2:8+5 cookie.name `a b` is not a valid cookie name | use letters, digits and any of !#$%&'*+-.^_`|~, and at least one of them",
            "3:11+1 cookie.max_age `0` would delete the cookie | write a time such as \"730d\"",
            "6:12+3 scope.exclude `x` can match no path | begin it with a slash or a star, such as \"/admin/*\"",
            "6:24+3 scope.exclude `y` can match no path | begin it with a slash or a star, such as \"/admin/*\"",
            "9:13+8 consent.required `Europe` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
            "9:29+4 consent.required `fr` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
            "10:9+7 consent.from `klaro` does not say what has to be granted | write needs = [\"…\"], with the name that it has there",
            "10:25+29 consent.from `25` is not a valid purpose | write a number from 1 to 24",
        ],
    );
    check(
        "[consent]\nrequired = [\"Europe\"]\n[signals]\nlgo = true\n",
        &[
            "2:13+8 consent.required `Europe` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
            "4:1+3 unknown key `signals.lgo` | did you mean `log`?",
        ],
    );
    check(
        "[consent]\nrequired = [\"SP\", \"EEA\"]\nfrom = [\"didomy\"]\n",
        &[
            "2:13+4 consent.required `SP` is not a valid country | write \"ES\" for Spain",
            "3:9+8 `consent.from` holds \"didomy\", which is not a platform that can be read | did you mean \"didomi\"?",
        ],
    );
    check(
        "[cookie]\nname = \"__Host-a\"\ndomian = \"none\"\n[consent]\ngpc = \"denny\"\n",
        &[
            "3:1+6 unknown key `cookie.domian` | did you mean `domain`?",
            "5:7+7 `consent.gpc` is \"denny\", it takes \"ignore\" or \"deny\" | did you mean \"deny\"?",
        ],
    );
}
