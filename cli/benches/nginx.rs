//! `hardtack serve` against other servers on the same folder: `cargo bench -p hardtack-cli`. nginx has its userid
//! module, which sets a cookie, too; Caddy and static-web-server set none.
//!
//! Each server has one worker, and one load generator (wrk) serves all, so two cores are enough. Each round runs all
//! servers, every second round in reverse order, so that other load on the machine affects all alike. Figures are
//! medians over the rounds; ratios are medians and quartiles of the ratios within each round, and matter most. The
//! processor time for a request is the most reliable figure, because it hardly depends on other load. `ROUNDS` and
//! `SECONDS` set the number of rounds and the length of each run.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints, and may panic"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const CONNECTIONS: &str = "64";
const PAGE: &str = "/about.html";

/// The most common browser: rule 6 reads its User-Agent.
const USER_AGENT: &str = "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The cookies of a returning visitor: nginx's, hardtack's and some others, 600 bytes in all.
const COOKIES: &str = "_ga=GA1.1.1203372421.1750048123; _ga_K7Q7=GS2.1.s1750048000$o14$g1$t1750048123$j58$l0$h0; \
    OptanonConsent=isGpcEnabled=0&datestamp=Mon+Jun+16+2025+09%3A14%3A12+GMT%2B0200&version=202501.2.0&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A0; \
    session=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.dozjgNryP4J3jVmNHl0w5N; \
    theme=dark; uid=fwAAAWdAcPY8bQAGAwMEAg==; FPD=0b8f2f0e-5d1c-4b5e-9a6b-3c1d2e4f5a6b";

fn main() {
    let folder = tempfile::tempdir().expect("a folder for configuration");
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/site");
    let site = site.canonicalize().expect("examples/site");
    let servers = [
        nginx(folder.path(), &site, "nginx", ""),
        nginx(folder.path(), &site, "nginx + userid", USERID),
        nginx(
            folder.path(),
            &site,
            "nginx + userid + open_file_cache",
            USERID_CACHED,
        ),
        hardtack(
            folder.path(),
            &site,
            "serve, every path excluded",
            "[scope]\nexclude = [\"*\"]\n",
        ),
        hardtack(folder.path(), &site, "serve", ""),
        caddy(folder.path(), &site),
        static_web_server(&site),
    ];
    let rounds = setting("ROUNDS", 7);
    for (visitor, cookies) in [
        ("a new visitor", None),
        ("a returning visitor", Some(COOKIES)),
    ] {
        println!("\n{visitor}, {PAGE}, {CONNECTIONS} connections, median of {rounds} rounds");
        let mut figures = vec![Vec::new(); servers.len()];
        for round in 0..rounds {
            for index in order(servers.len(), round) {
                figures[index].push(wrk(&servers[index], cookies));
            }
        }
        report(&servers, &figures);
        report_identity(&figures);
    }
}

/// The order of the servers in a round. Every second round is reversed, so that a run that affects the next one affects
/// both neighbours.
fn order(count: usize, round: u32) -> Vec<usize> {
    match round % 2 {
        0 => (0..count).collect(),
        _ => (0..count).rev().collect(),
    }
}

/// The figures of one run.
#[derive(Clone, Copy)]
struct Figures {
    requests_per_second: f64,
    /// Microseconds.
    cpu_per_request: f64,
}

struct Running {
    name: &'static str,
    port: u16,
    process: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const USERID: &str = "userid on; userid_name uid; userid_expires 730d; userid_path /; userid_flags httponly samesite=lax;";
const USERID_CACHED: &str = "userid on; userid_name uid; userid_expires 730d; userid_path /; userid_flags httponly samesite=lax; \
    open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;";

fn nginx(folder: &Path, site: &Path, name: &'static str, directives: &str) -> Running {
    let port = free_port();
    let root = folder.join(port.to_string());
    std::fs::create_dir_all(&root).expect("a folder");
    let config = root.join("nginx.conf");
    let text = format!(
        "daemon off; master_process off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ types {{ text/html html; text/css css; image/png png; }} access_log off; sendfile on; tcp_nopush on;\n\
         keepalive_requests 100000000; client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;\n\
         uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;\n\
         server {{ listen 127.0.0.1:{port}; root {site}; {directives} }} }}\n",
        root = root.display(),
        site = site.display(),
    );
    std::fs::write(&config, text).expect("a configuration");
    let process = Command::new(nginx_path())
        .arg("-c")
        .arg(&config)
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts: `apt-get install nginx-light wrk`");
    wait_for(port);
    Running {
        name,
        port,
        process,
    }
}

/// Debian installs nginx in a folder that only root's `PATH` contains.
fn nginx_path() -> PathBuf {
    let debian = PathBuf::from("/usr/sbin/nginx");
    if debian.exists() {
        debian
    } else {
        PathBuf::from("nginx")
    }
}

fn hardtack(folder: &Path, site: &Path, name: &'static str, policy: &str) -> Running {
    let file = folder.join(name).with_extension("toml");
    std::fs::write(&file, policy).expect("a policy");
    let mut process = Command::new(env!("CARGO_BIN_EXE_hardtack"))
        .args([
            "serve",
            "--quiet",
            "--json",
            "--inspector",
            "off",
            "--workers",
            "1",
            "--listen",
            "127.0.0.1:0",
        ])
        .arg("--policy")
        .arg(&file)
        .arg(site)
        .stdout(Stdio::piped())
        .spawn()
        .expect("hardtack starts");
    let mut line = String::new();
    let stdout = process.stdout.take().expect("piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the address");
    let port = line
        .split("localhost:")
        .nth(1)
        .and_then(|rest| rest.split('/').next()?.parse().ok());
    Running {
        name,
        port: port.expect("a port"),
        process,
    }
}

/// Caddy, with one thread for its code, and no log of requests.
fn caddy(folder: &Path, site: &Path) -> Running {
    let port = free_port();
    let config = folder.join("Caddyfile");
    let text = format!(
        "{{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}}\nhttp://127.0.0.1:{port} {{\n\troot * {}\n\tfile_server\n}}\n",
        site.display()
    );
    std::fs::write(&config, text).expect("a configuration");
    let program = tools().join("cloud/bin/caddy");
    let process = Command::new(program)
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&config)
        .env("GOMAXPROCS", "1")
        .stderr(Stdio::null())
        .spawn()
        .expect("Caddy starts: aws/test/install brings it");
    wait_for(port);
    Running {
        name: "caddy",
        port,
        process,
    }
}

fn static_web_server(site: &Path) -> Running {
    let port = free_port();
    let process = Command::new(tools().join("static-web-server/bin/static-web-server"))
        .args(["--host", "127.0.0.1", "--threads-multiplier", "1"])
        .args(["--log-level", "error", "--port", &port.to_string()])
        .arg("--root")
        .arg(site)
        .stderr(Stdio::null())
        .spawn()
        .expect(
            "static-web-server starts: `cargo install static-web-server --version 2.44.1 --locked \
             --root target/static-web-server` brings it",
        );
    wait_for(port);
    Running {
        name: "static-web-server (two threads)",
        port,
        process,
    }
}

/// The folder that other parts of the repository install programs into.
fn tools() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().expect("the target folder").to_path_buf()
}

fn wrk(server: &Running, cookies: Option<&str>) -> Figures {
    let duration = format!("{}s", setting("SECONDS", 3));
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "-c", CONNECTIONS, "-d", &duration]);
    wrk.args([
        "-H",
        USER_AGENT,
        "-H",
        "Accept: text/html,*/*;q=0.8",
        "-H",
        "Sec-Fetch-Dest: document",
        "-H",
        "Sec-Fetch-Mode: navigate",
    ]);
    if let Some(cookies) = cookies {
        wrk.arg("-H").arg(format!("Cookie: {cookies}"));
    }
    wrk.arg(format!("http://127.0.0.1:{}{PAGE}", server.port));
    let before = cpu(server.process.id());
    let output = wrk
        .output()
        .expect("wrk runs: `apt-get install nginx-light wrk`");
    let after = cpu(server.process.id());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("Non-2xx"), "{}: {text}", server.name);
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    let requests = text.lines().find_map(|line| {
        line.split_once(" requests in ")?
            .0
            .trim()
            .parse::<f64>()
            .ok()
    });
    Figures {
        requests_per_second: rate
            .and_then(|rate| rate.trim().parse().ok())
            .expect("a rate"),
        cpu_per_request: (after - before) * 1e6 / requests.expect("a number of requests"),
    }
}

/// Seconds of processor time that a process has used, in user mode and in the kernel (proc_pid_stat(5), in ticks of
/// 1/100 s).
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux");
    let fields = stat
        .rsplit(')')
        .next()
        .expect("fields after the name")
        .split_whitespace();
    fields
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>().expect("ticks"))
        .sum::<f64>()
        / 100.0
}

/// The index of each server that others are compared with.
const CACHED: usize = 2;
const EXCLUDED: usize = 3;
const SERVE: usize = 4;

fn report(servers: &[Running], figures: &[Vec<Figures>]) {
    println!(
        "{:<34} {:>10} {:>28} | {:>7} {:>28}",
        "", "requests/s", "of nginx + … + cache", "CPU us", "of nginx + … + cache"
    );
    let (rate, cost) = (
        |one: &Figures| one.requests_per_second,
        |one: &Figures| one.cpu_per_request,
    );
    for (server, own) in servers.iter().zip(figures) {
        println!(
            "{:<34} {:>10.0} {:>28} | {:>7.2} {:>28}",
            server.name,
            median(own.iter().map(rate)),
            spread(&ratios(own, &figures[CACHED], rate)),
            median(own.iter().map(cost)),
            spread(&ratios(own, &figures[CACHED], cost)),
        );
    }
}

/// A median with its quartiles.
fn spread(sorted: &[f64]) -> String {
    let [low, middle, high] = [1, 2, 3].map(|which| quartile(sorted, which));
    format!("{middle:.2} ({low:.2} to {high:.2})")
}

/// What the decision costs in throughput and processor time, in percent: medians and quartiles.
fn report_identity(figures: &[Vec<Figures>]) {
    let (serve, excluded) = (&figures[SERVE], &figures[EXCLUDED]);
    let lost = ratios(serve, excluded, |one| one.requests_per_second);
    let added = ratios(serve, excluded, |one| one.cpu_per_request);
    println!(
        "identity costs {:.1} % of throughput ({:.1} to {:.1}), {:.1} % of processor time ({:.1} to {:.1})",
        100.0 * (1.0 - quartile(&lost, 2)),
        100.0 * (1.0 - quartile(&lost, 3)),
        100.0 * (1.0 - quartile(&lost, 1)),
        100.0 * (quartile(&added, 2) - 1.0),
        100.0 * (quartile(&added, 1) - 1.0),
        100.0 * (quartile(&added, 3) - 1.0),
    );
}

/// The ratio in each round, in ascending order. The runs of a round follow each other closely, so both had the same
/// load.
fn ratios(own: &[Figures], other: &[Figures], of: impl Fn(&Figures) -> f64) -> Vec<f64> {
    let pairs = own.iter().zip(other);
    sorted(pairs.map(|(own, other)| of(own) / of(other)))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    quartile(&sorted(values), 2)
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn quartile(sorted: &[f64], which: usize) -> f64 {
    sorted[(sorted.len() - 1) * which / 4]
}

fn setting(name: &str, default: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn wait_for(port: u16) {
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        sleep(Duration::from_millis(25));
    }
    panic!("nothing listens on port {port}");
}
