"""Cookie jars without a browser, curl's and Node's tough-cookie: how long they keep the cookie, with the clock moved."""

import json
import os
import shutil
import subprocess
import time

from engines.process import faketime_library

HERE = os.path.dirname(os.path.abspath(__file__))
TOUGH = os.path.join(HERE, "..", "..", "target", "lab", "node_modules", "tough-cookie")
DAY = 86_400
ACCEPT = "text/html"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def all_jars(lab, jumps):
    return {"curl": kept_by(lab, "curl", curl, curl_version(), jumps), "tough-cookie": kept_by(lab, "tough", tough, tough_version(), jumps)}


def kept_by(lab, name, visit, version, jumps):
    """`visit` opens a page with a jar on disk, and returns the value and the expiry, in Unix time, of the kept cookie."""
    jar = os.path.join(lab.folder, f"{name}.jar")
    open(jar, "w").close()
    first, end = visit(lab, jar, 0)
    after = {}
    for jump in jumps:
        copy = f"{jar}.{jump}"
        shutil.copy(jar, copy)
        after[str(jump)] = {"edge": visit(lab, copy, jump)[0] == first}
    return {"version": version, "days": {"edge": round((end - time.time()) / DAY)}, "jumps": after}


def clock(days):
    if not days:
        return dict(os.environ)
    return {**os.environ, "LD_PRELOAD": faketime_library(), "FAKETIME": f"+{days}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def curl(lab, jar, days):
    port = lab.site.port
    site = ["--cacert", lab.authority, "--resolve", f"www.example.com:{port}:127.0.0.1", f"https://www.example.com:{port}/"]
    command = ["curl", "-sS", "-o", "/dev/null", "-b", jar, "-c", jar, "-H", f"Accept: {ACCEPT}", "-A", AGENT, *site]
    subprocess.run(command, check=True, env=clock(days))
    rows = [line.split("\t") for line in open(jar) if line.count("\t") == 6]
    row = next(row for row in rows if row[5] == "FPD")
    return row[6].strip(), int(row[4])


def curl_version():
    return subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]


def tough(lab, jar, days):
    command = ["node", os.path.join(HERE, "tough.mjs"), jar, str(lab.site.port), lab.authority, ACCEPT, AGENT]
    kept = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=clock(days)).stdout)
    return kept["value"], kept["end"]


def tough_version():
    with open(os.path.join(TOUGH, "package.json")) as file:
        return json.load(file)["version"]
