//! What the cookie will be, by what visitors open: plain HTTP, TLS, or a proxy in front of the server.

use std::net::SocketAddr;

use hardtack::Scheme;
use hardtack_server::Config;
use hardtack_server::peer::TrustedProxies;

use super::Args;
use crate::output::Output;

/// Prints what plain HTTP means for the cookie, and how to say who one's proxy is.
pub(super) fn explain(output: &Output, config: &Config, args: &Args, address: SocketAddr) {
    let is_plain = config.policy.settings.cookie.secure && !use_tls(config);
    match is_loopback(config, address) {
        false if is_plain && !is_reported(config) => return warn_of_refusal(output, config),
        true if is_plain && config.policy.policy.relaxes_secure_on_loopback() => {
            output.note("plain http on loopback: the cookie is set without Secure, because Safari would refuse it otherwise");
        }
        _ => {}
    }
    let is_inside = config.tls.is_none() && address.ip().is_loopback();
    if (is_inside || args.upstream.is_some()) && !is_proxy_known(config) {
        let proxy = if is_inside { "loopback" } else { "ADDRESS" };
        output.hint(format_args!(
            "behind a proxy that reports scheme and host, add --trust {proxy}; behind any other, say what visitors \
             open: --public-url https://www.example.com"
        ));
    }
}

fn warn_of_refusal(output: &Output, config: &Config) {
    output.warning(
        "plain http: no cookie will be set, because browsers refuse a Secure cookie there",
    );
    output.hint(match config.public_url {
        Some(_) => "write https:// in --public-url, if visitors do",
        None => {
            "serve over TLS with --cert and --key; or behind a proxy that does, name it with --trust, or say what \
             visitors open with --public-url"
        }
    });
}

fn use_tls(config: &Config) -> bool {
    match &config.public_url {
        Some(url) => url.scheme() == Scheme::Https,
        None => config.tls.is_some(),
    }
}

fn is_loopback(config: &Config, address: SocketAddr) -> bool {
    match &config.public_url {
        Some(url) => hardtack::is_loopback(url.host().as_bytes()),
        None => address.ip().is_loopback(),
    }
}

/// Whether a proxy says with each request what visitors use.
fn is_reported(config: &Config) -> bool {
    config.public_url.is_none() && config.trusted != TrustedProxies::none()
}

fn is_proxy_known(config: &Config) -> bool {
    config.public_url.is_some() || config.trusted != TrustedProxies::none()
}
