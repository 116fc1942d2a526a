"""The lab: real browsers on sites that hardtack serves, with their clocks moved. Run it by `lab/run`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import origin
import report
import scenarios
from engines.chromium import Chromium
from engines.firefox import Firefox
from engines.process import faketime_library, stop_all
from engines.webkit import WebKit
from proxy import Proxy
from sites import HOSTS, Site, certificates

HERE = os.path.dirname(os.path.abspath(__file__))
ENGINES = [Chromium, Firefox, WebKit]
DAY = 86_400
# Days without a visit, after which it is asked who still is the visitor that came first.
JUMPS = [8, 35, 399, 401]
# Days of visits to a site that renews, and to one that never does.
VISITS = [300, 600]


class Lab:
    def __init__(self, program, folder):
        self.folder = folder
        self.authority = certificates(folder)
        upstream = f"http://127.0.0.1:{origin.start()}"
        self.site = Site(program, folder, "--upstream", upstream)
        self.never = Site(program, folder, "--upstream", upstream, policy='renew.when = "never"\n')
        self.due = Site(program, folder, "--upstream", upstream, policy='renew.when = "30d"\n')
        self.plain = Site(program, folder, "--upstream", upstream, tls=False)
        artifact = os.path.join(folder, "artifact")
        build = [program, "build", "lambda-edge", "-q", "--host", "edge.example.net", "-o", artifact]
        subprocess.run(build, cwd=folder, check=True)
        self.edge = Site(program, folder, "--edge", os.path.join(artifact, "lambda-edge.zip"), "--upstream", upstream)
        build = [program, "build", "cloudfront-function", "-q", "--host", "function.example.net", "--secret", os.path.join(folder, "secret"), "-o", artifact]
        subprocess.run(build, cwd=folder, check=True)
        self.function = Site(program, folder, "--edge", os.path.join(artifact, "cloudfront-function.js"), "--upstream", upstream)
        routes = {(host, 443): self.site.port for host in HOSTS}
        routes |= {(host, 80): self.plain.port for host in HOSTS}
        routes["never.example.net", 443] = self.never.port
        routes["edge.example.net", 443] = self.edge.port
        routes["due.example.net", 443] = self.due.port
        routes["function.example.net", 443] = self.function.port
        self.proxy = Proxy(routes)
        self.running = None

    def start(self, engine, profile, days=0, **more):
        try:
            self.running = (engine, profile, engine(profile, self.authority, self.proxy.address, days, **more))
        except BaseException:
            stop_all()
            raise
        return self.running[2]

    def fresh(self, engine):
        return self.start(engine, tempfile.mkdtemp(dir=self.folder))

    def again(self, browser, days=0):
        """Closes a browser, and opens it again from its profile."""
        engine, profile, _ = self.running
        browser.stop()
        return self.start(engine, profile, days)

    def stop_browser(self):
        if self.running:
            self.running[2].stop()
        self.running = None

    def stop(self):
        self.stop_browser()
        stop_all()
        self.proxy.close()
        for site in (self.site, self.never, self.due, self.plain, self.edge, self.function):
            site.stop()


def value(browser, name, host="www.example.com"):
    found = scenarios.cookies_for(browser, host, name)
    return found[0]["value"] if found else None


def lifetimes(lab, engine):
    """A first visit; then, for each jump, a copy of the profile, opened with the clock moved: who is it?"""
    browser = lab.fresh(engine)
    profile = lab.running[1]
    browser.open(scenarios.SITE + "/")
    browser.open("https://never.example.net/")
    now = time.time()
    edge, script = scenarios.cookie(browser), scenarios.cookie(browser, name="js")
    days = {"edge": round((edge["expires"] - now) / DAY), "script": round((script["expires"] - now) / DAY)}
    never = value(browser, "FPD", "never.example.net")
    browser.stop()
    jumps = {}
    for jump in JUMPS:
        browser = copied(lab, engine, profile, jump)
        browser.open(scenarios.SITE + "/second")
        jumps[str(jump)] = {"edge": value(browser, "FPD") == edge["value"], "script": value(browser, "js") == script["value"]}
        lab.stop_browser()
    renewals = {}
    later = tempfile.mkdtemp(dir=lab.folder)
    shutil.rmtree(later)
    shutil.copytree(profile, later, symlinks=True, ignore=sockets)
    for visit in VISITS:
        browser = lab.start(engine, later, visit)
        browser.open(scenarios.SITE + "/second")
        browser.open("https://never.example.net/second")
        renewals[str(visit)] = {"edge": value(browser, "FPD") == edge["value"], "never": value(browser, "FPD", "never.example.net") == never}
        lab.stop_browser()
    return {"days": days, "jumps": jumps, "visits": renewals}


def sockets(folder, names):
    """What a running browser leaves behind, and what can't be copied."""
    return [name for name in names if name.startswith("Singleton") or name in ("lock", ".parentlock")]


def copied(lab, engine, profile, days):
    copy = tempfile.mkdtemp(dir=lab.folder)
    shutil.rmtree(copy)
    shutil.copytree(profile, copy, symlinks=True, ignore=sockets)
    return lab.start(engine, copy, days)


def play(lab, engine):
    """All scenarios, each with a profile of its own."""
    told = {}
    for scenario in scenarios.ALL:
        name = scenario.__name__
        for attempt in (1, 2):
            try:
                scenario(lab, lab.fresh(engine))
                told[name] = "yes"
            except scenarios.Missing:
                told[name] = "not there"
            except Exception as error:  # One that fails must not hide the others.
                told[name] = f"NO: {type(error).__name__}: {error}"
                if not isinstance(error, scenarios.Unlike):
                    traceback.print_exc()
            lab.stop_browser()
            # A busy machine may make one late; what browsers do, they do twice.
            if not told[name].startswith("NO"):
                break
        print(f"  {engine.name:9} {name:16} {told[name]}", file=sys.stderr, flush=True)
    return told


def curl(lab):
    """A jar without a browser: what it keeps after each jump."""
    jar = os.path.join(lab.folder, "curl.jar")
    port = lab.site.port
    site = ["--cacert", lab.authority, "--resolve", f"www.example.com:{port}:127.0.0.1", f"https://www.example.com:{port}/"]
    browser = ["-H", "Accept: text/html", "-A", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"]

    def visit(days, jar):
        env = dict(os.environ)
        if days:
            env |= {"LD_PRELOAD": faketime_library(), "FAKETIME": f"+{days}d"}
        subprocess.run(["curl", "-sS", "-o", "/dev/null", "-b", jar, "-c", jar, *browser, *site], check=True, env=env)
        rows = [line.split("\t") for line in open(jar) if line.count("\t") == 6]
        return next((row for row in rows if row[5] == "FPD"), None)

    open(jar, "w").close()
    first = visit(0, jar)
    jumps = {}
    for jump in JUMPS:
        copy = f"{jar}.{jump}"
        shutil.copy(jar, copy)
        row = visit(jump, copy)
        jumps[str(jump)] = {"edge": bool(row) and row[6] == first[6]}
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
    return {"version": version, "days": {"edge": round((int(first[4]) - time.time()) / DAY)}, "jumps": jumps}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hardtack", required=True, help="the built program")
    parser.add_argument("--update", action="store_true", help="write the table and the plot; without it, they are checked")
    parser.add_argument("--engine", action="append", help="only this one; nothing is checked or written")
    parser.add_argument("--scenario", action="append", help="only these, `none` for the clock's alone; nothing is checked or written")
    args = parser.parse_args()
    if args.scenario:
        scenarios.ALL[:] = [one for one in scenarios.ALL if one.__name__ in args.scenario]
    engines = [one for one in ENGINES if not args.engine or one.name.lower() in args.engine]
    results = {"engines": {}}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lab = Lab(os.path.abspath(args.hardtack), folder)
        try:
            for engine in engines:
                started = time.monotonic()
                told = {"version": engine.version(), "scenarios": play(lab, engine)}
                if not args.scenario or args.scenario == ["none"]:
                    told |= lifetimes(lab, engine)
                results["engines"][engine.name] = told
                print(f"{engine.name} {told['version']}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
            results["curl"] = curl(lab)
        finally:
            lab.stop()
        if lab.proxy.refused:
            print(f"asked for elsewhere, and refused: {' '.join(elsewhere(lab.proxy.refused))}", file=sys.stderr)
    if args.engine or args.scenario:
        print(json.dumps(results, indent=1))
        return failed(results)
    return failed(results) or report.settle(results, args.update)


def elsewhere(targets):
    """The hosts that browsers call of their own accord."""
    return sorted({target.removeprefix("http://").split("/")[0].split(":")[0] for target in targets})


def failed(results):
    wrong = [
        f"{name}: {scenario}: {said}"
        for name, told in results["engines"].items()
        for scenario, said in told["scenarios"].items()
        if said.startswith("NO")
    ]
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
