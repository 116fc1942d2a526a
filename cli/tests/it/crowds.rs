//! `hardtack serve` before clients that want all of its memory, threads and files.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

/// Far longer than any step takes.
const HANG_TIMEOUT: Duration = Duration::from_secs(60);

/// Lets the server open 512 files.
const FEW_FILES: &str = "ulimit -n 512; ";

/// Streams that a connection of HTTP/2 may have.
const STREAMS: u32 = 128;

/// A server with few open files, which is ended on drop.
struct Serving {
    child: Child,
    port: u16,
}

impl Serving {
    /// `before` is what the shell does first.
    fn start(folder: &Path, site: &str, before: &str) -> Self {
        let serve =
            format!("{before}exec \"$0\" serve {site} --listen 127.0.0.1:0 --workers 2 --json");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &serve, env!("CARGO_BIN_EXE_hardtack")]);
        command.current_dir(folder).env_clear();
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        // Somebody reads the log.
        thread::spawn(move || stdout.lines().for_each(drop));
        let port = line.split("localhost:").nth(1).unwrap();
        let port = port.split('/').next().unwrap().parse().unwrap();
        Self { child, port }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(HANG_TIMEOUT)).unwrap();
        stream
    }

    /// The status line of a page.
    fn status(&self, path: &str) -> String {
        let mut stream = self.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }

    /// A number from `/proc/PID/status`, such as `Threads`, or `VmRSS` in kilobytes.
    fn figure(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let value = line.unwrap().trim_start_matches(':').trim();
        value.trim_end_matches(" kB").parse().unwrap()
    }

    fn open_files(&self) -> usize {
        let files = fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        files.unwrap().count()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a connection of HTTP/2 whose streams have a window of this many bytes, and asks for a path on each, as a proxy
/// would for this client of the network 192.0.2.0.
fn ask_on_all_streams(server: &Serving, path: &str, window: u32, client: u8) -> TcpStream {
    // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 §6.5.2).
    let setting = [&[0, 4][..], &window.to_be_bytes()].concat();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &setting));
    // Indexed: `:method: GET`, `:scheme: http`; then `:path` and `:authority` as literals (RFC 7541, appendix A).
    let length = u8::try_from(path.len()).unwrap();
    let client = format!("192.0.2.{}", 100 + client);
    let forwarded_for = [b"\0\x0fx-forwarded-for\x0b", client.as_bytes()].concat();
    let fields = [
        &[0x82, 0x86, 4, length][..],
        path.as_bytes(),
        b"\x01\x09localhost",
        &forwarded_for,
    ]
    .concat();
    for number in 0..STREAMS {
        // END_STREAM and END_HEADERS.
        bytes.extend(frame(1, 5, 2 * number + 1, &fields));
    }
    let mut stream = server.connect();
    stream.write_all(&bytes).unwrap();
    stream
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

/// Reads until each stream has the header fields of a response with status 200.
fn read_all_headers(stream: &mut TcpStream) {
    let mut responses = 0;
    while responses < STREAMS {
        let mut head = [0; 9];
        stream.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).unwrap();
        assert!(![3, 7].contains(&head[3]), "RST_STREAM or GOAWAY");
        if head[3] == 1 {
            // Indexed: `:status: 200`.
            assert_eq!(payload[0], 0x88);
            responses += 1;
        }
    }
}

/// Asks for a large file on all streams of 60 connections, whose windows have this many bytes.
#[track_caller]
fn check_files(window: u32, before: &str, files: usize) {
    let sandbox = Sandbox::with("index.html", "<p>hi");
    let large = File::create(sandbox.path("large.bin")).unwrap();
    large.set_len(50_000_000).unwrap();
    let server = Serving::start(&sandbox.path(""), ".", before);
    assert_eq!(server.status("/"), "HTTP/1.1 200 OK");

    let ask = |_| ask_on_all_streams(&server, "/large.bin", window, 0);
    let mut clients: Vec<TcpStream> = (0..60).map(ask).collect();
    clients.iter_mut().for_each(read_all_headers);
    assert_eq!(server.status("/"), "HTTP/1.1 200 OK");
    let (memory, threads) = (server.figure("VmRSS"), server.figure("Threads"));
    // Some 140,000; ten times as much where every stream has a chunk of its own.
    assert!(memory < 300_000, "{memory} kB");
    assert!(threads < 60, "{threads} threads");
    let open = server.open_files();
    assert!(open < files, "{open} open files");
}

#[test]
fn files_that_nobody_takes_are_not_read() {
    check_files(0, FEW_FILES, 400);
}

#[test]
fn files_that_are_taken_byte_by_byte_share_memory_threads_and_files() {
    check_files(1, "", 1500);
}

#[test]
fn streams_that_wait_for_the_upstream_do_not_use_up_the_open_files() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!(
        "--trust loopback --upstream http://{}",
        upstream.local_addr().unwrap()
    );
    // It accepts, and never answers.
    thread::spawn(move || upstream.incoming().collect::<Vec<_>>());
    let sandbox = Sandbox::new();
    let server = Serving::start(&sandbox.path(""), &site, FEW_FILES);
    let _clients: Vec<TcpStream> = (0..5)
        .map(|client| ask_on_all_streams(&server, "/", 65_535, client))
        .collect();
    let start = Instant::now();
    while server.open_files() < 128 && start.elapsed() < HANG_TIMEOUT {
        thread::sleep(Duration::from_millis(50));
    }
    // Time for more, if there were any.
    thread::sleep(Duration::from_secs(1));
    let files = server.open_files();
    assert!((128..200).contains(&files), "{files} open files");
    // There is a descriptor for another client, who is told to come again.
    assert_eq!(server.status("/"), "HTTP/1.1 503 Service Unavailable");
}
