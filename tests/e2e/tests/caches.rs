//! Rule 11 with real caches: with nginx, Varnish and Apache, no visitor gets another one's id, neither in the cookie
//! nor in a page whose origin prints it, and other responses are cached as they are without hardtack. With the rule
//! switched off, the same caches do share ids.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics is a test that fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod served;

#[path = "caches/origin.rs"]
mod origin;

use origin::{Origin, PAGES};
use served::Served;

const VISITORS: usize = 200;

#[test]
fn nginx_even_if_configured_to_ignore_set_cookie() {
    check("nginx", &|dir, port, upstream| {
        let config = format!(
            "daemon off; master_process off; pid {dir}/pid; error_log {dir}/log; events {{}}\n\
             http {{ access_log off; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;\n\
             uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; proxy_cache_path {dir}/cache keys_zone=c:1m;\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{upstream}; proxy_cache c;\n\
             proxy_ignore_headers Set-Cookie; proxy_set_header Host $http_host; }} }} }}\n"
        );
        let file = written(dir, "nginx.conf", &config);
        vec!["-p".into(), dir.into(), "-c".into(), file]
    });
}

/// The default of Varnish, except that it also stores responses with `Set-Cookie`, and responses to requests with
/// cookies, as many sites configure it.
const STORES_SET_COOKIE: &str = r#"
sub vcl_recv {
    return (hash);
}
sub vcl_backend_response {
    if (beresp.ttl <= 0s || beresp.http.Surrogate-Control ~ "(?i)no-store" ||
        (!beresp.http.Surrogate-Control && beresp.http.Cache-Control ~ "(?i:no-cache|no-store|private)")) {
        set beresp.uncacheable = true;
    }
    return (deliver);
}
"#;

#[test]
fn varnish_even_if_configured_to_ignore_set_cookie() {
    check("varnishd", &|dir, port, upstream| {
        let (host, behind) = upstream.split_once(':').unwrap();
        let vcl = format!(
            "vcl 4.1;\nbackend default {{ .host = \"{host}\"; .port = \"{behind}\"; }}{STORES_SET_COOKIE}"
        );
        varnish(dir, port, &["-f", &written(dir, "default.vcl", &vcl)])
    });
}

/// By default, Varnish stores nothing with `Set-Cookie`.
#[test]
fn varnish_by_default() {
    let arguments: Arguments<'_> = &|dir, port, upstream| varnish(dir, port, &["-b", upstream]);
    let origin = Origin::start();
    keeps_visitors_apart("varnishd", arguments, &origin);
}

fn varnish(dir: &str, port: u16, backend: &[&str]) -> Vec<String> {
    let listen = format!("127.0.0.1:{port}");
    let arguments = ["-F", "-s", "malloc,16M", "-a", &listen, "-n", dir];
    let arguments = arguments.iter().chain(backend);
    arguments.map(ToString::to_string).collect()
}

#[test]
fn apache() {
    check("apache2", &|dir, port, upstream| {
        let modules = [
            "mpm_event",
            "authz_core",
            "cache",
            "cache_disk",
            "proxy",
            "proxy_http",
        ];
        let load = |name: &str| {
            format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
        };
        let config = modules.map(load).concat()
            + &format!(
                "ServerName localhost\nServerRoot {dir}\nListen 127.0.0.1:{port}\nPidFile {dir}/pid\nErrorLog {dir}/log\n\
                 DefaultRuntimeDir {dir}\nUser www-data\nGroup www-data\nCacheRoot {dir}/cache\nCacheEnable disk /\n\
                 CacheIgnoreNoLastMod On\nProxyPreserveHost On\nProxyPass / http://{upstream}/\n"
            );
        let file = written(dir, "apache.conf", &config);
        vec!["-f".into(), file, "-D".into(), "FOREGROUND".into()]
    });
}

type Arguments<'a> = &'a dyn Fn(&str, u16, &str) -> Vec<String>;

fn check(program: &str, arguments: Arguments<'_>) {
    let origin = Origin::start();
    let cache = keeps_visitors_apart(program, arguments, &origin);
    caches_other_responses(program, arguments, &origin, &cache);
    shares_ids_without_the_rule(program, arguments, &origin);
    keeps_printed_ids_apart(program, arguments, &origin);
}

fn keeps_visitors_apart(program: &str, arguments: Arguments<'_>, origin: &Origin) -> Cache {
    let cache = Cache::start(program, arguments, hardtack(origin, ""));
    assert_eq!(cache.different_ids(), VISITORS, "{program}: an id for each");
    cache
}

/// Responses without our cookie are stored as they are without hardtack.
fn caches_other_responses(
    program: &str,
    arguments: Arguments<'_>,
    origin: &Origin,
    with_hardtack: &Cache,
) {
    let without = Cache::start(program, arguments, Upstream::Origin(origin.address.clone()));
    let with_hardtack = with_hardtack.style_requests(origin, "/a.css");
    let without_hardtack = without.style_requests(origin, "/b.css");
    assert_eq!(
        (with_hardtack, without_hardtack),
        (1, 1),
        "{program}: a style sheet is stored as before"
    );
}

/// The control: these caches do store these pages, so the other checks can fail.
fn shares_ids_without_the_rule(program: &str, arguments: Arguments<'_>, origin: &Origin) {
    let upstream = hardtack(origin, "[caches]\nprotect = false\n");
    let cache = Cache::start(program, arguments, upstream);
    let different = cache.different_ids();
    assert!(
        different < VISITORS / 2,
        "{program}: {different} ids for {VISITORS} visitors"
    );
}

/// The origin is told the id and prints it, and returning visitors get no cookie: no page shows another visitor's id.
/// With the rule switched off, pages do.
fn keeps_printed_ids_apart(program: &str, arguments: Arguments<'_>, origin: &Origin) {
    let strangers = |caches: &str| {
        let signals = "[signals]\nrequest_header = \"x-visitor\"\n[renew]\nwhen = \"30d\"\n";
        let upstream = hardtack(origin, &format!("{signals}{caches}"));
        let cache = Cache::start(program, arguments, upstream);
        PAGES
            .iter()
            .filter(|(path, _)| cache.shows_another_id(path))
            .count()
    };
    assert_eq!(
        strangers(""),
        0,
        "{program}: pages that show another visitor's id"
    );
    let without = strangers("[caches]\nprotect = false\n");
    assert!(
        without > 1,
        "{program}: without the rule, {without} pages show another visitor's id"
    );
}

/// The upstream of a cache.
enum Upstream {
    Hardtack(Served),
    Origin(String),
}

impl Upstream {
    fn address(&self) -> String {
        match self {
            Self::Hardtack(served) => served.url("").trim_start_matches("http://").to_string(),
            Self::Origin(address) => address.clone(),
        }
    }
}

/// hardtack in front of the origin, with this policy.
fn hardtack(origin: &Origin, policy: &str) -> Upstream {
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    fs::write(file.path(), policy).unwrap();
    let upstream = format!("http://{}", origin.address);
    let policy = file.path().to_str().unwrap();
    let arguments = ["serve", "--policy", policy, "--upstream", &upstream];
    let arguments = arguments.map(str::to_string).to_vec();
    Upstream::Hardtack(Served::start_with(arguments, "127.0.0.1:0"))
}

/// A running cache with a folder of its own; both are removed on drop.
struct Cache {
    process: Child,
    port: u16,
    dir: PathBuf,
    _behind: Upstream,
}

impl Cache {
    fn start(program: &str, arguments: Arguments<'_>, upstream: Upstream) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let dir = std::env::temp_dir().join(format!("hardtack-{program}-{port}"));
        let stored = dir.join("cache");
        fs::create_dir_all(&stored).unwrap();
        // Apache writes as another user.
        assert!(
            Command::new("chmod")
                .arg("777")
                .args([&dir, &stored])
                .status()
                .unwrap()
                .success()
        );
        let arguments = arguments(dir.to_str().unwrap(), port, &upstream.address());
        let process = Command::new(program)
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process =
            process.unwrap_or_else(|error| panic!("{program}: {error}; `./test` installs it"));
        let cache = Self {
            process,
            port,
            dir,
            _behind: upstream,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "{program} does not listen; see {}",
                cache.dir.display()
            );
            thread::sleep(Duration::from_millis(50));
        }
        cache
    }

    /// The number of different ids when every visitor opens one page, for the first time.
    fn different_ids(&self) -> usize {
        let page = |n: usize| PAGES[n % PAGES.len()].0;
        let ids = (0..VISITORS).map(|n| self.get(page(n)).id());
        ids.collect::<BTreeSet<_>>().len()
    }

    /// How many of ten requests for a style sheet reach the origin.
    fn style_requests(&self, origin: &Origin, path: &str) -> usize {
        for _ in 0..10 {
            assert!(
                !self.get(path).head.contains("FPD="),
                "a style sheet with a cookie"
            );
        }
        origin.count(path)
    }

    /// Whether the second of two returning visitors sees the first one's id on a page.
    fn shows_another_id(&self, path: &str) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let [first, second] = ["6f1c8a52", "7a2d9b63"].map(|start| {
            let id = format!("{start}-3b0d-4e7a-9c41-b9ba00563fa8");
            let cookies = format!("Cookie: FPD={id}; FPD_renewed={}\r\n", now.as_secs());
            let Response { head } = self.get_with(path, &cookies);
            assert!(!head.contains("FPD="), "a cookie that is not due: {head}");
            (id, head)
        });
        assert!(first.1.contains(&first.0), "no id in {}", first.1);
        second.1.contains(&first.0)
    }

    /// Requests a page as the browser of a new visitor does.
    fn get(&self, path: &str) -> Response {
        self.get_with(path, "")
    }

    /// Requests a page with these header lines, too.
    fn get_with(&self, path: &str, lines: &str) -> Response {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let kind = if path.ends_with(".css") {
            "style"
        } else {
            "document"
        };
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nSec-Fetch-Dest: {kind}\r\nAccept: text/html\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n{lines}Connection: close\r\n\r\n",
            self.port
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let head = String::from_utf8_lossy(&bytes).into_owned();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        Response { head }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // Varnish and Apache end their child processes when they are terminated, but not when they are killed.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

struct Response {
    head: String,
}

impl Response {
    fn id(&self) -> String {
        let behind = self.head.split("FPD=").nth(1);
        let id = behind.and_then(|rest| rest.get(..36));
        id.unwrap_or_else(|| panic!("no id in {}", self.head))
            .to_string()
    }
}

fn written(dir: &str, name: &str, text: &str) -> String {
    let path = Path::new(dir).join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}
