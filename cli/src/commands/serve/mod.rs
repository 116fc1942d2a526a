//! `hardtack serve`: serves a folder or an upstream, and sets the cookie.

mod access_line;
mod access_log;
mod admin;
mod client_address;
mod edge;
mod inspector;
mod limits;
mod open_files;
mod port;
mod proxy_protocol;
mod reload;
mod reopen;
mod site;
mod stop;
mod supervisor;
mod transport;
mod upstream_limits;
mod visitors;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::ValueEnum;
use hardtack_server::files::TrailingSlash;
use hardtack_server::peer::{PublicUrl, TrustedProxies};
use hardtack_server::{Config, PolicyInForce, tls};
use serde_json::json;

use self::reload::Hangup;
use self::stop::Stop;
use self::supervisor::State;
use crate::error::Error;
use crate::output::{JSON_SCHEMA, LITERAL, Output};
use crate::policy_file::PolicyFile;
use crate::values;

/// Serve a folder or an upstream, and set the cookie
///
/// A folder is served with clean URLs: /about is about, about.html or the folder about/, which has index.html. Requests
/// are forwarded to an upstream, and the cookie is set on its responses. Each exchange is a line on stdout, with the
/// visitor's id only if the policy says `signals.log`. The inspector at /.hardtack/ shows the decisions live, and the
/// cookie that scripts cannot read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to serve
    #[arg(required_unless_present = "upstream", conflicts_with = "upstream")]
    dir: Option<PathBuf>,

    /// Forward requests to this server instead, such as http://127.0.0.1:3000
    ///
    /// Its informational responses, such as 103 Early Hints, are not passed on.
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,

    /// Forward request headers whose names have an underscore, too
    ///
    /// They are dropped otherwise, as nginx does: an application behind CGI, FastCGI or WSGI takes `X_Real_IP` for
    /// `X-Real-IP`. Headers that stand for X-Forwarded-*, X-Real-IP or the policy's `signals.request_header` are
    /// dropped even so.
    #[arg(long, conflicts_with = "dir", hide_short_help = true)]
    underscores_in_headers: bool,

    /// Redirect a path to its page's address, or answer it, where the two differ by their last slash
    ///
    /// The address of about/index.html is /about/, and that of about.html is /about: relative links count from there.
    #[arg(
        long,
        value_name = "HOW",
        default_value = "redirect",
        conflicts_with = "upstream",
        hide_short_help = true
    )]
    trailing_slash: Slash,

    /// Let this built edge artifact decide, run in Node.js as CloudFront would run it
    ///
    /// The artifact's own policy applies. Where CloudFront would answer with an error instead of the page, so does this
    /// server.
    #[arg(long, value_name = "ZIP")]
    edge: Option<PathBuf>,

    /// Listen on this address and port, or on this port of 127.0.0.1; port 0 chooses a free one
    #[arg(long, visible_alias = "port", value_name = "ADDR:PORT", default_value_t = values::LISTEN, value_parser = values::listen)]
    listen: SocketAddr,

    /// Let other processes of the same user listen on the same port, as a new one does before the old one stops
    ///
    /// Without it, a second server on a port is an error. Linux then spreads connections over all that listen.
    #[arg(long, hide_short_help = true)]
    reuse_port: bool,

    /// Serve over TLS with a self-signed certificate, made at every start
    ///
    /// The certificate is written to a file, for clients that are told what to trust, such as `hardtack verify --ca`.
    /// Its key stays in memory.
    #[arg(long)]
    tls: bool,

    /// Serve over TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "tls")]
    cert: Option<PathBuf>,

    /// Use this private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Use this many worker threads [default: one for each core]
    #[arg(long, value_name = "N")]
    workers: Option<NonZeroUsize>,

    /// Trust X-Forwarded-* from these addresses, networks, `loopback` or `private`
    #[arg(
        long,
        value_name = "LIST",
        default_value = "",
        hide_default_value = true,
        value_parser = values::proxies
    )]
    trust: TrustedProxies,

    #[command(flatten)]
    proxy_protocol: proxy_protocol::Args,

    /// Take this for what visitors open, such as https://www.example.com
    ///
    /// For a proxy that passes on neither scheme nor host, as nginx's `proxy_pass` does by default. Whatever requests
    /// and proxies say, the cookie then has the `Domain` of this host, and `Secure` for https. What an upstream
    /// receives stays as it is.
    #[arg(long, value_name = "URL", value_parser = values::public_url, conflicts_with = "edge")]
    public_url: Option<PublicUrl>,

    /// Show the inspector to these clients [default: loopback, and off with --upstream]
    ///
    /// It is at /.hardtack/, for whoever has opened the link that is printed at the start. It is also off by default if
    /// other machines can connect.
    #[arg(long, value_name = "WHO")]
    inspector: Option<inspector::InspectorAccess>,

    /// Answer /metrics, /healthz and /readyz on this address and port, or on this port of 127.0.0.1 [default: nowhere]
    ///
    /// Port 0 chooses a free one. There is no password: keep the address on loopback or in a private network.
    #[arg(long, value_name = "ADDR:PORT", value_parser = values::listen, hide_short_help = true)]
    admin: Option<SocketAddr>,

    #[command(flatten)]
    log: access_log::Args,

    #[command(flatten)]
    limits: limits::Args,
}

/// What becomes of a path with a slash too many or too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Slash {
    /// Redirect it, as nginx, Caddy and S3's websites do
    Redirect,
    /// Answer it with the page
    Ignore,
}

impl From<Slash> for TrailingSlash {
    fn from(slash: Slash) -> Self {
        match slash {
            Slash::Redirect => Self::Redirect,
            Slash::Ignore => Self::Ignore,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    admin::check(args)?;
    proxy_protocol::check(args)?;
    let sources = sources(args, policy);
    let seen = sources.look();
    let policy = PolicyFile::find(policy)?;
    let (site, what) = site::of(args, &policy)?;
    let transport = transport::of(args, output)?;
    let before = reload::InForce {
        file: policy.path.clone(),
        tls: transport.config.clone(),
        seen,
    };
    let open_files = open_files::raise(output);
    let config = config(
        args,
        in_force(policy, &sources.suffix),
        transport.config.clone(),
        open_files,
    );
    let (logs, log) = args.log.start(output)?;
    open_files::check(open_files, config.limits.connections, output);
    let artifact = args.edge.as_deref().map(edge::start).transpose()?;
    let (mut server, address) = port::listen(args, &config, site, log)?;
    let (admin, admin_url) = admin::open(args, logs.lost())?.unzip();
    if let Some(admin) = admin {
        server = server.with_admin(admin);
    }
    if let Some(artifact) = artifact {
        server = server.with_edge(artifact);
    }
    let unsupervised = |cause| Error::io("cannot wait for signals", &cause);
    // Before anybody knows that the server is there.
    let stop = Stop::listen().map_err(unsupervised)?;
    let hangup = Hangup::listen().map_err(unsupervised)?;
    let link = inspector::link(&server, &config, &url(&config, address));
    announce(
        output,
        &config,
        address,
        &what,
        args,
        &Links {
            certificate: transport.certificate.as_deref(),
            inspector: link.as_deref(),
            admin: admin_url.as_deref(),
        },
    )?;
    inspector::explain(output, args, link.as_deref());
    proxy_protocol::explain(output, args);
    match &args.edge {
        Some(zip) => edge::announce(output, &config, zip),
        None => visitors::explain(output, &config, args, address),
    }
    let control = server.control();
    let watch = reload::start(sources, before, hangup, control, output).map_err(unsupervised)?;
    if let Some(interval) = supervisor::heartbeat() {
        server = server.with_heartbeat(interval, || supervisor::tell(State::Alive));
    }
    supervisor::tell(State::Ready);
    let stopped = async {
        stop.requested().await;
        supervisor::tell(State::Stopping);
    };
    let ended = server.run(reopen::until(stopped, logs.access().cloned()));
    drop(watch);
    output.note(access_log::stopped(logs.finish()));
    drop(logs);
    ended.map_err(|cause| Error::io("cannot serve", &cause))
}

/// What is read again while the server runs.
fn sources(args: &Args, policy: Option<&Path>) -> reload::Sources {
    let decides = |zip: &PathBuf| format!("; {} decides by its own", zip.display());
    reload::Sources {
        policy: policy.map(Path::to_owned),
        certificate: args.cert.clone().zip(args.key.clone()),
        suffix: args.edge.as_ref().map(decides).unwrap_or_default(),
    }
}

fn in_force(policy: PolicyFile, suffix: &str) -> PolicyInForce {
    PolicyInForce {
        source: policy.source() + suffix,
        policy: Arc::new(policy.policy),
        settings: Arc::new(policy.settings),
    }
}

fn config(
    args: &Args,
    policy: PolicyInForce,
    tls: Option<Arc<tls::ServerConfig>>,
    open_files: u64,
) -> Config {
    let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Config {
        listen: args.listen,
        reuse_port: args.reuse_port,
        workers: args.workers.unwrap_or_else(cores),
        tls,
        limits: args.limits.limits(open_files),
        upstream_limits: args.limits.upstream(open_files),
        trusted: args.trust.clone(),
        proxy_protocol: args.proxy_protocol.is_on(),
        public_url: args.public_url.clone(),
        inspector: inspector::access(args, args.listen.ip()),
        policy,
    }
}

/// What else there is to open, where there is.
struct Links<'a> {
    certificate: Option<&'a Path>,
    inspector: Option<&'a str>,
    admin: Option<&'a str>,
}

/// Prints the address.
fn announce(
    output: &Output,
    config: &Config,
    address: SocketAddr,
    what: &str,
    args: &Args,
    links: &Links<'_>,
) -> Result<(), Error> {
    let url = url(config, address);
    if output.wants_json() {
        let mut line = json!({ "schema": JSON_SCHEMA, "listening": url, "serving": what });
        match &args.edge {
            Some(zip) => line["edge"] = json!(zip),
            None => line["policy"] = json!(config.policy.source),
        }
        if let Some(path) = links.certificate {
            line["certificate"] = json!(path);
        }
        if let Some(link) = links.inspector {
            line["inspector"] = json!(link);
        }
        if let Some(url) = links.admin {
            line["admin"] = json!(url);
        }
        return output.data(line);
    }
    output.note(format_args!("serving {what} on {LITERAL}{url}{LITERAL:#}"));
    if let Some(path) = links.certificate {
        let path = path.display();
        output.note(format_args!(
            "its certificate: {path}, as in `{LITERAL}hardtack verify {url} --ca {path}{LITERAL:#}`"
        ));
    }
    if let Some(link) = links.inspector {
        output.note(format_args!("the cookie, live: {LITERAL}{link}{LITERAL:#}"));
    }
    if let Some(url) = links.admin {
        output.note(format_args!("metrics: {LITERAL}{url}metrics{LITERAL:#}"));
    }
    output.detail(format_args!(
        "policy: {}; {} worker(s)",
        config.policy.source, config.workers
    ));
    Ok(())
}

/// The URL to open. Loopback is `localhost` in browsers.
fn url(config: &Config, address: SocketAddr) -> String {
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let local = [
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ];
    let host = match address.ip() {
        ip if local.contains(&ip) || ip.is_unspecified() => "localhost".to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
        ip => ip.to_string(),
    };
    format!("{scheme}://{host}:{}/", address.port())
}
