//! Which visitor gets which cookie, and what the access log says.

use hardtack_server::{Config, tls};

use crate::served::{EXAMPLE, Served, page, policy, usual};
use crate::wire::Answer;

const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// Sends a GET and compares what was decided with `decided` (path, status, outcome, reason), and the cookie's
/// attributes with `attributes`.
#[track_caller]
fn check(server: &Served, request: &str, decided: &str, attributes: Option<&str>) -> Answer {
    let answer = server.ask(request);
    let lines: Vec<String> = server.decisions().iter().map(|made| made.line()).collect();
    assert_eq!(lines, [decided]);
    let cookies = answer.cookies();
    let set: Vec<&str> = cookies
        .iter()
        .map(|cookie| cookie.split_once("; ").expect("attributes").1)
        .collect();
    assert_eq!(set, Vec::from_iter(attributes));
    answer
}

const LOCAL: &str = "Max-Age=63072000; Path=/; HttpOnly; SameSite=Lax";

#[test]
fn every_page_gets_one_cookie_that_scripts_cannot_read() {
    let server = Served::example();
    for (path, host) in [
        ("/", "localhost"),
        ("/about", "localhost:8080"),
        ("/journal/", "127.0.0.1"),
        ("/journal/keeping", "[::1]:8080"),
        ("/contact?from=elsewhere", "127.1.2.3"),
    ] {
        let bare = path.split('?').next().unwrap();
        let decided = format!("{bare} 200 issued new_visitor");
        let answer = check(&server, &page(host, path, &[]), &decided, Some(LOCAL));
        assert!(is_version_4(answer.id()), "{answer:?}");
    }
}

fn is_version_4(id: &str) -> bool {
    let shape = id.bytes().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    });
    shape && id.len() == 36
}

#[test]
fn every_new_visitor_gets_an_id_of_their_own() {
    let server = Served::example();
    let ids: std::collections::HashSet<String> = (0..20)
        .map(|_| server.page("/", &[]).id().to_string())
        .collect();
    assert_eq!(ids.len(), 20);
}

#[test]
fn other_responses_get_no_cookie() {
    let server = Served::example();
    for (path, decided) in [
        ("/style.css", "/style.css 200 skipped not_html"),
        (
            "/images/biscuits.png",
            "/images/biscuits.png 200 skipped not_html",
        ),
        (
            "/images/flags.svg",
            "/images/flags.svg 200 skipped not_html",
        ),
        (
            "/fonts/vollkorn.woff2",
            "/fonts/vollkorn.woff2 200 skipped not_html",
        ),
        ("/favicon.ico", "/favicon.ico 200 skipped not_html"),
        ("/robots.txt", "/robots.txt 200 skipped not_html"),
        ("/nothing", "/nothing 404 skipped error_status"),
    ] {
        check(&server, &page("localhost", path, &[]), decided, None);
    }
}

#[test]
fn a_page_that_is_not_shown_gets_no_cookie() {
    let server = Served::example();
    let skipped = |request: &str, decided| {
        check(&server, request, decided, None);
    };
    let get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    skipped(get, "/ 200 skipped not_document");
    let fetched = page("localhost", "/", &["Sec-Fetch-Dest: empty"]);
    skipped(&fetched, "/ 200 skipped not_document");
    let asked = page("localhost", "/", &["X-Requested-With: XMLHttpRequest"]);
    skipped(&asked, "/ 200 skipped not_document");
    skipped(
        &page("localhost", "/", &[]).replacen("GET", "HEAD", 1),
        "/ 200 skipped method",
    );
    skipped(
        &page("localhost", "/", &["Content-Length: 0"]).replacen("GET", "POST", 1),
        "/ 405 skipped error_status",
    );
}

#[test]
fn a_returning_visitor_keeps_the_id_and_the_cookie_is_renewed() {
    let server = Served::example();
    let first = server.page("/", &[]);
    let cookie = format!("Cookie: sid=1; FPD={}; theme=dark", first.id());
    server.decisions();
    for path in ["/about", "/journal/", "/"] {
        let request = page("localhost", path, &[&cookie]);
        let decided = format!("{path} 200 renewed returning_visitor");
        let answer = check(&server, &request, &decided, Some(LOCAL));
        assert_eq!(answer.id(), first.id());
    }
}

#[test]
fn a_page_that_has_not_changed_still_extends_the_cookie() {
    let server = Served::example();
    let first = server.page("/", &[]);
    let etag = format!("If-None-Match: {}", first.field("etag").expect("an ETag"));
    let cookie = format!("Cookie: FPD={ID}");
    server.decisions();
    let request = page("localhost", "/", &[&etag, &cookie]);
    let decided = "/ 304 renewed returning_visitor";
    let answer = check(&server, &request, decided, Some(LOCAL));
    assert_eq!(answer.id(), ID);
}

#[test]
fn an_invalid_id_is_replaced() {
    let server = Served::example();
    for (value, reason) in [
        ("1", "malformed_id"),
        ("", "malformed_id"),
        ("3fa85f64-5717-1562-b3fc-2c963f66afa6", "unaccepted_version"),
    ] {
        let request = page("localhost", "/", &[&format!("Cookie: FPD={value}")]);
        let decided = format!("/ 200 replaced {reason}");
        let answer = check(&server, &request, &decided, Some(LOCAL));
        assert_ne!(answer.id(), value);
    }
}

#[test]
fn the_log_names_the_id_that_was_set() {
    let server = Served::example();
    let answer = server.page("/", &[]);
    let [made] = &server.decisions()[..] else {
        panic!("not one decision")
    };
    assert_eq!(made.id.as_deref(), Some(answer.id()));
    assert_eq!((&*made.host, made.scheme), ("localhost", "http"));
}

#[test]
fn plain_http_sets_no_cookie_except_on_loopback() {
    let server = Served::example();
    for host in ["www.example.co.uk", "192.0.2.1:8080", "localhost.example"] {
        let decided = "/ 200 skipped plain_http";
        check(&server, &page(host, "/", &[]), decided, None);
    }
}

#[test]
fn over_tls_the_cookie_is_secure_and_valid_for_the_whole_site() {
    let names = ["www.example.co.uk", "localhost"].map(str::to_string);
    let config = Config {
        tls: Some(tls::self_signed(names.to_vec()).unwrap().config),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    for (name, attributes) in [
        (
            "www.example.co.uk",
            "Max-Age=63072000; Domain=example.co.uk; Path=/; Secure; HttpOnly; SameSite=Lax",
        ),
        (
            "localhost",
            "Max-Age=63072000; Path=/; Secure; HttpOnly; SameSite=Lax",
        ),
    ] {
        let client = crate::tls::trusting(&server, name, &["http/1.1"]);
        let mut wire = crate::tls::connect(&server, name, client).unwrap();
        let answer = wire.ask(&page(name, "/", &[]));
        let cookie = format!("FPD={}; {attributes}", answer.id());
        assert_eq!(answer.cookies(), [cookie]);
        let made = server.decisions().pop().unwrap();
        assert_eq!((&*made.host, made.scheme), (name, "https"));
    }
}

/// Checks the decision on fields that a proxy adds, by a server that trusts `trusted`.
#[track_caller]
fn forwarded(trusted: &str, fields: &[&str], decided: &str, attributes: Option<&str>) {
    let config = Config {
        trusted: trusted.parse().unwrap(),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    check(
        &server,
        &page("10.0.0.7:8080", "/", fields),
        decided,
        attributes,
    );
}

const SITE: &str = "Max-Age=63072000; Domain=example.co.uk; Path=/; Secure; HttpOnly; SameSite=Lax";

#[test]
fn a_trusted_proxy_reports_scheme_and_host() {
    let issued = "/ 200 issued new_visitor";
    let https = "X-Forwarded-Proto: https";
    let host = "X-Forwarded-Host: www.example.co.uk";
    forwarded("loopback", &[https, host], issued, Some(SITE));
    forwarded("127.0.0.1", &[https, host], issued, Some(SITE));
    let element = "Forwarded: for=192.0.2.1;proto=https;host=www.example.co.uk";
    forwarded("loopback", &[element], issued, Some(SITE));
    // The proxy does not report the host: the cookie is for an address, which has no domain.
    let host_only = "Max-Age=63072000; Path=/; Secure; HttpOnly; SameSite=Lax";
    forwarded("loopback", &[https], issued, Some(host_only));
    let plain = "/ 200 skipped plain_http";
    forwarded("loopback", &["X-Forwarded-Proto: http", host], plain, None);
    forwarded("loopback", &[host], plain, None);
}

#[test]
fn an_untrusted_peer_does_not() {
    let plain = "/ 200 skipped plain_http";
    let https = "X-Forwarded-Proto: https";
    forwarded("", &[https], plain, None);
    forwarded("", &[https, "X-Forwarded-Host: localhost"], plain, None);
    forwarded("192.0.2.1", &[https], plain, None);
    forwarded("", &["Forwarded: proto=https;host=localhost"], plain, None);
}

#[test]
fn the_configured_policy_is_in_force() {
    let config = Config {
        policy: policy(
            "[cookie]\nname = 'visitor'\nmax_age = '1d'\nsame_site = 'strict'\n\
             [scope]\nexclude = ['/journal/*']\n[signals]\nresponse_header = 'x-visitor'",
        ),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    let decided = "/ 200 issued new_visitor";
    let strict = "Max-Age=86400; Path=/; HttpOnly; SameSite=Strict";
    let answer = check(&server, &page("localhost", "/", &[]), decided, Some(strict));
    assert!(answer.cookies()[0].starts_with("visitor="), "{answer:?}");
    assert!(answer.field("x-visitor").is_some(), "{answer:?}");
    let request = page("localhost", "/journal/", &[]);
    check(
        &server,
        &request,
        "/journal/ 200 skipped excluded_path",
        None,
    );
}
