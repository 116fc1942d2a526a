//! Who sees the inspector: whoever has the link, and by default only on this machine. For all others its path is the
//! site's own.

use std::sync::mpsc;

use hardtack_server::{Config, Inspection};

use crate::http2::{self, Client};
use crate::origin::Origin;
use crate::served::{EXAMPLE, Served, page, usual};
use crate::wire::{Answer, HANG_TIMEOUT};

const PATHS: [&str; 6] = [
    "/.hardtack",
    "/.hardtack/",
    "/.hardtack/page.js",
    "/.hardtack/state",
    "/.hardtack/decisions",
    "/.hardtack/none",
];

fn shown_to(inspector: Inspection) -> Served {
    let config = Config {
        inspector,
        ..usual()
    };
    Served::folder(EXAMPLE, config)
}

/// The header of a browser that has opened the link.
fn cookie(server: &Served) -> String {
    format!("Cookie: {}", server.pass())
}

/// Checks that the site answered, which knows no such page.
#[track_caller]
fn is_the_sites(server: &Served, answer: &Answer) {
    assert_eq!(answer.status, 404, "{answer:?}");
    assert!(
        answer.text().contains("<!doctype html>"),
        "not the site's own 404"
    );
    assert_eq!(answer.field("content-security-policy"), None);
    assert_eq!(server.decisions().len(), 1);
}

/// Asks for every path as a browser that has opened the link, with these fields. The site answers.
#[track_caller]
fn is_not_for(server: &Served, host: &str, fields: &[&str]) {
    let pass = server.link.is_some().then(|| cookie(server));
    let fields: Vec<&str> = pass
        .as_deref()
        .into_iter()
        .chain(fields.iter().copied())
        .collect();
    for path in PATHS {
        is_the_sites(server, &server.ask(&page(host, path, &fields)));
    }
    if let Some(link) = &server.link {
        is_the_sites(server, &server.ask(&page(host, link, &fields)));
    }
}

#[test]
fn the_link_sets_a_cookie_and_leads_to_the_page() {
    let server = Served::example();
    let pass = server.pass();
    for link in [server.link(), &server.link().replace("/?", "?")] {
        let answer = server.ask(&page("localhost", link, &[]));
        assert_eq!(answer.status, 303);
        assert_eq!(answer.field("location"), Some("/.hardtack/"));
        assert_eq!(answer.field("cache-control"), Some("no-store"));
        assert_eq!(answer.field("referrer-policy"), Some("no-referrer"));
        let cookie = format!("{pass}; Path=/.hardtack/; HttpOnly; SameSite=Strict");
        assert_eq!(answer.cookies(), [cookie]);
    }
    let request = server.inspecting("/.hardtack/", &[]);
    assert_eq!(server.ask(&request).status, 200);
}

/// After a redirect, browsers would still withhold the cookie.
#[test]
fn a_link_on_another_site_leads_to_the_page_by_a_navigation_of_its_own() {
    let server = Served::example();
    let cross = ["Sec-Fetch-Site: cross-site"];
    let answer = server.ask(&page("localhost", server.link(), &cross));
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("content=\"0; url=/.hardtack/\""));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    assert_eq!(answer.cookies().len(), 1);
    assert!(!answer.text().contains("token"));
}

#[test]
fn without_the_token_or_the_cookie_the_path_is_the_sites() {
    let server = Served::example();
    let guesses = [
        "",
        "Cookie: a=1",
        "Cookie: hardtack_inspector_1=1",
        &format!("Cookie: hardtack_inspector_{}=", server.address.port()),
        &cookie(&server).replace("inspector", "other"),
        &format!("{}0", cookie(&server)),
    ];
    for guess in guesses {
        let fields: Vec<&str> = [guess]
            .into_iter()
            .filter(|field| !field.is_empty())
            .collect();
        for path in PATHS {
            is_the_sites(&server, &server.ask(&page("localhost", path, &fields)));
        }
    }
    let link = server.link().replace("token=", "token=0");
    is_the_sites(&server, &server.ask(&page("localhost", &link, &[])));
}

#[test]
fn the_cookie_of_an_earlier_start_admits_nobody() {
    let (earlier, server) = (Served::example(), Served::example());
    let (_, token) = earlier.link().split_once("token=").unwrap();
    let stale = format!(
        "Cookie: hardtack_inspector_{}={token}",
        server.address.port()
    );
    is_the_sites(
        &server,
        &server.ask(&page("localhost", "/.hardtack/", &[&stale])),
    );
}

#[test]
fn a_client_without_cookies_can_send_the_token_each_time() {
    let server = Served::example();
    let state = server.link().replace("/?", "/state?");
    let answer = server.ask(&page("localhost", &state, &[]));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!(answer.cookies(), [""; 0]);
}

#[test]
fn it_is_for_browsers_that_ask_for_this_machine() {
    let server = Served::example();
    for host in [
        "www.example.com",
        "localhost.example.com",
        "192.168.0.1",
        "127.0.0.1.nip.io",
        "",
    ] {
        is_not_for(&server, host, &[]);
    }
    for host in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]",
        "site.localhost",
    ] {
        let answer = server.ask(&page(host, "/.hardtack/", &[&cookie(&server)]));
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[test]
fn it_is_not_for_whoever_comes_through_a_proxy() {
    let server = Served::example();
    for field in [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: https",
        "Forwarded: for=127.0.0.1",
        "Via: 1.1 proxy",
        "X-Real-IP: 127.0.0.1",
        "X_Real_IP: 127.0.0.1",
        "CF-Ray: 1",
        "CloudFront-Is-Mobile-Viewer: true",
        "X-Envoy-Internal: true",
    ] {
        is_not_for(&server, "localhost", &[field]);
    }
    let trusting = Config {
        trusted: "loopback".parse().unwrap(),
        ..usual()
    };
    let server = Served::folder(EXAMPLE, trusting);
    is_not_for(&server, "localhost", &["X-Forwarded-For: 127.0.0.1"]);
}

#[test]
fn it_can_be_off() {
    let server = shown_to(Inspection::Off);
    is_not_for(&server, "localhost", &[]);
}

#[test]
fn it_can_be_for_everybody_who_has_the_link() {
    let server = shown_to(Inspection::Everybody);
    let (host, pass) = ("www.example.com", cookie(&server));
    for fields in [
        &[][..],
        &["X-Forwarded-For: 192.0.2.1"],
        &["Via: 1.1 proxy"],
    ] {
        let with_pass = [&[&*pass], fields].concat();
        let answer = server.ask(&page(host, "/.hardtack/", &with_pass));
        assert_eq!(answer.status, 200, "{fields:?}");
        let answer = server.ask(&page(host, server.link(), fields));
        assert_eq!(answer.status, 303, "{fields:?}");
        is_the_sites(&server, &server.ask(&page(host, "/.hardtack/", fields)));
    }
}

/// Checks whether the cookie of the link is `Secure`.
#[track_caller]
fn is_secure(config: Config, host: &str, fields: &[&str], expected: bool) {
    let config = Config {
        inspector: Inspection::Everybody,
        ..config
    };
    let server = Served::folder(EXAMPLE, config);
    let answer = server.ask(&page(host, server.link(), fields));
    let secure = answer.cookies()[0].contains("; Secure;");
    assert_eq!(secure, expected, "{host} {fields:?}: {answer:?}");
}

#[test]
fn its_cookie_is_secure_where_the_visitors_connection_is() {
    let trusting = || Config {
        trusted: "loopback".parse().unwrap(),
        ..usual()
    };
    let public = || Config {
        public_url: Some("https://www.example.com".parse().unwrap()),
        ..usual()
    };
    let https = ["X-Forwarded-Proto: https"];
    is_secure(usual(), "www.example.com", &[], false);
    is_secure(usual(), "www.example.com", &https, false);
    is_secure(trusting(), "www.example.com", &https, true);
    is_secure(public(), "www.example.com", &[], true);
    // Who sits at this machine comes by plain http.
    is_secure(public(), "localhost", &[], false);
}

#[test]
fn over_http_2_the_authority_decides() {
    let server = Served::example();
    let client = Client::to(&server);
    let pass = server.pass();
    let status = |authority: &str| {
        let uri = format!("http://{authority}/.hardtack/");
        let request = http2::page(&uri).header("cookie", &pass);
        client.ask(request).status
    };
    assert_eq!(status("localhost"), 200);
    assert_eq!(status("www.example.com"), 404);
}

#[test]
fn a_full_url_decides_over_the_host_field() {
    let server = Served::example();
    let target = "http://www.example.com/.hardtack/";
    is_the_sites(&server, &server.ask(&server.inspecting(target, &[])));
}

#[test]
fn names_that_only_begin_like_it_are_the_sites() {
    let server = Served::example();
    for path in [
        "/.hardtackle",
        "/.hardtack.html",
        "/.HARDTACK/",
        "/%2ehardtack/",
    ] {
        is_the_sites(&server, &server.ask(&server.inspecting(path, &[])));
    }
}

/// A proxy without headers, a stolen link, and a cookie that a client sends to every path.
#[test]
fn an_upstream_gets_neither_token_nor_cookie() {
    let (report, reports) = mpsc::channel();
    let origin = Origin::start(move |mut wire| {
        let _ = report.send(wire.until("\r\n\r\n"));
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let server = Served::before(origin.address, usual());
    let (pass, link) = (cookie(&server), server.link().to_string());
    let (_, token) = link.split_once("token=").unwrap();
    for path in [
        &*link,
        "/.hardtack/state",
        "/page",
        &format!("/page?a=1&token={token}"),
    ] {
        let fields = [&*pass, "Cookie: theirs=1"];
        server.ask(&page("www.example.com", path, &fields));
        let head = reports.recv_timeout(HANG_TIMEOUT).unwrap();
        assert!(!head.contains(token), "{path}: {head}");
        assert!(!head.contains("hardtack_inspector"), "{path}: {head}");
        assert!(
            head.to_lowercase().contains("cookie: theirs=1\r\n"),
            "{head}"
        );
    }
    assert!(
        !server
            .decisions()
            .iter()
            .any(|made| made.path.contains(token))
    );
}
