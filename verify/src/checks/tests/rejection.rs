//! What browsers reject.

use super::*;

/// A new visitor's cookie under this policy, changed.
#[track_caller]
fn check_line(text: &str, change: impl Fn(&str) -> String, expected: &[Fault]) {
    let set = change(&line_at(PAGE, text, ID));
    check(text, vec![seen(Probe::New, "", 200, &[&set])], expected);
}

#[test]
fn prefixes_ask_for_attributes() {
    let host = "cookie.name = \"__Host-id\"\ncookie.domain = \"none\"";
    check_line(host, str::to_string, &[]);
    let rejected = Fault::Rejected;
    check_line(
        host,
        |it| without(it, "Secure"),
        &[rejected, Fault::NotSecure],
    );
    check_line(
        host,
        |it| without(it, "Path"),
        &[rejected, Fault::OtherPath],
    );
    let wide = |it: &str| format!("{it}; Domain=example.co.uk");
    check_line(host, wide, &[rejected, Fault::OtherDomain]);
    let secure = "cookie.name = \"__Secure-id\"";
    check_line(secure, str::to_string, &[]);
    check_line(
        secure,
        |it| without(it, "Secure"),
        &[rejected, Fault::NotSecure],
    );
}

#[test]
fn some_attributes_ask_for_secure() {
    let none = "cookie.same_site = \"none\"";
    let rejected = [Fault::Rejected, Fault::NotSecure];
    check_line(none, str::to_string, &[]);
    check_line(none, |it| without(it, "Secure"), &rejected);
    check_line("", |it| without(it, "Secure"), &[Fault::NotSecure]);
    check_line("", |it| format!("{it}; Partitioned"), &[]);
    check_line("", |it| without(it, "Secure") + "; Partitioned", &rejected);
}

#[test]
fn control_characters_and_long_values_are_rejected() {
    check_line("", |it| format!("{it}; a=\tb"), &[]);
    check_line("", |it| format!("{it}; a= b"), &[]);
    for control in ["\u{1}", "\u{1f}", "\u{7f}"] {
        check_line("", |it| format!("{it}; a={control}b"), &[Fault::Rejected]);
    }
    let long = |length: usize| move |it: &str| it.replace(ID, &"a".repeat(length));
    check_line("", long(4093), &[Fault::NotAUuid]);
    check_line("", long(4094), &[Fault::NotAUuid, Fault::Rejected]);
    check_line("", long(5000), &[Fault::NotAUuid, Fault::Rejected]);
}

#[track_caller]
fn check_domain(url: &str, domain: &str, expected: &[Fault]) {
    let no_domain = "cookie.domain = \"none\"";
    let set = format!("{}; Domain={domain}", line_at(url, no_domain, ID));
    check(
        no_domain,
        vec![at(url, Probe::New, "", 200, &[&set])],
        expected,
    );
}

#[test]
fn a_domain_covers_the_host_and_is_no_suffix() {
    let (other, foreign) = ([Fault::OtherDomain], [Fault::ForeignDomain]);
    let suffix = [Fault::PublicSuffixDomain];
    check_domain(PAGE, "example.co.uk", &other);
    check_domain(PAGE, "www.example.co.uk", &other);
    check_domain(PAGE, "ww.example.co.uk", &foreign);
    check_domain(PAGE, "example.org", &foreign);
    check_domain(PAGE, "co.uk", &suffix);
    check_domain("https://127.0.0.1/", "127.0.0.1", &other);
    check_domain("https://127.0.0.1/", "0.0.1", &foreign);
    // A host that is a public suffix itself may have a cookie of its own.
    check_domain("https://github.io/", "github.io", &other);
}
