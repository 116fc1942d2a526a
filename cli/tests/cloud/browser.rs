//! Headless Chromium, driven over WebDriver.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::emulator::http;

/// A browser that goes away with the test.
pub(crate) struct Browser {
    driver: Child,
    address: String,
    session: String,
}

/// A driver, and where it listens. Two that start at once may choose one port, and the second one then ends: it is
/// tried again.
fn driver() -> (Child, String) {
    for _ in 0..10 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed");
        let stdout = BufReader::new(driver.stdout.take().unwrap());
        let port = stdout.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_string())
        });
        match port {
            Some(port) => return (driver, port),
            None => drop(driver.wait()),
        }
    }
    panic!("chromedriver does not say its port")
}

impl Browser {
    pub(crate) fn start() -> Self {
        let (driver, port) = driver();
        let mut browser = Self {
            driver,
            address: format!("127.0.0.1:{}", port),
            session: String::new(),
        };
        let arguments = [
            "--headless",
            // By the one it has without a window it would be taken for a crawler.
            "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": { "args": arguments },
        } } });
        let session = browser.send("POST", "/session", &capabilities);
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser
    }

    pub(crate) fn open(&self, url: &str) {
        self.of_session("POST", "/url", &json!({ "url": url }));
    }

    /// A cookie's value, and whether scripts are kept from it.
    pub(crate) fn cookie(&self, name: &str) -> Option<(String, bool)> {
        let cookies = self.of_session("GET", "/cookie", &Value::Null);
        let cookie = cookies
            .as_array()?
            .iter()
            .find(|it| it["name"] == name)?
            .clone();
        Some((
            cookie["value"].as_str()?.to_string(),
            cookie["httpOnly"] == true,
        ))
    }

    /// Clicks on the element with an id.
    pub(crate) fn click(&self, id: &str) {
        self.script(&format!("document.getElementById('{id}').click()"));
    }

    /// Waits until the page's heading is this.
    pub(crate) fn wait_for(&self, heading: &str) {
        let script = "const h = document.querySelector('h1'); return h && h.textContent";
        for _ in 0..200 {
            if self.script(script) == heading {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!(
            "no heading {heading}: {}",
            self.script("return document.documentElement.outerHTML")
        );
    }

    fn script(&self, script: &str) -> Value {
        self.of_session(
            "POST",
            "/execute/sync",
            &json!({ "script": script, "args": [] }),
        )
    }

    fn of_session(&self, method: &str, path: &str, body: &Value) -> Value {
        self.send(method, &format!("{}{path}", self.session), body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let headers = [("content-type", "application/json")];
        let answer = http(&self.address, method, path, &headers, &body);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        let mut answer: Value = serde_json::from_str(body).unwrap();
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = http(&self.address, "DELETE", &self.session, &[], "");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
