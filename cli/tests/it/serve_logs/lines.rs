//! The lines of the access log, as text and as JSON, and that none of them commands a terminal.

use std::process::Stdio;

use serde_json::Value;

use super::served::{Readable, Served, unused_address};
use super::site;

/// C1 controls and a character that reverses text, in the path and in the User-Agent, where a raw byte is allowed, too.
const HOSTILE: &[u8] = b"GET /\xc2\x9b2J\xe2\x80\xae HTTP/1.1\r\nHost: localhost\r\n\
    User-Agent: a\xc2\x9bb\x9bc\xe2\x80\xae\r\n\r\n";

const PLAIN: &[u8] = b"GET /?secret=1 HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n\r\n";

const REFUSED: &[u8] = b"GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";

const UNREADABLE: &[u8] = b"GE<T / HTTP/1.1\r\n\r\n";

/// The access log of one request: as JSON if it is stdout that is read, otherwise as text.
#[track_caller]
fn logged(readable: Readable, args: &str, request: &[u8]) -> String {
    let sandbox = site();
    let policy = "[signals]\nlog = true\n";
    std::fs::write(sandbox.path("logs.toml"), policy).unwrap();
    let args = format!(". {args} --access-log access.log");
    let served = Served::start(&sandbox, &args, readable, Stdio::null(), ":");
    served.connect().send(request);
    served.stop();
    let log = sandbox.read("access.log");
    assert_eq!(log.lines().count(), 1, "{log}");
    log.trim_end_matches('\n').to_string()
}

/// Checks a line of text: times are `T`, ids `ID`.
#[track_caller]
fn check_text(args: &str, request: &[u8], expected: &str) {
    let line = logged(Readable::Stderr, args, request);
    let words: Vec<_> = line.split(' ').map(masked).collect();
    assert_eq!(words.join(" "), expected);
}

fn masked(word: &str) -> &str {
    match word {
        word if word.ends_with("ms") => "T",
        word if word.len() == 9 && word.ends_with('Z') => "T",
        word if word.len() == 36 => "ID",
        word => word,
    }
}

#[test]
fn a_line_of_text_is_short() {
    check_text("", PLAIN, "T issued   GET 200 / new_visitor 5B T 127.0.0.0");
    check_text(
        "--log-client-address full",
        PLAIN,
        "T issued   GET 200 / new_visitor 5B T 127.0.0.1",
    );
    check_text(
        "--log-client-address none",
        PLAIN,
        "T issued   GET 200 / new_visitor 5B T",
    );
    check_text(
        "--policy logs.toml",
        PLAIN,
        "T issued   GET 200 / new_visitor 5B T 127.0.0.0 ID",
    );
    check_text(
        "",
        REFUSED,
        "T refused  GET 400 / The request must name exactly one host. 40B T 127.0.0.0",
    );
    check_text(
        "",
        UNREADABLE,
        "T refused  - 400 - invalid HTTP method parsed 0B T 127.0.0.0",
    );
}

/// Checks a line of JSON, without the time that it took. The second is `0`, an id `ID`.
#[track_caller]
fn check_json(args: &str, request: &[u8], expected: &str) {
    let line = logged(Readable::Stdout, args, request);
    let value: Value = serde_json::from_str(&line).unwrap();
    assert!(value["time"].as_u64().unwrap() > 1_700_000_000, "{line}");
    assert!(value["duration_ms"].is_f64(), "{line}");
    let id = value["id"].as_str().unwrap_or("no id");
    let shown = line
        .replace(&value["time"].to_string(), "0")
        .replace(&format!("\"duration_ms\":{},", value["duration_ms"]), "")
        .replace(id, "ID");
    assert_eq!(shown, expected);
}

#[test]
fn a_line_of_json_has_all() {
    check_json(
        "--log-client-address full",
        PLAIN,
        r#"{"time":0,"outcome":"issued","reason":"new_visitor","id":null,"method":"GET","host":"localhost","path":"/","status":200,"client":"127.0.0.1","protocol":"HTTP/1.1","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0","bytes":5,"cut":false}"#,
    );
    check_json(
        "--policy logs.toml --log-client-address none",
        PLAIN,
        r#"{"time":0,"outcome":"issued","reason":"new_visitor","id":"ID","method":"GET","host":"localhost","path":"/","status":200,"client":null,"protocol":"HTTP/1.1","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0","bytes":5,"cut":false}"#,
    );
    check_json(
        "",
        REFUSED,
        r#"{"time":0,"outcome":"refused","reason":"The request must name exactly one host.","id":null,"method":"GET","host":"","path":"/","status":400,"client":"127.0.0.0","protocol":"HTTP/1.1","user_agent":null,"bytes":40,"cut":false}"#,
    );
    check_json(
        "",
        UNREADABLE,
        r#"{"time":0,"outcome":"refused","reason":"invalid HTTP method parsed","id":null,"method":null,"host":null,"path":null,"status":400,"client":"127.0.0.0","protocol":null,"user_agent":null,"bytes":0,"cut":false}"#,
    );
}

/// What moves a terminal's cursor or reverses its text, as characters.
fn commands_a_terminal(c: char) -> bool {
    c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn nothing_in_a_line_commands_a_terminal() {
    for readable in [Readable::Stdout, Readable::Stderr] {
        let line = logged(readable, "--color never", HOSTILE);
        assert!(!line.contains(commands_a_terminal), "{line:?}");
    }
    let line: Value = serde_json::from_str(&logged(Readable::Stdout, "", HOSTILE)).unwrap();
    assert_eq!(line["path"], "/\u{9b}2J\u{202e}");
    assert_eq!(line["user_agent"], "a\u{9b}b\u{fffd}c\u{202e}");
}

#[test]
fn nothing_in_a_warning_commands_a_terminal() {
    let sandbox = site();
    let args = format!("-v --upstream http://{}", unused_address());
    let served = Served::start(&sandbox, &args, Readable::Stderr, Stdio::null(), ":");
    assert_eq!(served.connect().send(HOSTILE), 502);
    let stderr = served.stop();
    assert!(stderr.contains(" WARN upstream failed "), "{stderr:?}");
    assert!(!stderr.contains(commands_a_terminal), "{stderr:?}");
}
