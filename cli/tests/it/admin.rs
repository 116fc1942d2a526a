//! `serve --admin`: where it is, what it counts of the command, and that page and dashboard name what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Sandbox, run};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with an admin address, which is ended on drop.
struct Serving {
    child: Child,
    listening: String,
    admin: String,
    folder: Sandbox,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(flags: &[&str]) -> Self {
        let folder = Sandbox::with("index.html", "<p>hi");
        let always = ["serve", ".", "--json", "--listen", "0", "--admin", "0"];
        let mut command = folder.command(&[&always[..], flags].concat());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        let first: Value = serde_json::from_str(&line).unwrap();
        let address = |key: &str| {
            let url = first[key].as_str().unwrap().strip_prefix("http://");
            url.unwrap().trim_end_matches('/').to_string()
        };
        Self {
            listening: address("listening").replace("localhost", "127.0.0.1"),
            admin: address("admin"),
            child,
            folder,
        }
    }

    fn visit(&self) {
        assert!(get(&self.listening, "/").starts_with("HTTP/1.1 200 "));
    }

    fn scrape(&self) -> String {
        get(&self.admin, "/metrics")
    }

    /// Waits until the metrics have this line.
    #[track_caller]
    fn counts(&self, line: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let metrics = self.scrape();
            if metrics.lines().any(|it| it == line) {
                return metrics;
            }
            assert!(Instant::now() < deadline, "no `{line}` in\n{metrics}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Requests a page as a browser does.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,*/*;q=0.8\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn a_port_alone_is_on_loopback() {
    let serving = Serving::start(&[]);
    assert!(serving.admin.starts_with("127.0.0.1:"), "{}", serving.admin);
    // Its answer says that the workers run: before, the server is not ready.
    assert!(get(&serving.listening, "/metrics").starts_with("HTTP/1.1 404 "));
    assert!(get(&serving.admin, "/healthz").ends_with("\r\n\r\nok\n"));
    assert!(get(&serving.admin, "/readyz").ends_with("\r\n\r\nok\n"));
}

#[test]
fn an_address_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let shown = run(&format!("serve . --listen 0 --admin {address}"));
    assert_snapshot!(shown.replace(&address, "[ADDRESS]"), @"
    exit code: 4
    ----- stderr -----
    error: cannot listen on [ADDRESS]
      caused by: Address already in use (os error 98)
    hint: another process listens there: choose another port, such as --admin 127.0.0.1:8081
    ");
}

#[test]
fn visitors_do_not_share_the_address() {
    assert_snapshot!(run("serve . --listen 18099 --admin 18099"), @"
    exit code: 2
    ----- stderr -----
    error: --admin and --listen are both 127.0.0.1:18099
    hint: visitors must not reach it: give it another port
    ");
}

#[test]
#[cfg(target_os = "linux")]
fn lost_log_lines_are_counted() {
    let serving = Serving::start(&["--access-log", "/dev/full"]);
    serving.counts("hardtack_log_lines_lost_total 0");
    serving.visit();
    serving.counts("hardtack_log_lines_lost_total 1");
}

#[test]
#[cfg(unix)]
fn reloads_are_counted_by_their_result() {
    let serving = Serving::start(&[]);
    let hang_up = || {
        let pid = serving.child.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &pid]).status();
        assert!(sent.unwrap().success());
    };
    hang_up();
    serving.counts("hardtack_reloads_total{result=\"success\"} 1");
    // Renamed into place, so that nobody reads half of it; a look of the server's own may count it, too.
    fs::write(serving.folder.path("new"), "[cookie]\nname = \"\"\n").unwrap();
    fs::rename(
        serving.folder.path("new"),
        serving.folder.path("hardtack.toml"),
    )
    .unwrap();
    hang_up();
    let deadline = Instant::now() + PATIENCE;
    while serving.scrape().contains("{result=\"failure\"} 0\n") {
        assert!(Instant::now() < deadline, "no failure is counted");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The metrics of a server that has answered a visitor.
fn metrics() -> String {
    let serving = Serving::start(&[]);
    serving.visit();
    let metrics = serving.counts("hardtack_requests_total{class=\"2xx\"} 1");
    let (_, metrics) = metrics.split_once("\r\n\r\n").unwrap();
    metrics.to_string()
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The table of docs/serve.md.
fn table(metrics: &str) -> String {
    let mut labels = BTreeMap::<&str, Vec<&str>>::new();
    for line in samples(metrics) {
        let (name, rest) = line.split_once('{').unwrap_or((line, ""));
        let pairs = rest.split('}').next().unwrap().split("\",");
        let names = pairs
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, _)| name);
        labels.insert(name, names.collect());
    }
    let described = |kind: &str| {
        let lines = metrics
            .lines()
            .filter_map(move |line| line.strip_prefix("# ")?.strip_prefix(kind));
        lines
            .map(|line| line.trim().split_once(' ').unwrap())
            .collect::<Vec<_>>()
    };
    let types: BTreeMap<_, _> = described("TYPE").into_iter().collect();
    let mut table = "| metric | type | meaning |\n|---|---|---|\n".to_string();
    for (name, help) in described("HELP") {
        let labels = labels.get(name).cloned().unwrap_or_default().join(", ");
        let labels = if labels.is_empty() {
            labels
        } else {
            format!("{{{labels}}}")
        };
        table += &format!("| `{name}{labels}` | {} | {help} |\n", types[name]);
    }
    table
}

fn samples(metrics: &str) -> impl Iterator<Item = &str> {
    metrics.lines().filter(|line| !line.starts_with('#'))
}

#[test]
fn the_page_describes_every_metric() {
    const BEFORE: &str = "<!-- the metrics, as they describe themselves -->\n";
    let path = file("docs/serve.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEFORE).unwrap();
    let (found, after) = rest.split_once("\n\n").unwrap();
    let expected = table(&metrics());
    if env::var_os("HARDTACK_UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEFORE}{expected}\n{after}")).unwrap();
    } else {
        assert_eq!(
            format!("{found}\n"),
            expected,
            "docs/serve.md is stale: run HARDTACK_UPDATE=1 cargo test -p hardtack-cli --test it every_metric"
        );
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_there_are() {
    let dashboard = fs::read_to_string(file("examples/deploy/grafana-dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let metrics = metrics();
    let exported: BTreeSet<&str> = samples(&metrics)
        .map(|line| line.split(['{', ' ']).next().unwrap())
        .collect();
    let mut asked = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().into_iter().flatten();
        let expressions: Vec<_> = targets
            .map(|target| target["expr"].as_str().unwrap())
            .collect();
        assert_eq!(expressions.is_empty(), panel["type"] == "row", "{panel}");
        for expression in expressions {
            asked.extend(names(expression).map(str::to_string));
        }
    }
    assert!(asked.len() > 10, "{asked:?}");
    for name in &asked {
        assert!(
            exported.contains(name.as_str()),
            "the dashboard asks for `{name}`"
        );
    }
}

/// The names of metrics in an expression.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("hardtack_") || word.starts_with("process_"))
}
