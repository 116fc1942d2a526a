//! A real nginx as a reverse proxy, one port for each upstream.

use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::upstream::Upstream;

/// Stopped on drop.
pub(crate) struct Nginx {
    process: Child,
    pub(crate) ports: Vec<u16>,
    folder: TempDir,
}

impl Nginx {
    /// With these seconds for the rest of a request. Apart from that it has its defaults, speaks HTTP/1.1 with
    /// upstreams as hardtack does, and passes the visitor's host on.
    pub(crate) fn start(upstreams: &[Upstream], patience: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ports = free_ports(upstreams.len());
        let path = folder.path().join("nginx.conf");
        let servers = servers(&ports, upstreams);
        fs::write(&path, config(&folder, &servers, patience)).unwrap();
        let nginx = Command::new("nginx")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .arg("-c")
            .arg(path)
            .arg("-p")
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = nginx.unwrap_or_else(|error| panic!("nginx: {error}; `./test` installs it"));
        let mut nginx = Self {
            process,
            ports,
            folder,
        };
        nginx.wait();
        nginx
    }

    fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", *self.ports.last().unwrap())).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "nginx does not listen: {}",
                fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Different ones: each is held until all are chosen.
fn free_ports(count: usize) -> Vec<u16> {
    let bind = |_| TcpListener::bind("127.0.0.1:0").unwrap();
    let listeners: Vec<TcpListener> = (0..count).map(bind).collect();
    let ports = listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap().port());
    ports.collect()
}

fn servers(ports: &[u16], upstreams: &[Upstream]) -> String {
    let mut servers = String::new();
    for (port, upstream) in ports.iter().zip(upstreams) {
        let behind = upstream.port;
        let location = format!("location / {{ proxy_pass http://127.0.0.1:{behind}; }}");
        writeln!(servers, "server {{ listen 127.0.0.1:{port}; {location} }}").unwrap();
    }
    servers
}

fn config(folder: &TempDir, servers: &str, patience: &str) -> String {
    let dir = folder.path().display();
    format!(
        "daemon off; master_process off; pid {dir}/pid; error_log {dir}/log; events {{}}\n\
         http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;\n\
         uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; client_header_timeout {patience};\n\
         client_body_timeout {patience}; keepalive_timeout {patience}; proxy_http_version 1.1; proxy_set_header Host $http_host;\n\
         proxy_set_header Connection \"\";\n{servers} }}\n"
    )
}
