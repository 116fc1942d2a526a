//! Any bytes as host, path, `Cookie`, `Location` and `Set-Cookie`: the decision never panics, and what it writes is one
//! clean line that a browser would send back.
#![no_main]

use std::sync::LazyLock;

use hardtack::{Exchange, Policy, Request, Response, Scheme, Target, VisitorId, decide};
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<Policy> = LazyLock::new(hardtack_policy::defaults);

fuzz_target!(|parts: (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, u16, [u8; 16])| {
    let (cookie, host, path, location, set_cookie, status, entropy) = parts;
    let request = [("sec-fetch-dest", b"document".to_vec()), ("cookie", cookie)];
    let response = [("location", location), ("set-cookie", set_cookie)];
    let mut path = path;
    path.insert(0, b'/');
    let exchange = Exchange {
        request: Request {
            target: Target { scheme: Scheme::Https, host: &host },
            method: b"GET",
            path: &path,
            country: None,
            fields: &request[..],
        },
        response: Response { status, fields: &response[..] },
    };
    let decision = decide(&POLICY, &exchange, 0, entropy);
    assert_eq!(decision.set_cookie().is_some(), decision.outcome().sets_cookie());
    if decision.outcome().has_id() {
        check(decision.id().expect("a visitor in scope has an id"), decision.set_cookie());
    }
});

fn check(id: VisitorId, set_cookie: Option<hardtack::SetCookie<'_>>) {
    let mut buffer = [0; 512];
    let line = set_cookie.expect("the default policy renews").render(&mut buffer).expect("a line is short");
    assert!(line.iter().all(|b| (b' '..=b'~').contains(b)));
    let pair = line.split(|b| *b == b';').next().expect("a first part").to_vec();
    assert_eq!(hardtack::read(&POLICY, &[("cookie", pair)][..], 0), Some(id));
}
