//! Functions that do as they should.

use hardtack_cloudfront::local::EdgeOutcome;

use crate::edge::{APPENDS, Edge, status, values};

/// A function that tells what it was asked, in a header.
const TELLS: &str = "export const handler = async (event, context) => {
    const { cf } = event.Records[0];
    cf.response.headers['x-event'] = [{ value: JSON.stringify(cf) }];
    cf.response.headers['x-context'] = [{ value: JSON.stringify([Object.keys(process.env).sort(), context.functionVersion]) }];
    return cf.response;
};";

const TWO_COOKIES: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\nset-cookie: login=1\r\n\
    set-cookie: cart=2\r\nx-cache: Hit\r\nconnection: close\r\n\r\nok";

#[test]
fn a_page_gets_the_functions_cookie() {
    let edge = Edge::over_files(APPENDS);
    let response = edge.get("");
    assert_eq!(status(&response), 200);
    assert_eq!(values(&response, "set-cookie"), ["FPD=new"]);
    assert!(response.ends_with("<p>page"), "{response}");
    assert_eq!(
        edge.log(),
        [(
            "/".to_string(),
            EdgeOutcome::Ran(vec!["FPD=new".to_string()])
        )]
    );
}

#[test]
fn the_origins_cookies_come_first() {
    let edge = Edge::over_upstream(APPENDS, TWO_COOKIES);
    let response = edge.get("");
    assert_eq!(
        values(&response, "set-cookie"),
        ["login=1", "cart=2", "FPD=new"]
    );
    assert_eq!(
        values(&response, "x-cache"),
        ["Hit"],
        "hidden headers pass by"
    );
    assert!(response.ends_with("ok"), "{response}");
}

#[test]
fn the_event_is_cloudfronts() {
    let edge = Edge::over_upstream(TELLS, TWO_COOKIES);
    let response = edge.ask("GET /a%20b?c=d HTTP/1.1\r\nhost: www.example.com\r\ncookie: a=1\r\ncookie: b=2\r\nX-Forwarded-Proto: https");
    let event: serde_json::Value = serde_json::from_str(values(&response, "x-event")[0]).unwrap();
    assert_eq!(event["config"]["eventType"], "viewer-response");
    assert_eq!(event["request"]["uri"], "/a%20b");
    assert_eq!(event["request"]["querystring"], "c=d");
    assert_eq!(event["request"]["clientIp"], "127.0.0.1");
    assert_eq!(event["request"]["headers"]["cookie"][1]["value"], "b=2");
    assert!(
        event["request"]["headers"]
            .get("x-forwarded-proto")
            .is_none()
    );
    assert_eq!(event["response"]["status"], "200");
    assert_eq!(
        event["response"]["headers"]["set-cookie"][1]["value"],
        "cart=2"
    );
    assert_eq!(
        event["response"]["headers"]["content-length"][0]["value"],
        "2"
    );
    assert!(event["response"]["headers"].get("x-cache").is_none());
    assert!(event["response"].get("body").is_none());
}

#[test]
fn the_environment_is_lambdas() {
    let edge = Edge::over_files(TELLS);
    let response = edge.get("");
    let found = values(&response, "x-context")[0];
    assert_eq!(
        found,
        r#"[["AWS_LAMBDA_FUNCTION_NAME","AWS_REGION","PATH","TZ"],"1"]"#
    );
}

#[test]
fn a_function_may_call_back_and_may_be_commonjs_like() {
    let edge = Edge::over_files(
        "export default { handler(event, context, callback) {
        const { response } = event.Records[0].cf;
        response.headers['x-called'] = [{ value: 'back' }];
        setImmediate(() => callback(null, response));
    } };",
    );
    assert_eq!(values(&edge.get(""), "x-called"), ["back"]);
}

#[test]
fn what_the_function_prints_is_no_answer() {
    let edge = Edge::over_files(&format!(
        "console.log('one'); console.error('two'); process.stdout.write('three');\n{APPENDS}"
    ));
    assert_eq!(values(&edge.get(""), "set-cookie"), ["FPD=new"]);
}

#[test]
fn functions_do_not_run_for_error_pages() {
    let edge = Edge::over_files(APPENDS);
    let response = edge.ask("GET /missing HTTP/1.1\r\nhost: a");
    assert_eq!(
        (status(&response), values(&response, "set-cookie")),
        (404, vec![])
    );
    assert!(response.ends_with("<p>missing"), "{response}");
    let broken = Edge::over_upstream(
        APPENDS,
        "HTTP/1.1 500 Broken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    assert_eq!(values(&broken.get(""), "set-cookie"), [""; 0]);
    let expected = |path: &str| [(path.to_string(), EdgeOutcome::NotInvoked)];
    assert_eq!(
        (edge.log(), broken.log()),
        (expected("/missing").into(), expected("/").into())
    );
}

#[test]
fn redirects_and_conditional_answers_are_the_functions_too() {
    let redirect =
        "HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let response = Edge::over_upstream(APPENDS, redirect).get("");
    assert_eq!(
        (status(&response), values(&response, "set-cookie")),
        (302, vec!["FPD=new"])
    );
    let edge = Edge::over_files(APPENDS);
    let first = edge.get("");
    let etag = values(&first, "etag")[0];
    let response = edge.get(&format!("if-none-match: {etag}"));
    assert_eq!(
        (status(&response), values(&response, "set-cookie")),
        (304, vec!["FPD=new"])
    );
}

#[test]
fn many_events_are_under_way_at_once() {
    // No one answers before all are asked.
    let edge = Edge::over_files(
        "const waiting = [];
        export const handler = (event) => new Promise((resolve) => {
            const { request, response } = event.Records[0].cf;
            response.headers['x-id'] = request.headers['x-id'];
            waiting.push(() => resolve(response));
            if (waiting.length === 8) waiting.reverse().forEach((answer) => answer());
        });",
    );
    let edge = &edge;
    std::thread::scope(|scope| {
        for id in 0..8 {
            scope.spawn(move || {
                let response = edge.get(&format!("x-id: {id}"));
                assert_eq!(values(&response, "x-id"), [id.to_string()], "{response}");
            });
        }
    });
}

#[test]
fn the_inspector_shows_what_the_function_did() {
    let edge = Edge::over_files(APPENDS);
    edge.get("");
    edge.ask("GET /missing HTTP/1.1\r\nhost: localhost");
    let events = edge.inspected_until("for this status\"}");
    let events: Vec<serde_json::Value> = events
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    let told = |key: &str| {
        events
            .iter()
            .map(|event| event[key].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(told("outcome"), ["ran", "skipped"]);
    assert_eq!(told("path"), ["/", "/missing"]);
    assert_eq!(told("id"), ["new".into(), serde_json::Value::Null]);
    assert_eq!(
        told("set_cookie"),
        [serde_json::json!(["FPD=new"]), serde_json::json!([])]
    );
    assert_eq!(
        edge.log().len(),
        2,
        "the inspector's own requests are none of the function's"
    );
}
