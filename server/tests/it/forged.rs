//! The header that tells the upstream who the visitor is: no client's own gets through.

use std::sync::mpsc;

use hardtack_server::Config;

use crate::origin::Origin;
use crate::served::{Served, policy, usual};
use crate::wire::HANG_TIMEOUT;

const HTML: &str = "Content-Type: text/html\r\nContent-Length: 2\r\n\r\nhi";

#[test]
fn the_upstream_hears_of_the_visitor_from_nobody_else() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let _ = report.send(wire.until("\r\n\r\n"));
        wire.send(format!("HTTP/1.1 200 OK\r\n{HTML}"));
    });
    for name in ["x-visitor", "x_visitor"] {
        let config = Config {
            policy: policy(&format!("signals.request_header = {name:?}")),
            ..usual()
        };
        let server = Served::before(origin.address, config);
        let forged = [
            "X-Visitor: forged",
            "X_Visitor: forged",
            "X.Visitor: forged",
        ];
        let noise = format!(
            "Cookie: FPD=3fa85f64-5717-4562-b3fc-2c963f66afa6; a={}",
            "\u{20ac}".repeat(9000)
        );
        server.page("/page", &[&forged[..], &[&noise]].concat());
        let head = reports.recv_timeout(HANG_TIMEOUT).unwrap();
        let told = head.to_ascii_lowercase();
        assert!(!told.contains("forged"), "{told}");
        let renewed = format!("{name}: renewed;reason=returning_visitor;id=");
        assert_eq!(told.matches(&renewed).count(), 1, "{told}");
    }
}
