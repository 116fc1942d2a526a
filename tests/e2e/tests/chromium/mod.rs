//! Headless Chromium, driven over WebDriver by ChromeDriver. Both are stopped when the test ends, however it ends.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// Arguments that make a headless Chromium load the requested pages only.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    // With its own User-Agent, headless Chromium would count as a crawler.
    "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Whatever a page asks for, only this machine answers.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--window-size=1280,1400",
];

/// Far longer than a page takes: a test that waits this long has failed.
const HANG_TIMEOUT: Duration = Duration::from_secs(20);

/// A browser with its own profile.
pub(crate) struct Chromium {
    client: Client,
    driver: Child,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) value: String,
    pub(crate) domain: String,
    pub(crate) path: String,
    pub(crate) http_only: bool,
    pub(crate) same_site: Option<String>,
    /// Unix time in seconds.
    pub(crate) expires: u64,
}

impl Chromium {
    pub(crate) async fn start() -> Self {
        let (driver, port) = start_driver();
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": ARGUMENTS },
        });
        let capabilities = capabilities.as_object().cloned().expect("an object");
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("ChromeDriver starts Chromium");
        Self { client, driver }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page loads");
    }

    /// The cookie of this name on the open page's site.
    pub(crate) async fn cookie(&self, name: &str) -> Option<Cookie> {
        let cookies = self.client.get_all_cookies().await.expect("cookies");
        let cookie = cookies.into_iter().find(|cookie| cookie.name() == name)?;
        let expires = cookie
            .expires_datetime()
            .expect("a persistent cookie")
            .unix_timestamp();
        Some(Cookie {
            value: cookie.value().to_string(),
            domain: cookie.domain().unwrap_or_default().to_string(),
            path: cookie.path().unwrap_or_default().to_string(),
            http_only: cookie.http_only().unwrap_or_default(),
            same_site: cookie.same_site().map(|value| value.to_string()),
            expires: expires.try_into().expect("after 1970"),
        })
    }

    /// The visitor's id.
    pub(crate) async fn id(&self) -> String {
        self.cookie("FPD").await.expect("FPD is there").value
    }

    /// Forgets the cookie of this name.
    pub(crate) async fn forget(&self, name: &str) {
        self.client
            .delete_cookie(name)
            .await
            .expect("a cookie is deleted");
    }

    /// The open page's title, once it has one.
    pub(crate) async fn title(&self) -> String {
        let deadline = Instant::now() + HANG_TIMEOUT;
        loop {
            let title = self.client.title().await.expect("a title");
            if !title.is_empty() {
                return title;
            }
            assert!(Instant::now() < deadline, "the page has no title");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether a script of the page can read the cookie.
    pub(crate) async fn script_sees(&self, name: &str) -> bool {
        let seen = self
            .client
            .execute("return document.cookie", Vec::new())
            .await
            .expect("a script runs");
        seen.as_str().expect("text").contains(name)
    }

    /// Gives a consent platform an answer: clicks one element after the other, each as soon as it can be clicked, and
    /// the last one until its dialog has closed and a cookie is written. A platform may write a cookie before it hears
    /// any click, so the cookie alone shows nothing. What stands behind `>>>` is in the shadow tree of what stands
    /// before it.
    pub(crate) async fn answer(&self, selectors: &[&str]) {
        let deadline = Instant::now() + HANG_TIMEOUT;
        let before = self.script("return document.cookie", Vec::new()).await;
        for (i, selector) in selectors.iter().enumerate() {
            let is_last = i + 1 == selectors.len();
            let mut was_open = false;
            loop {
                let is_open = self.click(selector).await;
                if is_open && !is_last {
                    break;
                }
                let written = self.script("return document.cookie", Vec::new()).await != before;
                if was_open && !is_open && written {
                    break;
                }
                was_open |= is_open;
                assert!(Instant::now() < deadline, "{selector} gives no answer");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }

    async fn click(&self, selector: &str) -> bool {
        let script = "const [host, inner] = arguments[0].split(' >>> ');\
            const at = document.querySelector(host);\
            return at && inner ? at.shadowRoot.querySelector(inner) : at";
        let found = self.script(script, vec![json!(selector)]).await;
        let id = found
            .as_object()
            .and_then(|element| element.values().next());
        match id.and_then(Value::as_str) {
            Some(id) => {
                let id = ElementRef::from(id.to_string());
                let element = Element::from_element_id(self.client.clone(), id);
                element.click().await.is_ok()
            }
            None => false,
        }
    }

    async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.client.execute(script, arguments).await;
        result.expect("a script runs")
    }

    /// Makes the visitor a new one: no cookies, and nothing that scripts of the open page's origin have stored.
    pub(crate) async fn forget_everything(&self) {
        self.client.delete_all_cookies().await.expect("cookies go");
        self.script("localStorage.clear(); sessionStorage.clear()", Vec::new())
            .await;
    }

    pub(crate) async fn wait_for_text(&self, text: &str) {
        let deadline = Instant::now() + HANG_TIMEOUT;
        loop {
            let page = self
                .client
                .execute("return document.body.innerText", Vec::new())
                .await;
            let page = page
                .expect("a script runs")
                .as_str()
                .unwrap_or_default()
                .to_string();
            if page.contains(text) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "no {text:?} on the page:\n{page}"
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The height of what the page's frame shows, in CSS pixels.
    pub(crate) async fn frame_height(&self) -> u64 {
        let script =
            "return document.querySelector('iframe').contentDocument.documentElement.scrollHeight";
        let height = self.client.execute(script, Vec::new()).await;
        height.expect("a script runs").as_u64().expect("a height")
    }

    /// Saves a screenshot of the page in `target/screenshots`.
    pub(crate) async fn screenshot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let screenshot = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(folder.join(name).with_extension("png"), screenshot)
            .expect("a screenshot on disk");
    }

    /// The page's subresources that were answered with an error.
    pub(crate) async fn failed_resources(&self) -> Vec<String> {
        let script = "return performance.getEntriesByType('resource')\
            .filter(entry => entry.responseStatus >= 400).map(entry => entry.name)";
        let failed = self
            .client
            .execute(script, Vec::new())
            .await
            .expect("a script runs");
        serde_json::from_value(failed).expect("a list of URLs")
    }

    pub(crate) async fn close(self) {
        self.client
            .clone()
            .close()
            .await
            .expect("the browser closes");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // ChromeDriver ends the browser, too.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// Starts ChromeDriver on a free port, and returns the port that it prints. Two that start at once may choose the same
/// port; the second one then ends, and is started again.
fn start_driver() -> (Child, u16) {
    for _ in 0..10 {
        let mut driver = spawn_driver();
        match printed_port(&mut driver) {
            Some(port) => return (driver, port),
            None => drop(driver.wait()),
        }
    }
    panic!("ChromeDriver does not print its port");
}

fn spawn_driver() -> Child {
    Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts: `apt-get install chromium chromium-driver`, or run ./test, which does")
}

fn printed_port(driver: &mut Child) -> Option<u16> {
    let stdout = BufReader::new(driver.stdout.take().expect("piped"));
    stdout.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })
}
