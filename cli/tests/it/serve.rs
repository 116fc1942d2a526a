//! `hardtack serve`, as far as it ends by itself; what it serves is tested where the server is.

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
fn a_folder_that_is_not_there_is_told() {
    assert_snapshot!(run("serve missing --listen 127.0.0.1:0"), @"
    exit code: 4
    ----- stderr -----
    error: cannot serve `missing`: No such file or directory (os error 2)
    hint: name a folder that holds the built site, such as `out` or `public`
    ");
}

#[test]
fn an_invalid_policy_is_told_before_anything_is_served() {
    let sandbox = Sandbox::with("hardtack.toml", "[cookie]\nname = \"\"\n");
    assert_snapshot!(sandbox.run("serve . --listen 127.0.0.1:0"), @r#"
    exit code: 3
    ----- stderr -----
    error: cookie.name `` is no cookie name
     --> hardtack.toml:2:8
      |
    2 | name = ""
      |        ^^
    hint: use letters, digits and any of !#$%&'*+-.^_`|~, and at least one of them
    "#);
}

#[test]
fn an_artifact_that_is_not_there_is_told() {
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

/// Ended with the test, whatever comes of it.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[cfg(unix)]
fn more_files_are_opened_than_the_shell_allows_at_first() {
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
    let mut talk = BufReader::new(serving.0.stderr.take().unwrap()).lines();
    let raised = talk.find(|line| line.as_ref().unwrap().contains("raised from 64"));
    assert!(raised.is_some(), "no line says so");

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
    Serve a folder or an upstream, with the cookie

    Usage: hardtack serve [OPTIONS] [DIR]

    Arguments:
      [DIR]  The folder to serve

    Options:
          --upstream <URL>      Pass requests to this server instead, such as http://127.0.0.1:3000
          --edge <ZIP>          Let this Lambda@Edge artifact decide, run in Node.js as CloudFront would
          --listen <ADDR:PORT>  Listen on this address and port; port 0 takes a free one [default:
                                127.0.0.1:8080]
          --tls                 Serve over TLS, with a certificate made for the occasion
          --cert <FILE>         Serve over TLS with this certificate chain (PEM)
          --key <FILE>          The certificate's private key (PEM)
          --workers <N>         Answer with this many threads [default: one for each core]
          --trust <LIST>        Believe X-Forwarded-* from these addresses, networks, `loopback` or
                                `private`
          --inspector <WHO>     Who sees the inspector at /.hardtack/ [default: loopback] [possible
                                values: loopback, everybody, off]
      -h, --help                Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Say nothing but errors
      -v, --verbose        Say more
          --color <WHEN>   Colour the output [default: auto]
    ");
}
