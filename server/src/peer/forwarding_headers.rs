//! Which request headers show that a proxy forwards the request: browsers send none of them.
//!
//! A name counts if, with every underscore as a hyphen,
//!
//! 1. `forwarded` is in it: `Forwarded` (RFC 7239), `X-Forwarded-*`, ingress-nginx's `X-Original-Forwarded-For`,
//!    Fly.io's `Fly-Forwarded-Port`;
//! 2. it ends in `-ip`, by which nginx (`X-Real-IP`), Akamai and Cloudflare (`True-Client-IP`, `CF-Connecting-IP`),
//!    Fastly, Fly.io, Netlify, Rackspace and others report the client's address;
//! 3. it is one of [`NAMES`];
//! 4. it begins with one of [`PREFIXES`], each a proxy's or a network's own.
//!
//! What is missing here only leaves a request unmarked: the inspector asks for its token, too.

use std::borrow::Cow;

use http::HeaderMap;

/// Names that no rule covers: `Via` (RFC 9110 §7.6.3), `CDN-Loop` (RFC 8586), and those in which ingress-nginx, IIS and
/// Google Cloud's load balancers report scheme, host and trace.
const NAMES: [&str; 8] = [
    "via",
    "cdn-loop",
    "x-scheme",
    "x-host",
    "x-url-scheme",
    "front-end-https",
    "x-cloud-trace-context",
    "x-varnish",
];

/// Beginnings of names, each with the page that documents them.
const PREFIXES: [&str; 15] = [
    // ingress-nginx, "ConfigMap: use-forwarded-headers"; Azure Application Gateway, "How an application gateway works".
    "x-original-",
    // nginx, "ngx_http_realip_module".
    "x-real-",
    // Envoy, "HTTP header manipulation".
    "x-envoy-",
    // Cloudflare, "HTTP headers".
    "cf-",
    // Amazon CloudFront, "Add CloudFront request headers".
    "cloudfront-",
    // Amazon CloudFront, "HTTP request headers and CloudFront behavior"; AWS, "Request tracing for your Application
    // Load Balancer".
    "x-amz-cf-",
    "x-amzn-",
    // Fastly, "HTTP headers".
    "fastly-",
    // Fly.io, "Request headers".
    "fly-",
    // Akamai, "X-Akamai-Edgescape" and others of its property manager.
    "x-akamai-",
    "akamai-",
    // Azure's network, "Protocol support for HTTP headers"; its Application Gateway.
    "x-azure-",
    "x-appgw-",
    // Google App Engine, "Request headers".
    "x-appengine-",
    // Vercel, "Request headers".
    "x-vercel-",
];

/// Marks of a proxy that say nothing of its client. Loops are found by them (RFC 9110 §7.6.3, RFC 8586), and requests
/// in the logs of several systems.
const TRACES: [&str; 8] = [
    "via",
    "cdn-loop",
    "cf-ray",
    "x-amz-cf-id",
    "x-amzn-trace-id",
    "x-appgw-trace-id",
    "x-cloud-trace-context",
    "x-varnish",
];

/// What follows `x-original-` where a proxy says how it was asked. Applications have names of their own that begin so,
/// such as that of an uploaded file.
const ORIGINALS: [&str; 8] = [
    "host", "method", "path", "port", "proto", "scheme", "uri", "url",
];

/// Whether a proxy reports the client, or how it was asked, in a header of this name. Only a trusted one may.
pub(crate) fn is_report(name: &str) -> bool {
    let name = hyphenated(name);
    let is_own = |rest: &str| {
        !ORIGINALS.contains(&rest) && !rest.contains("forwarded") && !rest.ends_with("-ip")
    };
    is_one(&name)
        && !TRACES.contains(&&*name)
        && !name.strip_prefix("x-original-").is_some_and(is_own)
}

/// Whether a proxy has left a trace in the headers.
pub(crate) fn has_any(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| is_one(name.as_str()))
}

fn is_one(name: &str) -> bool {
    let name = hyphenated(name);
    name.contains("forwarded")
        || name.ends_with("-ip")
        || NAMES.contains(&&*name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The name with hyphens for underscores. Hardly any has one: each header of a request is looked at.
fn hyphenated(name: &str) -> Cow<'_, str> {
    match name.contains('_') {
        true => Cow::Owned(name.replace('_', "-")),
        false => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_one, is_report};

    #[track_caller]
    fn check_reports(expected: bool, names: &[&str]) {
        for name in names {
            assert_eq!(is_report(name), expected, "{name}");
        }
    }

    #[test]
    fn a_report_says_who_the_client_is_or_how_it_asked() {
        check_reports(
            true,
            &[
                "forwarded",
                "x-forwarded-for",
                "x-real-ip",
                "x_real_ip",
                "x-client-ip",
                "true-client-ip",
                "cf-connecting-ip",
                "cf-ipcountry",
                "fastly-client-ip",
                "x-amzn-oidc-identity",
                "x-envoy-external-address",
                "x-original-forwarded-for",
                "x-original-remote-ip",
                "x-original-host",
                "x-original-url",
                "x-scheme",
            ],
        );
    }

    #[test]
    fn traces_and_names_of_applications_are_no_reports() {
        check_reports(false, &super::TRACES);
        check_reports(
            false,
            &["x-original-filename", "x-own", "cookie", "x-ip-version"],
        );
    }

    #[test]
    fn what_proxies_add_is_recognised() {
        for name in [
            "forwarded",
            "via",
            "cdn-loop",
            "x-forwarded-for",
            "x_forwarded_for",
            "x-forwarded",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "x-forwarded-client-cert",
            "forwarded-for",
            "x-original-forwarded-for",
            "x-original-host",
            "x-original-url",
            "x-real-ip",
            "x-real-port",
            "x-client-ip",
            "client-ip",
            "x-cluster-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-ray",
            "cf-visitor",
            "fastly-client-ip",
            "fastly-ssl",
            "fly-client-ip",
            "fly-region",
            "do-connecting-ip",
            "x-nf-client-connection-ip",
            "cloudfront-viewer-address",
            "cloudfront-forwarded-proto",
            "x-amz-cf-id",
            "x-amzn-trace-id",
            "x-envoy-external-address",
            "x-envoy-original-path",
            "x-akamai-edgescape",
            "x-azure-clientip",
            "x-azure-fdid",
            "x-appgw-trace-id",
            "x-appengine-user-ip",
            "x-appengine-country",
            "x-vercel-id",
            "x-cloud-trace-context",
            "x-scheme",
            "x-varnish",
        ] {
            assert!(is_one(name), "{name}");
        }
    }

    #[test]
    fn what_browsers_send_is_not() {
        for name in [
            "host",
            "accept",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "connection",
            "content-length",
            "cookie",
            "device-memory",
            "dnt",
            "dpr",
            "downlink",
            "ect",
            "if-modified-since",
            "if-none-match",
            "keep-alive",
            "last-event-id",
            "origin",
            "pragma",
            "priority",
            "purpose",
            "range",
            "referer",
            "rtt",
            "save-data",
            "sec-ch-ua",
            "sec-ch-ua-platform",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "sec-fetch-user",
            "sec-gpc",
            "sec-purpose",
            "service-worker",
            "te",
            "upgrade",
            "upgrade-insecure-requests",
            "user-agent",
            "viewport-width",
            "x-moz",
            "x-requested-with",
        ] {
            assert!(!is_one(name), "{name}");
        }
    }
}
