"""WebKitGTK, the engine of Safari, with Intelligent Tracking Prevention on. The page runs in a separate process."""

import json
import os
import subprocess
import sys

from . import process
from .wire import Failed

PAGE = os.path.join(os.path.dirname(__file__), "webkit_page.py")


class WebKit:
    name = "WebKit"

    @staticmethod
    def version():
        return subprocess.run([sys.executable, PAGE, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def __init__(self, profile, authority, proxy, days=0):
        home = os.path.join(profile, "home")
        os.makedirs(home, exist_ok=True)
        command = [sys.executable, PAGE, profile, authority, proxy]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self.process = process.start(command, home, days, **pipes)
        self.current = 0
        self.ask("ready")

    def ask(self, what, **more):
        self.process.stdin.write(json.dumps({"do": what, "tab": self.current, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("error: WebKit's process ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer.get("value")

    def tab(self):
        self.current = self.ask("tab")
        return self.current

    def use(self, tab):
        self.current = tab

    def open(self, url):
        self.ask("open", url=url)

    def start_opening(self, url):
        self.ask("start", url=url)

    def opened(self):
        self.ask("opened")

    def reload(self):
        self.ask("reload")

    def back(self):
        self.ask("back")

    def evaluate(self, script):
        return self.ask("evaluate", script=script)

    def cookies(self):
        return self.ask("cookies")

    def stop(self):
        try:
            self.ask("quit")
            self.process.wait(15)
        except Exception:
            pass
        process.stop(self.process)
