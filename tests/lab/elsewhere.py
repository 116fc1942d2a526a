"""Sites on other runtimes: the built Worker in Cloudflare's workerd, the built function in MiniStack's CloudFront."""

import json
import os
import subprocess
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WORKERD = os.path.join(ROOT, "adapters", "node_modules", ".bin", "workerd")
MINISTACK = os.path.join(ROOT, "target", "ministack", "bin", "python")
MODULES = ["worker.mjs", "hardtack.mjs", "cloudflare.mjs", "fetch.mjs", "host.mjs", "policy.mjs"]


def need(program):
    if not os.path.exists(program):
        raise SystemExit(f"error: no {os.path.relpath(program, ROOT)}\nhint: tests/lab/run installs it")
    return program


class Workerd:
    """The folder that `hardtack build cloudflare` wrote, as it is, with the origin behind it."""

    def __init__(self, built, folder, origin):
        # workerd embeds only files from the folder of its configuration.
        for name in ("site.pem", "site.key"):
            with open(os.path.join(folder, name)) as file, open(os.path.join(built, name), "w") as copy:
                copy.write(file.read())
        config = os.path.join(built, "config.capnp")
        with open(config, "w") as file:
            file.write(capnp(origin))
        told, tell = os.pipe()
        self.process = subprocess.Popen([need(WORKERD), "serve", config, f"--control-fd={tell}"], pass_fds=[tell])
        os.close(tell)
        self.port = listening(told)

    def stop(self):
        self.process.kill()
        self.process.wait(20)


def listening(descriptor):
    """The port, from a stream with one line of JSON an event."""
    with open(descriptor) as events:
        for line in events:
            event = json.loads(line)
            if event["event"] == "listen":
                return event["port"]
    raise SystemExit("error: workerd does not listen")


def capnp(origin):
    modules = ",".join(f'(name = "{name}", esModule = embed "{name}")' for name in MODULES)
    return f"""using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [{modules}, (name = "engine.wasm", wasm = embed "engine.wasm")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "origin",
    )),
    (name = "origin", external = (address = "127.0.0.1:{origin}", http = ())),
  ],
  sockets = [(
    name = "https", address = "127.0.0.1:0", service = "main",
    https = (options = (), tlsOptions = (keypair = (privateKey = embed "site.key", certificateChain = embed "site.pem"))),
  )],
);
"""


class MiniStack:
    """A distribution with the built function, under the name that MiniStack gave it. Run by MiniStack's own Python."""

    def __init__(self, folder, origin):
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cloudfront.py")
        command = [need(MINISTACK), "-W", "ignore", program, folder, str(origin)]
        # For its state; certificates stay where they are.
        home = tempfile.mkdtemp(dir=folder)
        self.process = subprocess.Popen(command, cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("error: MiniStack does not start")
        told = json.loads(line)
        self.host, self.port = told["host"], told["port"]

    def deploy(self, function):
        self.process.stdin.write(f"{function}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != "deployed\n":
            raise SystemExit("error: MiniStack does not accept the function")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(40)
