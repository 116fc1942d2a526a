"""The lab: real browsers on sites that hardtack serves, with their clocks moved. Run it by `tests/lab/run`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import jars
import origin
import report
import scenarios
from elsewhere import MiniStack, Workerd
from engines.chromium import Chromium
from engines.firefox import Firefox
from engines.process import stop_all
from engines.webkit import WebKit
from proxy import Proxy
from sites import HOSTS, Site, add_host, certificates

ENGINES = [Chromium, Firefox, WebKit]
DAY = 86_400
# Days without a visit, after which the lab checks whether the visitor is still recognised.
JUMPS = [8, 35, 399, 401]
DUE = 'renew.when = "30d"\n'
CONSENT = 'consent.required = "everywhere"\nconsent.from = ["cookiebot"]\nconsent.gpc = "deny"\nsignals.script_cookie = "FPD_script"\n'
# Days of the later visits, to a site that renews and to one that never does.
VISITS = [300, 600]


class Grounds:
    """The sites that all engines share; their logs are not read."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.authority = certificates(folder)
        self.origin = origin.start()
        self.upstream = f"http://127.0.0.1:{self.origin}"
        self.started = []

    def open(self):
        upstream = self.upstream
        never = self.serve("--upstream", upstream, policy='renew.when = "never"\n')
        plain = self.serve("--upstream", upstream, tls=False)
        zipped = os.path.join(self.build("lambda-edge", "edge.example.net"), "lambda-edge.zip")
        edge = self.serve("--edge", zipped, "--upstream", upstream)
        local = self.serve("--edge", self.function("function.example.net"), "--upstream", upstream)
        self.ministack = self.keep(MiniStack(self.folder, self.origin))
        self.ministack.deploy(self.function(self.ministack.host))
        worker = self.keep(Workerd(os.path.join(self.build("cloudflare", "worker.example.net"), "cloudflare"), self.folder, self.origin))
        add_host(self.folder, self.ministack.host)
        self.routes = {(host, 80): plain.port for host in HOSTS}
        hosts = {"never.example.net": never, "edge.example.net": edge, "function.example.net": local}
        hosts |= {"worker.example.net": worker, self.ministack.host: self.ministack}
        self.routes |= {(host, 443): site.port for host, site in hosts.items()}

    def place(self, host):
        return host, self.routes[host, 443]

    def function(self, host):
        return os.path.join(self.build("cloudfront-function", host), "cloudfront-function.js")

    def build(self, target, host):
        to = os.path.join(self.folder, host)
        secret = ["--secret", os.path.join(self.folder, "secret")] if target == "cloudfront-function" else []
        subprocess.run([self.program, "build", target, "-q", "--host", host, *secret, "-o", to], cwd=self.folder, check=True)
        return to

    def serve(self, *arguments, **more):
        return self.keep(Site(self.program, self.folder, *arguments, **more))

    def keep(self, site):
        self.started.append(site)
        return site

    def stop(self):
        for site in self.started:
            site.stop()


class Lab:
    """One engine with sites of its own, whose logs are read, and with routes to the shared sites."""

    def __init__(self, grounds):
        self.folder, self.authority, self.ministack = grounds.folder, grounds.authority, grounds.ministack
        self.site, self.due, self.consent = (
            Site(grounds.program, grounds.folder, "--upstream", grounds.upstream, policy=policy) for policy in ("", DUE, CONSENT)
        )
        routes = {(host, 443): self.site.port for host in HOSTS} | grounds.routes
        routes["due.example.net", 443] = self.due.port
        routes["consent.example.net", 443] = self.consent.port
        self.proxy = Proxy(routes)
        self.running = None
        self.clean = None

    def start(self, engine, profile, days=0, **more):
        self.running = (engine, profile, engine(profile, self.authority, self.proxy.address, days, **more))
        return self.running[2]

    def fresh(self, engine):
        """Starts with an unused profile. Firefox takes seconds to make one, so all are copies."""
        if not self.clean:
            self.clean = tempfile.mkdtemp(dir=self.folder)
            self.start(engine, self.clean)
            self.stop_browser()
        return self.start(engine, copy_of(self.clean, self.folder))

    def again(self, browser, days=0, **more):
        """Closes a browser and opens it again with the same profile."""
        engine, profile, _ = self.running
        browser.stop()
        return self.start(engine, profile, days, **more)

    def stop_browser(self):
        if self.running:
            self.running[2].stop()
        self.running = None

    def stop(self):
        self.stop_browser()
        self.proxy.close()
        for site in (self.site, self.due, self.consent):
            site.stop()


def value(browser, name, host="www.example.com"):
    found = scenarios.cookies_for(browser, host, name)
    return found[0]["value"] if found else None


def lifetimes(lab, engine):
    """A first visit; then, for each jump, a copy of the profile with the clock moved: is the visitor recognised?"""
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
        browser = lab.start(engine, copy_of(profile, lab.folder), jump)
        browser.open(scenarios.SITE + "/second")
        jumps[str(jump)] = {"edge": value(browser, "FPD") == edge["value"], "script": value(browser, "js") == script["value"]}
        lab.stop_browser()
    renewals = {}
    later = copy_of(profile, lab.folder)
    for visit in VISITS:
        browser = lab.start(engine, later, visit)
        browser.open(scenarios.SITE + "/second")
        browser.open("https://never.example.net/second")
        renewals[str(visit)] = {"edge": value(browser, "FPD") == edge["value"], "never": value(browser, "FPD", "never.example.net") == never}
        lab.stop_browser()
    return {"days": days, "jumps": jumps, "visits": renewals}


def sockets(folder, names):
    """Sockets and locks of a running browser, which cannot be copied."""
    return [name for name in names if name.startswith("Singleton") or name in ("lock", ".parentlock")]


def copy_of(profile, folder):
    return shutil.copytree(profile, os.path.join(tempfile.mkdtemp(dir=folder), "profile"), symlinks=True, ignore=sockets)


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
                told[name] = "not supported"
            except Exception as error:  # One failure must not hide the other results.
                told[name] = f"NO: {type(error).__name__}: {error}"
                if not isinstance(error, scenarios.Unlike):
                    traceback.print_exc()
            lab.stop_browser()
            # A busy machine can make one time out, so a failure is repeated once.
            if not told[name].startswith("NO"):
                break
        print(f"  {engine.name:9} {name:16} {told[name]}", file=sys.stderr, flush=True)
    return told


def examine(grounds, engine, whole):
    """Runs the scenarios, and with `whole` the lifetimes, in one engine."""
    started = time.monotonic()
    lab = Lab(grounds)
    try:
        told = {"version": engine.version(), "scenarios": play(lab, engine)}
        if whole:
            told |= lifetimes(lab, engine)
    finally:
        lab.stop()
    print(f"{engine.name} {told['version']}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return told, lab.proxy.refused


def examine_all(grounds, engines, whole):
    """Runs the engines in parallel: a visit is mostly waiting."""
    with ThreadPoolExecutor(len(engines) + 1) as pool:
        asked = {engine.name: pool.submit(examine, grounds, engine, whole) for engine in engines}
        answers = {name: answer.result() for name, answer in asked.items()}
    refused = [target for _, targets in answers.values() for target in targets]
    if refused:
        print(f"requests to other hosts, which the proxy refused: {' '.join(hosts_of(refused))}", file=sys.stderr)
    return {name: told for name, (told, _) in answers.items()}


def verify(grounds, lab):
    """The faults that `hardtack verify` finds, by runtime."""
    sites = {
        "`hardtack serve`": ("www.example.com", lab.site.port),
        "the Lambda@Edge artifact behind the local CloudFront": grounds.place("edge.example.net"),
        "the CloudFront Function behind the local CloudFront": grounds.place("function.example.net"),
        "the CloudFront Function behind MiniStack's CloudFront": grounds.place(grounds.ministack.host),
        "the Worker in workerd": grounds.place("worker.example.net"),
    }
    # MiniStack passes only the last of two cookies with one name to functions. CloudFront passes all (`multiValue`), by
    # its documentation.
    known = (grounds.ministack.host, "duplicate_reordered")
    return {name: faults(grounds, host, port, known) for name, (host, port) in sites.items()}


def faults(grounds, host, port, known):
    command = [grounds.program, "verify", f"https://{host}:{port}/revalidated", "--json", "--resolve", f"{host}=127.0.0.1", "--ca", grounds.authority]
    ran = subprocess.run(command, cwd=grounds.folder, capture_output=True, text=True)
    if not ran.stdout:
        return [f"exit code {ran.returncode}: {ran.stderr.strip()}"]
    told = json.loads(ran.stdout)
    found = [one["fault"] for one in told["findings"] if (host, one["fault"]) != known]
    return found + [f"failed: {one}" for one in told["failed_probes"]]


def without_browser(grounds):
    lab = Lab(grounds)
    try:
        return {"jars": jars.all_jars(lab, JUMPS), "verify": verify(grounds, lab)}
    finally:
        lab.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hardtack", required=True, help="the built command")
    parser.add_argument("--update", action="store_true", help="write the table and the plot; without it, they are compared")
    engine_names = [one.name.lower() for one in ENGINES]
    scenario_names = [one.__name__ for one in scenarios.ALL] + ["none"]
    parser.add_argument("--engine", action="append", choices=engine_names, help="only this one; nothing is checked or written")
    parser.add_argument("--scenario", action="append", choices=scenario_names, help="only this one, or the lifetimes alone; nothing is checked or written")
    args = parser.parse_args()
    if args.scenario:
        scenarios.ALL[:] = [one for one in scenarios.ALL if one.__name__ in args.scenario]
    engines = [one for one in ENGINES if not args.engine or one.name.lower() in args.engine]
    whole = not args.scenario or args.scenario == ["none"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        grounds = Grounds(os.path.abspath(args.hardtack), folder)
        try:
            grounds.open()
            results = {"engines": examine_all(grounds, engines, whole)} | without_browser(grounds)
        finally:
            stop_all()
            grounds.stop()
    if args.engine or args.scenario:
        print(json.dumps(results, indent=1))
        return failed(results)
    return failed(results) or report.settle(results, args.update)


def hosts_of(targets):
    """The hosts of requests that browsers make by themselves."""
    return sorted({target.removeprefix("http://").split("/")[0].split(":")[0] for target in targets})


def failed(results):
    wrong = [
        f"{name}: {scenario}: {said}"
        for name, told in results["engines"].items()
        for scenario, said in told["scenarios"].items()
        if said.startswith("NO")
    ]
    wrong += [f"verify: {where}: {fault}" for where, found in results["verify"].items() for fault in found]
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
