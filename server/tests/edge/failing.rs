//! Functions that fail, and what CloudFront answers then.

use hardtack_cloudfront::local::EdgeOutcome;

use crate::edge::{Edge, status, values};

/// A function that does this to `response` and `headers`.
fn function(code: &str) -> String {
    format!(
        "export const handler = async (event) => {{
        const {{ request, response }} = event.Records[0].cf;
        const {{ headers }} = response;
        {code}
        return response;
    }};"
    )
}

/// What answers in place of the page, with a word of the reason.
#[track_caller]
fn check(code: &str, expected: (u16, &str, &str)) -> Edge {
    let edge = Edge::over_files(&function(code));
    check_again(&edge, "", expected);
    edge
}

#[track_caller]
fn check_again(edge: &Edge, headers: &str, (code, name, why): (u16, &str, &str)) {
    let response = edge.get(headers);
    assert_eq!(status(&response), code, "{response}");
    assert_eq!(
        values(&response, "x-cache"),
        [format!("{name} from cloudfront")]
    );
    assert!(response.contains(why), "{response}");
    assert!(!response.contains("<p>page"), "{response}");
    assert_eq!(values(&response, "set-cookie"), [""; 0]);
    assert!(
        matches!(edge.log().last(), Some((_, EdgeOutcome::Failed(_)))),
        "{:?}",
        edge.log()
    );
}

#[track_caller]
fn check_invalid(code: &str, why: &str) {
    check(code, (502, "LambdaValidationError", why));
}

#[test]
fn what_cloudfront_refuses_is_a_502() {
    check_invalid("headers['content-length'] = [{ value: '1' }];", "read-only");
    check_invalid("delete headers['content-length'];", "read-only");
    check_invalid("headers['via'] = [{ value: '1.1 me' }];", "read-only");
    check_invalid(
        "headers['x-cache'] = [{ value: 'Hit' }];",
        "may not be added",
    );
    check_invalid("headers['set-cookie'] = 'FPD=1';", "not a list");
    check_invalid("response.status = '302';", "changed to 302");
    check_invalid("response.body = 'mine';", "body");
    check_invalid("return;", "returned nothing");
    check_invalid("return request;", "no status");
}

#[test]
fn head_gets_no_body_of_an_error_either() {
    let edge = Edge::over_files(&function("throw 1;"));
    let response = edge.ask("HEAD / HTTP/1.1\r\nhost: a");
    assert_eq!(status(&response), 503);
    assert!(response.ends_with("\r\n\r\n"), "{response}");
}

#[test]
fn what_a_plain_function_returns_is_lost() {
    let edge = Edge::over_files("export const handler = (event) => event.Records[0].cf.response;");
    check_again(
        &edge,
        "",
        (502, "LambdaValidationError", "returned nothing"),
    );
}

#[test]
fn a_throw_is_a_503_and_only_that_one() {
    let edge = check(
        "if (!request.headers['x-good']) throw new Error('on purpose');",
        (503, "LambdaExecutionError", "on purpose"),
    );
    assert_eq!(status(&edge.get("x-good: 1")), 200);
}

#[test]
fn whatever_is_thrown_is_told() {
    check("throw null;", (503, "LambdaExecutionError", "threw null"));
    check(
        "throw { toString() { throw 1; } };",
        (503, "LambdaExecutionError", "threw"),
    );
    check(
        "response.self = response;",
        (503, "LambdaExecutionError", "circular"),
    );
}

#[test]
fn a_process_that_ends_is_started_again() {
    let edge = check(
        "if (request.headers['x-bad'] || !request.headers['x-good']) process.exit(3);",
        (503, "LambdaExecutionError", "exit status: 3"),
    );
    assert_eq!(status(&edge.get("x-good: 1")), 200);
    check_again(
        &edge,
        "x-bad: 1",
        (503, "LambdaExecutionError", "exit status: 3"),
    );
    assert_eq!(status(&edge.get("x-good: 1")), 200);
}

#[test]
fn an_error_that_nobody_catches_ends_the_process() {
    let edge = check(
        "if (!request.headers['x-good']) await new Promise(() => setTimeout(() => { throw new Error('late'); }));",
        (503, "LambdaExecutionError", "exit status: 1"),
    );
    assert_eq!(status(&edge.get("x-good: 1")), 200);
}

#[test]
fn a_function_that_never_answers_is_a_503() {
    let edge = check(
        "if (!request.headers['x-good']) await new Promise(() => {});",
        (503, "LambdaLimitExceeded", "within 5s"),
    );
    assert_eq!(status(&edge.get("x-good: 1")), 200);
}

#[test]
fn a_loop_holds_up_nobody_but_its_own_visitor() {
    let edge = Edge::over_files(&function("if (request.headers['x-loop']) for (;;);"));
    let edge = &edge;
    std::thread::scope(|scope| {
        let looping = scope.spawn(move || edge.get("x-loop: 1"));
        let others: Vec<_> = (0..4).map(|_| scope.spawn(move || edge.get(""))).collect();
        assert_eq!(status(&looping.join().unwrap()), 503);
        for other in others {
            assert_eq!(status(&other.join().unwrap()), 200);
        }
    });
}
