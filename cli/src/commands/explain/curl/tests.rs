//! Commands as browsers copy them, and as people write them.

use hardtack::Scheme;

use super::parse;

const AGENT: (&str, &str) = ("User-Agent", "curl/8");
const DEFAULTS: &[(&str, &str)] = &[AGENT, ("Accept", "*/*")];

#[track_caller]
fn check(command: &str, request: &str, headers: &[(&str, &str)]) {
    let recorded = parse(command).unwrap();
    let (method, host, path) = (&recorded.method, &recorded.host, &recorded.path);
    let scheme = recorded.scheme.as_str();
    assert_eq!(format!("{method} {scheme}://{host}{path}"), request);
    let headers: Vec<_> = headers
        .iter()
        .map(|(n, v)| (n.to_string(), v.to_string()))
        .collect();
    assert_eq!(recorded.request, headers);
}

#[track_caller]
fn refused(command: &str, message: &str) {
    let error = parse(command).unwrap_err();
    assert_eq!(error.reports()[0].message, message);
}

#[test]
fn what_chrome_copies_is_read() {
    check(
        "curl 'https://www.example.com/a?b=c' \\\n  -H 'accept: text/html,*/*;q=0.8' \\\n  \
         -b $'FPD=x; n=it\\'s' \\\n  -H 'sec-fetch-dest: document' \\\n  --compressed",
        "GET https://www.example.com/a",
        &[
            ("accept", "text/html,*/*;q=0.8"),
            ("sec-fetch-dest", "document"),
            AGENT,
            ("Cookie", "FPD=x; n=it's"),
        ],
    );
}

#[test]
fn what_chrome_copies_for_windows_is_read() {
    check(
        "curl ^\"https://www.example.com/^\" ^\n  -H ^\"accept: text/html^\" ^\n  --data-raw ^\"a=1^&b=2^\"",
        "POST https://www.example.com/",
        &[("accept", "text/html"), AGENT],
    );
}

#[test]
fn methods_follow_from_options() {
    let accept = DEFAULTS;
    check(
        "curl -I https://a.example",
        "HEAD https://a.example/",
        accept,
    );
    check(
        "curl -d a=b https://a.example",
        "POST https://a.example/",
        accept,
    );
    check(
        "curl -G -d a=b https://a.example",
        "GET https://a.example/",
        accept,
    );
    check(
        "curl -sSLXPUT -d a https://a.example",
        "PUT https://a.example/",
        accept,
    );
    let json = &[AGENT, ("Accept", "application/json")];
    check(
        "curl --json {} https://a.example",
        "POST https://a.example/",
        json,
    );
}

/// What is sent, says the curl of this machine.
#[cfg(feature = "page-tests")]
#[test]
fn a_header_takes_the_place_of_what_curl_sends_by_itself() {
    for options in [
        "",
        "-A mine",
        "-A mine -H 'user-agent: other'",
        "-A ''",
        "-H 'User-Agent:' -H Accept:",
        "-H 'User-Agent;'",
        "-H 'Accept: text/html' -H Accept:",
        "-b FPD=a -H 'Cookie: FPD=b'",
        "-b a=1 -b b=2",
        "-e https://a.example/ -H 'Referer: https://b.example/'",
    ] {
        let read = parse(&format!("curl {options} https://a.example/")).unwrap();
        assert_eq!(comparable(read.request), sent_by_curl(options), "{options}");
    }
}

/// The header that curl itself sends, to a listener on this machine.
#[cfg(feature = "page-tests")]
fn sent_by_curl(options: &str) -> Vec<(String, String)> {
    use std::io::{BufRead as _, BufReader, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let words =
        super::shell_words::split(&format!("--silent --max-time 10 {options} {url}")).unwrap();
    let curl = std::process::Command::new("curl").args(words.words).spawn();
    let mut curl = curl.expect("curl is missing: install it");
    let (mut stream, _) = listener.accept().unwrap();
    let lines = BufReader::new(&stream).lines().map(Result::unwrap);
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    let fields = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_string(), value.trim().to_string())
    });
    let fields = comparable(fields.filter(|(name, _)| name != "Host").collect());
    stream.write_all(b"HTTP/1.1 204 None\r\n\r\n").unwrap();
    curl.wait().unwrap();
    fields
}

/// In one order, and without the version of curl.
#[cfg(feature = "page-tests")]
fn comparable(mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
    for (name, value) in &mut fields {
        name.make_ascii_lowercase();
        if value.starts_with("curl/") {
            value.truncate("curl/".len());
        }
    }
    fields.sort();
    fields
}

#[test]
fn an_address_without_a_scheme_is_plain_http() {
    check("curl example.com/x", "GET http://example.com/x", DEFAULTS);
    assert_eq!(parse("curl example.com").unwrap().scheme, Scheme::Http);
}

#[test]
fn hosts_are_those_that_travel() {
    let accept = ("Accept", "*/*");
    check(
        "curl https://Bücher.example:8443/ä",
        "GET https://xn--bcher-kva.example:8443/%C3%A4",
        &[AGENT, accept],
    );
    let host = ("Host", "other.example");
    check(
        "curl -H 'Host: other.example' https://a.example",
        "GET https://other.example/",
        &[host, AGENT, accept],
    );
}

#[test]
fn options_without_meaning_for_us_are_passed_over_with_their_values() {
    let command =
        "curl -k -o /dev/null -u me:you -w '%{http_code}' --http2 https://a.example | head";
    check(command, "GET https://a.example/", DEFAULTS);
    assert_eq!(parse(command).unwrap().notes, Vec::<String>::new());
}

#[test]
fn a_value_of_an_option_is_no_url() {
    for option in [
        "--max-redirs 5",
        "--doh-url https://dns.example/",
        "--socks5-hostname localhost:9050",
        "--interface eth0",
        "-U me:you",
        "--no-compressed -sS -o a",
        ">out.html",
        "2>/dev/null",
    ] {
        let recorded = parse(&format!("curl {option} www.example.com")).unwrap();
        assert_eq!(recorded.host, "www.example.com", "{option}");
    }
}

#[test]
fn a_redirection_is_not_part_of_the_url() {
    let accept = DEFAULTS;
    check(
        "curl https://a.example/x>out.html",
        "GET https://a.example/x",
        accept,
    );
    let cut = parse("curl https://a.example/?b=c&d=e").unwrap();
    assert_eq!(cut.notes.len(), 1, "{:?}", cut.notes);
}

#[test]
fn an_upload_is_put_and_another_request_is_left_out() {
    check(
        "curl -T file https://a.example/ --next -I https://b.example/",
        "PUT https://a.example/",
        DEFAULTS,
    );
}

#[test]
fn unknown_options_are_reported() {
    let recorded =
        parse("curl --frobnicate hard -% https://a.example -b jar.txt -H nonsense").unwrap();
    assert_eq!(recorded.host, "a.example");
    assert_eq!(recorded.notes.len(), 4, "{:?}", recorded.notes);
}

proptest::proptest! {
    #[test]
    fn no_command_panics(command in "(curl |-[a-zA-Z]|--[a-z]{1,8} |'|\"|\\$'|\\\\|\\^\"| |https?://|\\PC){0,20}") {
        let _ = parse(&command);
    }
}

#[test]
fn an_invalid_command_is_refused() {
    refused(
        "wget https://a.example",
        "`wget https://a.example` is not a curl command",
    );
    refused("curl -I", "the curl command names no URL");
    refused(
        "curl 'https://a.example",
        "a quote in `curl 'https://a.example` is not closed",
    );
    refused(
        "curl ftp://a.example/",
        "the scheme `ftp` is not http or https",
    );
    refused("curl https://", "`https://` is not a valid URL");
    refused("", "`` is not a curl command");
}
