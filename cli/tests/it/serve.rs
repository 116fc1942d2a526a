//! `hardtack serve`, for cases in which it ends by itself. The tests of the server crate cover what it serves.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn something_to_serve_is_needed() {
    assert_snapshot!(run("serve"), @"
    exit code: 2
    ----- stderr -----
    error: the following required arguments were not provided:
      <DIR>

    Usage: hardtack serve <DIR>

    For more information, try '--help'.
    ");
}

#[test]
fn a_missing_folder_is_an_error() {
    assert_snapshot!(run("serve missing --listen 127.0.0.1:0"), @"
    exit code: 4
    ----- stderr -----
    error: cannot serve `missing`: No such file or directory (os error 2)
    hint: name a folder that holds the built site, such as `out` or `public`
    ");
}

#[test]
fn an_invalid_policy_is_refused_before_the_server_starts() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nname = \"\"\n");
    assert_snapshot!(sandbox.run("serve . --listen 127.0.0.1:0"), @r#"
    exit code: 3
    ----- stderr -----
    error: cookie.name `` is not a valid cookie name
     --> hardtack.toml:2:8
      |
    2 | name = ""
      |        ^^
    hint: use letters, digits and any of !#$%&'*+-.^_`|~, and at least one of them
    "#);
}

#[test]
fn a_missing_artifact_is_an_error() {
    let sandbox = Sandbox::with("index.html", "<p>");
    assert_snapshot!(sandbox.run("serve --edge missing.zip . --listen 127.0.0.1:0"), @"
    exit code: 4
    ----- stderr -----
    error: cannot read `missing.zip`
      caused by: No such file or directory (os error 2)
    hint: `hardtack build lambda-edge` or `hardtack build cloudfront-function` writes one
    ");
    assert_snapshot!(sandbox.run("serve --edge index.html . --listen 127.0.0.1:0"), @"
    exit code: 4
    ----- stderr -----
    error: `index.html` is not a valid edge artifact: invalid Zip archive: Could not find EOCD
    hint: `hardtack build lambda-edge` or `hardtack build cloudfront-function` writes one
    ");
}

#[test]
fn an_artifact_needs_node() {
    let sandbox = Sandbox::new();
    sandbox.run("build lambda-edge --host www.example.com");
    let args = "serve --edge dist/lambda-edge.zip . --listen 127.0.0.1:0";
    let args: Vec<_> = args.split(' ').collect();
    let mut command = sandbox.command(&args);
    assert_snapshot!(sandbox.show(&command.env("PATH", "nowhere").output().unwrap()), @"
    exit code: 4
    ----- stderr -----
    error: no `node` to run the function with
    hint: install Node.js 20 or newer: Lambda@Edge runs functions with it
    ");
}

/// A server that is ended on drop.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg(unix)]
fn the_limit_on_open_files_is_raised() {
    let sandbox = Sandbox::with("index.html", "<p>hi");
    let serve = "ulimit -Sn 64; exec \"$0\" serve . --listen 127.0.0.1:0 --workers 1 -v --json";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", serve, env!("CARGO_BIN_EXE_hardtack")]);
    command.current_dir(sandbox.path("")).env_clear();
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut serving = Serving(child.unwrap());
    let mut messages = BufReader::new(serving.0.stderr.take().unwrap()).lines();
    let raised = messages.find(|line| line.as_ref().unwrap().contains("raised from 64"));
    assert!(raised.is_some(), "no such line");

    let mut line = String::new();
    let mut stdout = BufReader::new(serving.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let address = line.split("localhost:").nth(1).unwrap();
    let port: u16 = address.split('/').next().unwrap().parse().unwrap();
    let mut open: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
        .collect();
    for stream in &mut open {
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
    }
}

#[test]
fn serve_has_help() {
    assert_snapshot!(run("serve -h"), @"
    exit code: 0
    ----- stdout -----
    Serve a folder or an upstream, and set the cookie

    Usage: hardtack serve [OPTIONS] [DIR]

    Arguments:
      [DIR]  The folder to serve

    Options:
          --upstream <URL>      Forward requests to this server instead, such as http://127.0.0.1:3000
          --edge <ZIP>          Let this built edge artifact decide, run in Node.js as CloudFront would
                                run it
          --listen <ADDR:PORT>  Listen on this address and port, or on this port of 127.0.0.1; port 0
                                chooses a free one [default: 127.0.0.1:8080] [alias: --port]
          --tls                 Serve over TLS with a self-signed certificate, made at every start
          --cert <FILE>         Serve over TLS with this certificate chain (PEM)
          --key <FILE>          Use this private key of the certificate (PEM)
          --workers <N>         Use this many worker threads [default: one for each core]
          --trust <LIST>        Trust X-Forwarded-* from these addresses, networks, `loopback` or
                                `private`
          --public-url <URL>    Take this for what visitors open, such as https://www.example.com
          --inspector <WHO>     Show the inspector to these clients [default: loopback, and off with
                                --upstream] [possible values: loopback, everybody, off]
      -h, --help                Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}

#[test]
fn options_without_effect_are_refused() {
    for flag in [
        "--upstream-queue=5",
        "--max-upstream-connections=5",
        "--upstream-keepalive=5",
        "--buffer-request=5",
        "--connect-timeout=5",
        "--response-timeout=5",
        "--underscores-in-headers",
    ] {
        // Were it accepted, the folder would be the error.
        let shown = run(&format!("serve absent --listen 0 {flag}"));
        assert!(shown.starts_with("exit code: 2"), "{flag}: {shown}");
        assert!(shown.contains("cannot be used with"), "{flag}: {shown}");
    }
}

#[test]
fn the_proxy_protocol_needs_somebody_to_believe() {
    assert_snapshot!(run("serve absent --listen 0 --proxy-protocol"), @"
    exit code: 2
    ----- stderr -----
    error: --proxy-protocol has no effect without --trust
    hint: name the load balancer, such as --trust 10.0.0.0/8: only what it reports is believed
    ");
    let nobody = run("serve absent --listen 0 --proxy-protocol --trust=");
    assert!(nobody.contains("has no effect without"), "{nobody}");
    let somebody = run("serve absent --listen 0 --proxy-protocol --trust private");
    assert!(somebody.contains("cannot serve `absent`"), "{somebody}");
}

#[test]
fn proxies_that_are_none_come_with_a_hint() {
    let shown = run("serve absent --listen 0 --trust 10.0.0");
    let message = "'10.0.0' is not a valid address or network: write an address";
    assert!(shown.contains(message), "{shown}");
}

#[test]
fn limits_that_would_refuse_everything_are_refused() {
    assert_snapshot!(run("serve . --max-connections 0"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '0' for '--max-connections <N>': 0 is not in 1..18446744073709551615

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --max-header-bytes 100"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '100' for '--max-header-bytes <BYTES>': 100 is not in 8192..18446744073709551615

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --header-timeout 0"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '0' for '--header-timeout <SECONDS>': 0 is not in 1..18446744073709551615

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --rate-limit 10/min"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value '10/min' for '--rate-limit <N[/s]>': write a number of requests a second, such as 10/s

    For more information, try '--help'.
    ");
    assert_snapshot!(run("serve . --listen example.com"), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'example.com' for '--listen <ADDR:PORT>': write an address and a port, such as 127.0.0.1:8081, or a port

    For more information, try '--help'.
    ");
}

/// The first line of a server, as JSON.
fn first_line(sandbox: &Sandbox, flags: &[&str]) -> (Serving, serde_json::Value) {
    let mut command =
        sandbox.command(&[&["serve", ".", "--json", "--workers", "1"], flags].concat());
    let mut serving = Serving(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(serving.0.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    (serving, serde_json::from_str(&line).unwrap())
}

#[test]
fn a_port_alone_is_understood() {
    let sandbox = Sandbox::with("index.html", "<p>hi");
    for flags in [
        ["--port", "0"],
        ["--listen", "0"],
        ["--listen", ":0"],
        ["--listen", "localhost:0"],
    ] {
        let (_serving, line) = first_line(&sandbox, &flags);
        let url = line["listening"].as_str().unwrap();
        assert!(url.starts_with("http://localhost:"), "{flags:?}: {url}");
    }
}

#[test]
fn the_certificate_of_a_start_is_there_for_clients() {
    let sandbox = Sandbox::with("index.html", "<p>hi");
    let (_serving, line) = first_line(&sandbox, &["--tls", "--port", "0"]);
    let (url, certificate) = (
        line["listening"].as_str().unwrap(),
        line["certificate"].as_str().unwrap(),
    );
    let verified = sandbox.run_args(&["verify", url, "--ca", certificate, "--json"]);
    assert!(verified.contains("\"issued\""), "{verified}");
}
