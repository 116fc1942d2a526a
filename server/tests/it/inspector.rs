//! The inspector: what it shows, and that its own requests are not part of what it shows.

use hardtack_server::Config;
use serde_json::Value;

use crate::served::{EXAMPLE, Served, page, policy, usual};
use crate::wire::{Answer, Wire};

const ID: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

fn get(path: &str, fields: &[&str]) -> String {
    page("localhost", path, fields)
}

#[track_caller]
fn state(server: &Served, fields: &[&str]) -> Value {
    let answer = server.ask(&server.inspecting("/.hardtack/state", fields));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// Checks what all responses of the inspector have in common.
#[track_caller]
fn is_guarded(answer: &Answer) {
    let policy = answer.field("content-security-policy").expect("a policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    assert_eq!(answer.field("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.field("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.cookies(), [""; 0]);
}

#[test]
fn the_page_and_its_parts_are_there() {
    let server = Served::example();
    for (path, media_type, part) in [
        ("/.hardtack/", "text/html; charset=utf-8", "<!doctype html>"),
        ("/.hardtack/page.css", "text/css; charset=utf-8", "{"),
        (
            "/.hardtack/page.js",
            "text/javascript; charset=utf-8",
            "decisions",
        ),
        (
            "/.hardtack/?any=query",
            "text/html; charset=utf-8",
            "page.js",
        ),
    ] {
        let answer = server.ask(&server.inspecting(path, &[]));
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.field("content-type"), Some(media_type));
        assert!(answer.text().contains(part), "{path}: {}", answer.text());
        is_guarded(&answer);
    }
}

#[test]
fn without_its_slash_the_address_leads_to_the_page() {
    let server = Served::example();
    let answer = server.ask(&server.inspecting("/.hardtack", &[]));
    assert_eq!(answer.status, 308);
    assert_eq!(answer.field("location"), Some("/.hardtack/"));
    is_guarded(&answer);
}

#[test]
fn head_tells_what_get_would_send() {
    let server = Served::example();
    let mut wire = server.wire();
    for path in [
        "/.hardtack/",
        "/.hardtack/page.css",
        "/.hardtack/state",
        "/.hardtack/none",
    ] {
        let request = server.inspecting(path, &[]);
        let head = wire.ask(&request.replacen("GET", "HEAD", 1));
        let full = wire.ask(&request);
        assert_eq!(head.status, full.status, "{path}");
        assert_eq!(head.field("content-type"), full.field("content-type"));
        assert_eq!(head.field("content-length"), full.field("content-length"));
        is_guarded(&head);
    }
    let request = server.inspecting("/.hardtack/decisions", &[]);
    let head = wire.ask(&request.replacen("GET", "HEAD", 1));
    assert_eq!(head.field("content-type"), Some("text/event-stream"));
    // The stream has not begun: the connection is there for the next request.
    assert_eq!(wire.ask(&get("/", &[])).status, 200);
}

#[test]
fn nothing_can_be_sent_to_it() {
    let server = Served::example();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let request = server.inspecting("/.hardtack/", &["Content-Length: 0"]);
        let answer = server.ask(&request.replacen("GET", method, 1));
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.field("allow"), Some("GET, HEAD"));
        is_guarded(&answer);
    }
}

#[test]
fn unknown_paths_are_not_found() {
    let server = Served::example();
    for path in [
        "/.hardtack/none",
        "/.hardtack/page.css/",
        "/.hardtack//",
        "/.hardtack/../",
    ] {
        let answer = server.ask(&server.inspecting(path, &[]));
        assert_eq!(answer.status, 404, "{path}");
        is_guarded(&answer);
    }
}

#[test]
fn the_state_shows_the_cookie_that_the_browser_sent() {
    let server = Served::example();
    let returning = state(&server, &[&format!("Cookie: a=1; FPD={ID}")]);
    assert_eq!(returning["cookie"]["name"], "FPD");
    assert_eq!(returning["cookie"]["id"], ID);
    assert_eq!(returning["cookie"]["sent"][0], ID);
    assert_eq!(returning["cookie"]["problem"], Value::Null);
    let line = returning["set_cookie"]["line"].as_str().unwrap();
    assert!(
        line.starts_with(&format!("FPD={ID}; Max-Age=63072000; ")),
        "{line}"
    );
    assert_eq!(returning["policy"]["source"], "a test");
    assert_eq!(returning["site"]["host"], "localhost");
    assert!(returning["notes"][0].as_str().unwrap().contains("Secure"));
    assert!(returning["lifetimes"].as_array().unwrap().len() > 2);
}

#[test]
fn the_state_shows_a_missing_or_invalid_cookie() {
    let server = Served::example();
    let new = state(&server, &[]);
    assert_eq!(new["cookie"]["id"], Value::Null);
    assert_eq!(new["cookie"]["problem"], Value::Null);
    let bad = state(&server, &["Cookie: FPD=<script>\u{e4}"]);
    assert_eq!(bad["cookie"]["id"], Value::Null);
    assert_eq!(bad["cookie"]["sent"][0], "<script>\u{e4}");
    assert_eq!(bad["cookie"]["problem"], "the cookie held no UUID");
}

/// A page without an id is a page all the same: whoever looks for the reason finds it.
#[test]
fn a_page_that_waits_for_consent_is_shown_as_a_page() {
    let config = Config {
        policy: policy("consent.required = \"everywhere\"\nconsent.from = [\"onetrust\"]\n"),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, config);
    server.page("/", &[]);
    let event = next(&mut watch(&server));
    assert_eq!(event["reason"], "consent_pending");
    assert_eq!(event["is_page"], true);
    assert_eq!(state(&server, &[])["next"]["reason"], "consent_pending");
}

/// Opens the stream of decisions.
fn watch(server: &Served) -> Wire {
    let mut wire = server.wire();
    let head = wire.ask_head(&server.inspecting("/.hardtack/decisions", &[]));
    assert_eq!(head.field("content-type"), Some("text/event-stream"));
    is_guarded(&head);
    wire
}

#[track_caller]
fn next(wire: &mut Wire) -> Value {
    wire.until("data: ");
    let event = wire.until("\n\n");
    serde_json::from_str(&event).expect("JSON")
}

#[test]
fn the_stream_replays_what_was_decided_and_goes_on() {
    let server = Served::example();
    let first = server.page("/", &[]);
    server.page("/style.css", &[]);
    let mut watching = watch(&server);
    let event = next(&mut watching);
    assert_eq!(event["seq"], 1);
    assert_eq!(event["method"], "GET");
    assert_eq!(event["path"], "/");
    assert_eq!(event["status"], 200);
    assert_eq!(event["outcome"], "issued");
    assert_eq!(event["reason"], "new_visitor");
    assert_eq!(event["id"], first.id());
    assert_eq!(event["set_cookie"][0], first.cookies()[0]);
    assert_eq!(event["is_page"], true);
    let rules = event["rules"].as_array().unwrap().iter();
    let rules: Vec<_> = rules.map(|rule| rule["number"].as_u64()).collect();
    assert!(rules.len() > 5 && rules.is_sorted(), "{rules:?}");
    let event = next(&mut watching);
    assert_eq!(
        (&event["seq"], &event["reason"]),
        (&2.into(), &"not_html".into())
    );
    assert_eq!(event["is_page"], false);
    assert_eq!(
        (&event["id"], &event["set_cookie"]),
        (&Value::Null, &Value::Array(vec![]))
    );
    for path in ["/about", "/journal/"] {
        server.page(path, &[]);
        assert_eq!(next(&mut watching)["path"], path);
    }
}

#[test]
fn the_stream_replays_the_last_fifty() {
    let server = Served::example();
    for _ in 0..60 {
        server.page("/", &[]);
    }
    let mut watching = watch(&server);
    for seq in 11..=60 {
        assert_eq!(next(&mut watching)["seq"], seq);
    }
}

#[test]
fn several_can_watch_and_one_that_does_not_read_holds_up_nobody() {
    let server = Served::example();
    let _idle = watch(&server);
    let mut watching = [watch(&server), watch(&server)];
    let mut wire = server.wire();
    for seq in 1..=600 {
        let path = format!("/{}", "x".repeat(500));
        wire.ask(&get(&path, &[]));
        for wire in &mut watching {
            assert_eq!(next(wire)["seq"], seq);
        }
    }
}

#[test]
fn what_visitors_send_cannot_break_the_stream() {
    let server = Served::example();
    let answer = server.ask(&get("/a\\b", &["Cookie: FPD=\"}\\</script>\u{e4}"]));
    assert_eq!(answer.status, 404);
    let event = next(&mut watch(&server));
    assert_eq!(event["path"], "/a\\b");
}

#[test]
fn it_leaves_no_trace() {
    let server = Served::example();
    let paths = [
        "/.hardtack",
        "/.hardtack/",
        "/.hardtack/state",
        "/.hardtack/page.js",
        "/.hardtack/none",
    ];
    for path in paths {
        for cookie in ["Cookie: a=1", "Cookie: FPD=1", &format!("Cookie: FPD={ID}")] {
            let request = server.inspecting(path, &[cookie, "Sec-Fetch-Dest: document"]);
            let answer = server.ask(&request);
            assert_eq!(answer.cookies(), [""; 0], "{path}");
        }
    }
    watch(&server);
    assert_eq!(server.decisions(), []);
    server.page("/", &[]);
    assert_eq!(next(&mut watch(&server))["seq"], 1);
}
