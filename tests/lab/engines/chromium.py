"""Chromium over the DevTools protocol."""

import os
import subprocess
import time

from . import jar, process
from .wire import Failed, Socket

PROGRAM = "/usr/lib/chromium/chromium"
# Microseconds since 1601.
TIMES = dict.fromkeys(["creation_utc", "expires_utc", "last_access_utc", "last_update_utc"], 1_000_000)
ARGUMENTS = [
    # With its headless User-Agent it would count as a crawler.
    "--headless=new", "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-default-apps",
    "--disable-extensions", "--password-store=basic", "--remote-debugging-port=0", "--remote-allow-origins=*",
    "--disable-features=Translate,OptimizationHints,MediaRouter,HttpsUpgrades", "--window-size=1000,800",
]


class Chromium:
    name = "Chromium"

    @staticmethod
    def version():
        told = subprocess.run([PROGRAM, "--version", "--no-sandbox"], capture_output=True, text=True).stdout
        return told.split()[1]

    def __init__(self, profile, authority, proxy, days=0):
        jar.move(profile, "Default/Cookies", "cookies", TIMES, days)
        home = os.path.join(profile, "home")
        if not os.path.exists(home):
            database = os.path.join(home, ".pki", "nssdb")
            os.makedirs(database)
            trust(database, authority)
        port_file = os.path.join(profile, "DevToolsActivePort")
        if os.path.exists(port_file):
            os.remove(port_file)
        lock = os.path.join(profile, "SingletonLock")
        if os.path.islink(lock):
            os.remove(lock)
        command = [PROGRAM, *ARGUMENTS, f"--user-data-dir={profile}", f"--proxy-server=http://{proxy}",
                   "--proxy-bypass-list=<-loopback>", "about:blank"]
        self.process = process.start(command, home, 0, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port, path = self.debugging(port_file)
        self.socket = Socket(f"ws://127.0.0.1:{port}{path}")
        self.session = None
        self.tab()

    def debugging(self, port_file):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if os.path.exists(port_file):
                lines = open(port_file).read().split()
                if len(lines) == 2:
                    return lines
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        raise SystemExit("error: Chromium does not start")

    def tab(self):
        """Opens a tab and makes it the current one."""
        target = self.socket.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.socket.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self.session = attached["sessionId"]
        self.call("Page.enable")
        return self.session

    def use(self, tab):
        self.session = tab

    def call(self, method, params=None):
        return self.socket.call(method, params, sessionId=self.session)

    def open(self, url):
        self.start_opening(url)
        self.opened()

    def start_opening(self, url):
        self.socket.events.clear()
        answer = self.socket.call("Page.navigate", {"url": url}, sessionId=self.session)
        self.failed = answer.get("errorText")

    def opened(self):
        if self.failed and self.failed != "net::ERR_ABORTED":
            raise Failed(self.failed)
        if not self.failed:
            self.loaded()

    def loaded(self):
        session = self.session
        self.socket.wait_for(lambda event: event.get("method") == "Page.loadEventFired" and event.get("sessionId") == session)

    def reload(self):
        self.socket.events.clear()
        self.call("Page.reload")
        self.loaded()

    def back(self):
        history = self.call("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] - 1]
        self.call("Page.navigateToHistoryEntry", {"entryId": entry["id"]})
        time.sleep(0.7)

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in answer:
            raise Failed(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def cookies(self):
        kept = self.socket.call("Storage.getCookies")["cookies"]
        return [
            {"name": c["name"], "value": c["value"], "domain": c["domain"], "http_only": c["httpOnly"], "expires": c["expires"] if c["expires"] > 0 else None}
            for c in kept
        ]

    def stop(self):
        try:
            # A regular shutdown writes the jar to disk.
            self.socket.call("Browser.close")
            self.process.wait(15)
        except Exception:  # The browser may end before it answers.
            pass
        process.stop(self.process)


def trust(database, authority):
    """Makes a certificate database that trusts the lab's authority."""
    subprocess.run(["certutil", "-N", "-d", f"sql:{database}", "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", f"sql:{database}", "-n", "lab", "-t", "C,,", "-i", authority], check=True)
