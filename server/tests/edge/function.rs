//! CloudFront Functions, of every temper.

use hardtack_cloudfront::local::EdgeError;

use crate::edge::{Edge, artifact, status, values};

const TWO_COOKIES: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\nset-cookie: login=1\r\n\
    set-cookie: cart=2; Path=/\r\nset-cookie: cart=3\r\nconnection: close\r\n\r\nok";

/// A function that does this to `response`.
fn function(code: &str) -> String {
    format!(
        "function handler(event) {{
        const response = event.response;
        {code}
        return response;
    }}"
    )
}

#[test]
fn its_cookie_comes_behind_the_origins() {
    let code = "response.cookies.FPD = { value: 'new', attributes: 'Secure' };";
    let edge = Edge::over_upstream(&function(code), TWO_COOKIES);
    let expected = ["login=1", "cart=2; Path=/", "cart=3", "FPD=new; Secure"];
    assert_eq!(values(&edge.get(""), "set-cookie"), expected);
}

#[test]
fn it_sees_cookies_addresses_and_a_time_that_stands_still() {
    let code = "const start = Date.now(); while (Math.random() < 0.999999);
        const seen = [event.request.cookies.a.value, event.viewer.ip, event.context.requestId.length, Date.now() - start];
        response.headers['x-seen'] = { value: JSON.stringify(seen) };";
    let edge = Edge::over_files(&function(code));
    let response = edge.get("cookie: a=1; b=2\r\n");
    assert_eq!(values(&response, "x-seen"), [r#"["1","127.0.0.1",56,0]"#]);
}

#[test]
fn it_may_change_the_status() {
    let edge = Edge::over_files(&function("response.statusCode = 203;"));
    assert_eq!(status(&edge.get("")), 203);
}

#[test]
fn what_the_runtime_has_not_is_not_there() {
    for code in [
        "process.exit();",
        "setTimeout(() => {}, 1);",
        "require('fs');",
        "throw 1;",
        "console.error('x');",
    ] {
        let response = Edge::over_files(&function(code)).get("");
        assert_eq!(status(&response), 503, "{code}: {response}");
        assert_eq!(
            values(&response, "x-cache"),
            ["FunctionExecutionError from cloudfront"]
        );
    }
}

#[test]
fn what_cloudfront_would_not_take_is_refused() {
    for code in [
        "return null;",
        "response.headers.via = { value: 'x' };",
        "response.headers['set-cookie'] = { value: 'a=1' };",
    ] {
        let response = Edge::over_files(&function(code)).get("");
        assert_eq!(status(&response), 502, "{code}: {response}");
        assert_eq!(
            values(&response, "x-cache"),
            ["FunctionValidationError from cloudfront"]
        );
    }
}

#[test]
fn one_that_does_not_parse_does_not_load() {
    let started = artifact("function handler(event) {");
    assert!(matches!(started, Err(EdgeError::Load(..))), "{started:?}");
}
