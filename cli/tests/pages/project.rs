//! A project of somebody who reads the documentation: a folder with a built site, and programs that stand in for what
//! would reach the network.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Runs `serve` until it has answered with the cookie. What needs an AWS account or a site on the network is not run:
/// a test in `cli/src/examples.rs` parses each such command. Fixed ports become free ones.
const HARDTACK: &str = r#"#!/bin/sh
case "$1" in
deploy | status | rollback | remove | logs | verify) exit 0 ;;
serve) ;;
*) exec "$REAL_HARDTACK" "$@" ;;
esac
listens=
for word; do
    shift
    case "$word" in
    http://127.0.0.1:3000) word=$SITE ;;
    8081) word=0 ;;
    --listen | --port) listens=yes ;;
    esac
    set -- "$@" "$word"
done
[ "$listens" ] || set -- "$@" --listen 127.0.0.1:0
log=$(mktemp)
"$REAL_HARDTACK" "$@" --json >"$log" 2>"$log.err" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$log" "$log.err"' EXIT
until grep -q '"listening"' "$log"; do
    kill -0 $server 2>/dev/null || { cat "$log" "$log.err" >&2; exit 1; }
    sleep 0.05
done
url=$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$log")
"$REAL_CURL" -ksS -o "$log.page" -D - -H 'accept: text/html' -A 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' "$url" |
    grep -qi '^set-cookie: FPD=' || { echo "$url sets no cookie" >&2; exit 1; }
rm -f "$log.page"
"#;

/// Leads every host to a server on this machine, which has a certificate of its own.
const CURL: &str = r#"#!/bin/sh
case "$*" in
*https://*) exec "$REAL_CURL" -k --connect-to "::${TLS_SITE#https://}" "$@" ;;
*) exec "$REAL_CURL" --connect-to "::${SITE#http://}" "$@" ;;
esac
"#;

/// The repository's command to install `hardtack` is not run: it compiles for minutes.
const CARGO: &str = r#"#!/bin/sh
case "$*" in
"install --path cli" | "install --path cli --features aws") exit 0 ;;
*) echo "cargo $* is not run here" >&2; exit 1 ;;
esac
"#;

/// The folder, and the servers that answer for sites.
#[derive(Debug)]
pub(crate) struct Project {
    folder: TempDir,
    site: Server,
    tls_site: Server,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for (path, text) in [
            ("out/index.html", "<!doctype html><title>Home</title>"),
            ("out/about.html", "<!doctype html><title>About</title>"),
            ("public/index.html", "<!doctype html><title>Home</title>"),
            (
                "existing.js",
                "function handler(event) {\n    return event.response;\n}\n",
            ),
            ("site.har", include_str!("../it/site.har")),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for (name, text) in [("hardtack", HARDTACK), ("curl", CURL), ("cargo", CARGO)] {
            let path = folder.path().join("bin").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self {
            site: Server::start(folder.path(), &[]),
            tls_site: Server::start(folder.path(), &["--tls"]),
            folder,
        }
    }

    /// Runs a block of shell commands in the folder; the first that fails ends it.
    pub(crate) fn run(&self, text: &str) -> Result<(), String> {
        let output = self.command("sh").args(["-e", "-c", text]).output();
        let output = output.map_err(|it| format!("no `sh`: {it}"))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!(
                "{}\n{}{}",
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    /// Checks a policy, with keys for what needs some.
    pub(crate) fn policy(&self, text: &str) -> Result<(), String> {
        fs::write(self.folder.path().join("block.toml"), text).unwrap();
        let keys = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        self.run(&format!(
            "HARDTACK_SEAL_KEYS={keys} hardtack check --policy block.toml"
        ))
    }

    /// Runs a script of a page as a browser does: with a `document`.
    pub(crate) fn script(&self, text: &str) -> Result<(), String> {
        fs::write(self.folder.path().join("block.mjs"), text).unwrap();
        self.run("node --import 'data:text/javascript,globalThis.document = {}' block.mjs")
    }

    fn command(&self, program: &str) -> Command {
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_remove("HARDTACK_SEAL_KEYS")
            .env(
                "PATH",
                format!("{}:{path}", self.folder.path().join("bin").display()),
            )
            .env("REAL_HARDTACK", env!("CARGO_BIN_EXE_hardtack"))
            .env("REAL_CURL", found("curl", &path))
            .env("SITE", &self.site.url)
            .env("TLS_SITE", &self.tls_site.url)
            .env("npm_config_offline", "true")
            .env("npm_config_update_notifier", "false")
            .stdin(Stdio::null());
        command
    }
}

/// The path of a program.
fn found(program: &str, path: &str) -> PathBuf {
    let folders = path
        .split(':')
        .map(|folder| Path::new(folder).join(program));
    folders
        .into_iter()
        .find(|it| it.exists())
        .unwrap_or_else(|| panic!("no `{program}`: install it"))
}

/// A server that is stopped on drop.
#[derive(Debug)]
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path, flags: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_hardtack"))
            .args([
                "serve",
                "out/",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--workers",
                "1",
            ])
            .args(flags)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        let url = line["listening"]
            .as_str()
            .unwrap()
            .replace("localhost", "127.0.0.1");
        Self {
            process,
            url: url.trim_end_matches('/').to_string(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
