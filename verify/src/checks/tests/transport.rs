//! Plain http, HSTS and the server's clock.

use super::*;

/// A new visitor at an address whose response has these headers beside the cookie.
#[track_caller]
fn check_headers(url: &str, headers: &[(&str, &str)], expected: &[Fault]) {
    let set = line_at(url, "", ID);
    let mut exchange = at(url, Probe::New, "", 200, &[&set]);
    exchange
        .response_headers
        .retain(|(name, _)| name != "strict-transport-security");
    let headers = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    exchange.response_headers.extend(headers);
    check("", vec![exchange], expected);
}

fn hsts(value: &str) -> [(&str, &str); 1] {
    [("strict-transport-security", value)]
}

#[test]
fn hsts_is_expected_of_names_on_https() {
    let none = [Fault::NoHsts];
    check_headers(PAGE, &hsts("max-age=1"), &[]);
    check_headers(PAGE, &hsts("includeSubDomains; MAX-AGE=\"1\""), &[]);
    check_headers(PAGE, &[], &none);
    check_headers(PAGE, &hsts("max-age=0"), &none);
    check_headers(PAGE, &hsts("max-age=\"0\""), &none);
    check_headers(PAGE, &hsts("age=1"), &none);
    check_headers("https://localhost/", &[], &[]);
    check_headers("https://192.0.2.1/", &[], &[]);
    check_headers("http://localhost/", &[], &[]);
}

#[test]
fn a_clock_may_be_off_by_five_minutes() {
    let date = |second: u64| {
        httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(second))
    };
    let check_clock = |second: u64, age: &str, expected: &[Fault]| {
        let date = date(second);
        let headers = [hsts("max-age=1")[0], ("date", &*date), ("age", age)];
        check_headers(PAGE, &headers, expected);
    };
    let skew = [Fault::ClockSkew];
    check_clock(NOW, "0", &[]);
    check_clock(NOW - 300, "0", &[]);
    check_clock(NOW + 300, "0", &[]);
    check_clock(NOW - 301, "0", &skew);
    check_clock(NOW + 301, "0", &skew);
    check_clock(NOW - 1000, "1000", &[]);
    check_clock(NOW, "1000", &skew);
}
