"""The sites that browsers visit: hardtack in its forms, in front of one origin, with the lab's certificates."""

import json
import os
import queue
import subprocess
import tempfile
import threading

HOSTS = [
    "www.example.com", "shop.example.com", "www.example.co.uk", "shop.example.co.uk", "www.other.co.uk",
    "d111.cloudfront.net", "d222.cloudfront.net", "never.example.net", "due.example.net", "edge.example.net", "function.example.net",
    "worker.example.net", "consent.example.net", "192.0.2.10",
]


def certificates(folder):
    """A throw-away authority and one certificate for all hosts, valid for years, as the browsers' clocks run ahead."""
    run = lambda *words: subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    names = ",".join(f"IP:{host}" if host[0].isdigit() else f"DNS:{host}" for host in HOSTS)
    # For distributions that are made later.
    names += ",DNS:*.cloudfront.net"
    with open(os.path.join(folder, "site.ext"), "w") as file:
        file.write(f"basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName={names}\n")
    with open(os.path.join(folder, "hosts"), "w") as file:
        file.write("\n".join(HOSTS))
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("req", "-x509", *key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "4000", "-subj", "/CN=hardtack lab",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    run("req", *key, "-keyout", "site.key", "-out", "site.csr", "-subj", "/CN=hardtack lab site")
    run("x509", "-req", "-in", "site.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "3900",
        "-extfile", "site.ext", "-out", "site.pem")
    return os.path.join(folder, "authority.pem")


def add_host(folder, host):
    """Adds a host for browsers that need an exception for each one."""
    with open(os.path.join(folder, "hosts"), "a") as file:
        file.write(f"\n{host}")


class Site:
    """`hardtack serve`, with its log read line by line."""

    def __init__(self, program, folder, *arguments, tls=True, policy=None):
        files = ["--cert", os.path.join(folder, "site.pem"), "--key", os.path.join(folder, "site.key")] if tls else []
        named = []
        if policy:
            with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".toml", delete=False) as file:
                file.write(policy)
            named = ["--policy", file.name]
        command = [program, "serve", *arguments, *files, *named, "--json", "--listen", "127.0.0.1:0", "--workers", "1"]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        first = self.process.stdout.readline()
        if not first:
            raise SystemExit(f"error: hardtack does not start: {' '.join(command)}")
        self.port = int(json.loads(first)["listening"].rstrip("/").rsplit(":", 1)[1])
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def log(self):
        """The decisions since the last call. The lines of the latest responses can be late, so it waits a moment."""
        lines = []
        try:
            while True:
                lines.append(self.lines.get(timeout=0.25))
        except queue.Empty:
            return lines

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
