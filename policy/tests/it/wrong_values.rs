//! Values of another type, word or form than a key takes: what is said of them.

use crate::faults::check;

#[test]
fn a_wrong_type_says_what_the_key_takes() {
    check(
        "[cookie]\nsecure = \"yes\"",
        &[
            "2:10+5 `cookie.secure` is the string \"yes\", it takes true or false | write secure = true",
        ],
    );
    check(
        "[cookie]\nname = 5",
        &["2:8+1 `cookie.name` is the number 5, it takes a string | write name = \"5\""],
    );
    check(
        "[cookie]\nmax_age = 1.5\nsame_site = 1979-05-27",
        &[
            "2:11+3 `cookie.max_age` is the number 1.5, it takes a time such as \"730d\", or a whole number of seconds",
            "3:13+10 `cookie.same_site` is a date, it takes \"strict\", \"lax\", \"none\" or \"unset\"",
        ],
    );
    check(
        "[scope]\nexclude = \"/a\"",
        &[
            "2:11+4 `scope.exclude` is the string \"/a\", it takes a list of strings | write exclude = [\"/a\"]",
        ],
    );
    check(
        "[scope]\nexclude = [\"/a\", 5, true]",
        &[
            "2:18+1 `scope.exclude` holds the number 5, it takes a list of strings",
            "2:21+4 `scope.exclude` holds true, it takes a list of strings",
        ],
    );
    check(
        "[cookie]\ndomain = false",
        &[
            "2:10+5 `cookie.domain` is false, it takes \"auto\", \"none\", a domain or a list of domains | write domain = \"none\"",
        ],
    );
    check(
        "[signals]\nresponse_header = false",
        &[
            "2:19+5 `signals.response_header` is false, it takes a string | leave response_header out",
        ],
    );
}

#[test]
fn a_flag_in_another_type_is_put_right() {
    check(
        "[cookie]\nsecure = \"off\"",
        &[
            "2:10+5 `cookie.secure` is the string \"off\", it takes true or false | write secure = false",
        ],
    );
    check(
        "[cookie]\ndomain = true",
        &[
            "2:10+4 `cookie.domain` is true, it takes \"auto\", \"none\", a domain or a list of domains | write domain = \"auto\"",
        ],
    );
    check(
        "[cookie]\nsame_site = false",
        &[
            "2:13+5 `cookie.same_site` is false, it takes \"strict\", \"lax\", \"none\" or \"unset\" | write same_site = \"none\"",
        ],
    );
    check(
        "[renew]\nwhen = false",
        &[
            "2:8+5 `renew.when` is false, it takes \"every-visit\" or \"never\", or a time such as \"30d\" | write when = \"never\"",
        ],
    );
    check(
        "[renew]\nwhen = \"30 days\"",
        &["2:8+9 `renew.when` is \"30 days\", which is not a valid time | write \"30d\""],
    );
    check(
        "[consent]\nrequired = [\"Atlantis\"]",
        &[
            "2:13+10 consent.required `Atlantis` is not a valid country | write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
        ],
    );
}

#[test]
fn a_wrong_word_names_the_nearest() {
    check(
        "[cookie]\nsame_site = \"Lax\"",
        &[
            "2:13+5 `cookie.same_site` is \"Lax\", it takes \"strict\", \"lax\", \"none\" or \"unset\" | did you mean \"lax\"?",
        ],
    );
    check(
        "[renew]\nwhen = \"every_visit\"",
        &[
            "2:8+13 `renew.when` is \"every_visit\", it takes \"every-visit\" or \"never\", or a time such as \"30d\" | did you mean \"every-visit\"?",
        ],
    );
    check(
        "[id]\naccept = \"uuid\"",
        &["2:10+6 `id.accept` is \"uuid\", it takes \"v4\" or \"any\""],
    );
}

#[test]
fn an_invalid_time_is_corrected() {
    check(
        "[cookie]\nmax_age = \"2 years\"",
        &["2:11+9 `cookie.max_age` is \"2 years\", which is not a valid time | write \"730d\""],
    );
    check(
        "[cookie]\nmax_age = -1",
        &[
            "2:11+2 `cookie.max_age` is the number -1, it takes a time such as \"730d\", or a whole number of seconds",
        ],
    );
}

/// What is left of it is not judged once more.
#[test]
fn the_only_element_of_a_list_is_refused_once() {
    check(
        "[cookie]\ndomain = [\"-a\"]",
        &[
            "2:11+4 cookie.domain `-a` is a public suffix, for which browsers refuse cookies | name a domain below it, or write \"none\"",
        ],
    );
}
