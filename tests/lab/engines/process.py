"""Browsers as processes, with a clock of their own."""

import os
import signal
import subprocess

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def faketime_library():
    """Debian installs it below the machine's triplet."""
    if os.path.exists(FAKETIME):
        return FAKETIME
    found = subprocess.run(["dpkg", "-L", "libfaketime"], capture_output=True, text=True).stdout.split()
    for path in found:
        if path.endswith("libfaketimeMT.so.1"):
            return path
    raise SystemExit("error: no libfaketime\nhint: tests/lab/run installs it")


def environment(home, days):
    """The environment of a process whose clock is `days` ahead; its timers are not changed."""
    env = {
        "HOME": home,
        "XDG_RUNTIME_DIR": home,
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
    }
    if "DISPLAY" in os.environ:
        env["DISPLAY"] = os.environ["DISPLAY"]
    if "XAUTHORITY" in os.environ:
        env["XAUTHORITY"] = os.environ["XAUTHORITY"]
    if days:
        env["LD_PRELOAD"] = faketime_library()
        env["FAKETIME"] = f"+{days}d"
        env["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        env["DONT_FAKE_MONOTONIC"] = "1"
    return env


STARTED = []


def start(command, home, days, **pipes):
    process = subprocess.Popen(command, env=environment(home, days), start_new_session=True, **pipes)
    STARTED.append(process)
    return process


def stop_all():
    """Stops what is still running, such as a browser whose driver did not start."""
    for process in list(STARTED):
        stop(process)


def stop(process, timeout=10):
    """Terminates the process and its children, and kills them if they do not end."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
    if process in STARTED:
        STARTED.remove(process)
