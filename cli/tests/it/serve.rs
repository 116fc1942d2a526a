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
          --listen <ADDR:PORT>  Listen on this address and port; port 0 chooses a free one [default:
                                127.0.0.1:8080]
          --tls                 Serve over TLS with a self-signed certificate, made at every start
          --cert <FILE>         Serve over TLS with this certificate chain (PEM)
          --key <FILE>          Use this private key of the certificate (PEM)
          --workers <N>         Use this many worker threads [default: one for each core]
          --trust <LIST>        Trust X-Forwarded-* from these addresses, networks, `loopback` or
                                `private`
          --inspector <WHO>     Show the inspector at /.hardtack/ to these clients [default: loopback]
                                [possible values: loopback, everybody, off]
      -h, --help                Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}
