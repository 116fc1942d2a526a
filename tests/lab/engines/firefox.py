"""Firefox over WebDriver BiDi."""

import os
import re
import subprocess
import tempfile
import time

from . import jar, process
from .chromium import trust
from .wire import Failed, Socket

PROGRAM = "firefox-esr"
TIMES = {"expiry": None, "creationTime": 1_000_000, "lastAccessed": 1_000_000}
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.allow_hijacking_localhost": True,
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "extensions.update.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.security.https_first": False,
    "security.OCSP.enabled": 0,
    "security.pki.certificate_transparency.mode": 0,
    "remote.prefs.recommended": True,
    "browser.sessionstore.resume_from_crash": False,
}


class Firefox:
    name = "Firefox"

    @staticmethod
    def version():
        told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, env={**os.environ, "HOME": "/tmp"}).stdout
        return told.split()[-1]

    def __init__(self, profile, authority, proxy, days=0, gpc=False):
        jar.move(profile, "cookies.sqlite", "moz_cookies", TIMES, days)
        home = os.path.join(profile, "home")
        if not os.path.exists(home):
            os.makedirs(home)
            trust(profile, authority)
        host, port = proxy.split(":")
        preferences = {
            **PREFERENCES, "network.proxy.http": host, "network.proxy.http_port": int(port), "network.proxy.ssl": host,
            "network.proxy.ssl_port": int(port), "privacy.globalprivacycontrol.enabled": gpc,
        }
        with open(os.path.join(profile, "user.js"), "w") as file:
            for key, value in preferences.items():
                word = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
                file.write(f'user_pref("{key}", {word});\n')
        self.log = tempfile.TemporaryFile("w+")
        command = [PROGRAM, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"]
        self.process = process.start(command, home, 0, stdout=self.log, stderr=self.log)
        self.socket = Socket(self.listening() + "/session")
        self.socket.call("session.new", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": False}}})
        self.socket.call("session.subscribe", {"events": ["browsingContext.load"]})
        self.context = self.socket.call("browsingContext.getTree")["contexts"][0]["context"]

    def listening(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            self.log.seek(0)
            told = re.search(r"WebDriver BiDi listening on (ws://\S+)", self.log.read())
            if told:
                return told[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.log.seek(0)
        text = self.log.read()
        process.stop(self.process)
        raise SystemExit(f"error: Firefox does not start\n{text}")

    def tab(self):
        self.context = self.socket.call("browsingContext.create", {"type": "tab"})["context"]
        return self.context

    def use(self, tab):
        self.context = tab

    def open(self, url):
        try:
            self.socket.call("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})
        except Failed as error:
            # A download aborts the navigation.
            if "NS_BINDING_ABORTED" not in str(error) and "download" not in str(error) and "aborted" not in str(error):
                raise

    def start_opening(self, url):
        self.socket.events.clear()
        self.socket.call("browsingContext.navigate", {"context": self.context, "url": url, "wait": "none"})

    def opened(self):
        context = self.context
        self.socket.wait_for(lambda event: event.get("method") == "browsingContext.load" and event["params"]["context"] == context)

    def reload(self):
        self.socket.call("browsingContext.reload", {"context": self.context, "wait": "complete"})

    def back(self):
        self.socket.call("browsingContext.traverseHistory", {"context": self.context, "delta": -1})
        time.sleep(0.7)

    def evaluate(self, script):
        answer = self.socket.call("script.evaluate", {"expression": script, "awaitPromise": True, "target": {"context": self.context}})
        if answer["type"] != "success":
            raise Failed(str(answer))
        return plain(answer["result"])

    def cookies(self):
        kept = self.socket.call("storage.getCookies")["cookies"]
        return [
            {"name": c["name"], "value": c["value"]["value"], "domain": c["domain"], "http_only": c["httpOnly"], "expires": seconds(c.get("expiry"))}
            for c in kept
        ]

    def stop(self):
        try:
            self.socket.call("browser.close")
            self.process.wait(15)
        except Exception:
            pass
        process.stop(self.process)


def seconds(expiry):
    """Newer versions of Firefox store milliseconds."""
    if expiry is None:
        return None
    return expiry / 1000 if expiry > 1e11 else expiry


def plain(value):
    if value["type"] == "array":
        return [plain(one) for one in value["value"]]
    return value.get("value")
