"""A CloudFront that runs functions: MiniStack, with examples/site in a bucket, a server with cookies of its own, and the
built functions. Asked by curl and by headless Chromium. `ministack` beside this installs it and runs this."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import botocore.exceptions
import botocore.session

ROOT = pathlib.Path(__file__).resolve().parents[3]
SITE = ROOT / "examples" / "site"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
ATTRIBUTES = "; Max-Age=63072000; Path=/; Secure; HttpOnly; SameSite=Lax"


# Under its own name, curl is a program that gets no id.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process, what):
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"{what} ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"{what} does not listen on port {port} after 30 s")


def need(program, package):
    path = shutil.which(program)
    if path is None:
        sys.exit(f"no {program}: apt-get install {package}, or run ./test, which does")
    return path


@contextlib.contextmanager
def running(command, port, what, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        wait_for(port, process, what)
        yield process
    finally:
        process.terminate()
        process.wait(30)


class Origin(http.server.BaseHTTPRequestHandler):
    """Sets two cookies of its own with every page."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("set-cookie", "login=one; Path=/; HttpOnly")
        self.send_header("set-cookie", "cart=two; Path=/")
        self.end_headers()
        self.wfile.write(b"<p>logged in")

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def origin():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()


def build(folder):
    command = ["cargo", "run", "-q", "-p", "hardtack-cli", "--", "build", "cloudfront-function", "-q", "-o", folder]
    options = ["--host", "d111.cloudfront.net", "--viewer-request", "clean-urls"]
    subprocess.run(command + options, cwd=ROOT, env={**os.environ, "HARDTACK_SECRET": "5e" * 32}, check=True)
    names = ["cloudfront-function.js", "cloudfront-function-request.js"]
    return [(pathlib.Path(folder) / name).read_bytes() for name in names]


def client(name, port):
    session = botocore.session.Session()
    return session.create_client(
        name,
        region_name="us-east-1",
        endpoint_url=f"https://127.0.0.1:{port}",
        verify=False,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def publish(cloudfront, name, code):
    config = {"Comment": name, "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name=name, FunctionConfig=config, FunctionCode=code)
    cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
    return made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]


def deploy(port, origin_port, response_code, request_code):
    s3, cloudfront = client("s3", port), client("cloudfront", port)
    s3.create_bucket(Bucket="site")
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}
    with contextlib.suppress(botocore.exceptions.ClientError):
        s3.delete_public_access_block(Bucket="site")
    s3.put_bucket_policy(Bucket="site", Policy=json.dumps({"Version": "2012-10-17", "Statement": [anyone]}))
    types = {".html": "text/html", ".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
    for path in SITE.rglob("*"):
        if path.is_file():
            key = path.relative_to(SITE).as_posix()
            kind = types.get(path.suffix, "application/octet-stream")
            s3.put_object(Bucket="site", Key=key, Body=path.read_bytes(), ContentType=kind)
            # A bucket has no clean URLs: /about is /about/index.html.
            if path.suffix == ".html" and path.name != "index.html":
                s3.put_object(Bucket="site", Key=key[:-5] + "/index.html", Body=path.read_bytes(), ContentType=kind)
    response = {"FunctionARN": publish(cloudfront, "hardtack", response_code), "EventType": "viewer-response"}
    request = {"FunctionARN": publish(cloudfront, "pages", request_code), "EventType": "viewer-request"}
    policy = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

    def behavior(target, functions):
        associations = {"Quantity": len(functions), "Items": functions}
        return {
            "TargetOriginId": target,
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": policy,
            "FunctionAssociations": associations,
        }

    custom = {"HTTPPort": origin_port, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    config = {
        "CallerReference": "test",
        "Comment": "",
        "Enabled": True,
        "DefaultRootObject": "index.html",
        "Origins": {
            "Quantity": 2,
            "Items": [
                {"Id": "site", "DomainName": "site.s3.us-east-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}},
                {"Id": "app", "DomainName": "localhost", "CustomOriginConfig": custom},
            ],
        },
        "DefaultCacheBehavior": behavior("site", [response, request]),
        "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/login", **behavior("app", [response])}]},
    }
    return cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["DomainName"]


def curl(host, port, path, *headers):
    command = [need("curl", "curl"), "-sk", "-A", BROWSER, "-o", "/dev/null", "-D", "-", "--resolve", f"{host}:{port}:127.0.0.1"]
    for header in headers:
        command += ["-H", header]
    shown = subprocess.run([*command, f"https://{host}:{port}{path}"], capture_output=True, text=True, check=True).stdout
    lines = shown.splitlines()
    cookies = [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("set-cookie:")]
    return int(lines[0].split()[1]), cookies


def check(got, expected, what):
    if got != expected:
        sys.exit(f"{what}: got {got}, expected {expected}")


def ask_with_curl(host, port):
    page = ("Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate")
    status, cookies = curl(host, port, "/", *page)
    cookie = "".join(cookies)
    found = re.fullmatch(f"FPD=({UUID}){re.escape(ATTRIBUTES)}", cookie)
    if status != 200 or not found:
        sys.exit(f"the first page: {status} {cookie}")
    visitor = found[1]
    check(curl(host, port, "/about", *page, f"Cookie: a=b; FPD={visitor}"), (200, [f"FPD={visitor}{ATTRIBUTES}"]), "a later page")
    check(curl(host, port, "/login", *page, f"Cookie: FPD={visitor}")[1], ["login=one; Path=/; HttpOnly", "cart=two; Path=/", f"FPD={visitor}{ATTRIBUTES}"], "beside the origin's cookies")
    status, cookies = curl(host, port, "/no-such-page.html", *page)
    if status < 400 or cookies:
        sys.exit(f"a missing page: {status} {cookies}")
    image = next(path for path in SITE.rglob("*.svg")).relative_to(SITE)
    check(curl(host, port, f"/{image}", "Sec-Fetch-Dest: image"), (200, []), "an image")
    ids = {curl(host, port, "/", *page)[1][0][4:40] for _ in range(20)}
    check(len(ids), 20, "ids of twenty visitors")


class Browser:
    """Chromium, told what to do as WebDriver has it."""

    def __init__(self, driver_port, host, port):
        self.base = f"http://127.0.0.1:{driver_port}/session"
        arguments = [
            "--headless=new",
            # By the one it has without a window it would be taken for a crawler.
            f"--user-agent={BROWSER}",
            "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
            f"--host-resolver-rules=MAP {host} 127.0.0.1",
        ]
        options = {"args": arguments, "binary": need("chromium", "chromium")}
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options, "acceptInsecureCerts": True}}
        self.base += "/" + self.post("", {"capabilities": capabilities})["sessionId"]
        self.site = f"https://{host}:{port}"

    def post(self, path, body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"content-type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))["value"]

    def cookies(self, page):
        self.post("/url", {"url": self.site + page})
        cookies = json.load(urllib.request.urlopen(self.base + "/cookie", timeout=60))["value"]
        return {cookie["name"]: cookie for cookie in cookies}

    def close(self):
        urllib.request.urlopen(urllib.request.Request(self.base, method="DELETE"), timeout=60)


def ask_with_chromium(host, port):
    driver_port = free_port()
    command = [need("chromedriver", "chromium-driver"), f"--port={driver_port}"]
    with running(command, driver_port, "chromedriver"):
        browser = Browser(driver_port, host, port)
        try:
            check(browser.cookies("/no-such-page.html"), {}, "Chromium on a missing page")
            first = browser.cookies("/")["FPD"]
            check((first["httpOnly"], first["secure"], first["domain"]), (True, True, host), "Chromium's cookie")
            for page in ["/about", "/journal/", "/login"]:
                check(browser.cookies(page)["FPD"]["value"], first["value"], f"Chromium on {page}")
            check(sorted(browser.cookies("/")), ["FPD", "cart", "login"], "all of Chromium's cookies")
        finally:
            browser.close()


def main():
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hardtack-ministack-") as folder, origin() as origin_port:
        codes = build(folder)
        environment = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "USE_SSL": "1", "PERSIST_STATE": "0", "HOME": folder}
        program = pathlib.Path(sys.executable).parent / "ministack"
        with running([program], port, "MiniStack", env=environment, cwd=folder):
            host = deploy(port, origin_port, *codes)
            ask_with_curl(host, port)
            print(f"curl: ids, origin's cookies, a 404 and an image are as they should be on {host}")
            ask_with_chromium(host, port)
            print("Chromium: one id over all pages, beside the origin's cookies")


if __name__ == "__main__":
    main()
