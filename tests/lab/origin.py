"""The site behind hardtack: pages, a script that sets its own cookie, a login, a frame, a download, a service worker."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TWO_YEARS = 63_072_000

PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>{path}</title>
<link rel=stylesheet href=/style.css><link rel=icon href="data:,">
<h1>{path}</h1><a id=next href=/second>second</a><img src=/picture.svg alt="">
<script>
if (!/(^|; )js=/.test(document.cookie))
  document.cookie = 'js=' + Math.random().toString(36).slice(2) + '; Max-Age=%d; Path=/' + (location.protocol === 'https:' ? '; Secure' : '');
</script>{more}</html>""".replace("%d", str(TWO_YEARS))

MORE = {
    "/framing": "<iframe src=/framed></iframe>",
    "/prefetching": "<link rel=prefetch href=/prefetched>",
    "/speculating": '<script type=speculationrules>{"prerender": [{"source": "list", "urls": ["/prerendered"]}]}</script>',
    "/calling": "<script>window.called = fetch('/api').then(() => fetch('/api', {method: 'POST'})).then(() => 'called')</script>",
}

WORKER = """self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));"""

# Pages come by navigation preload: the browser requests them while the worker starts.
PRELOADING = """self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.registration.navigationPreload.enable().then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => event.respondWith(Promise.resolve(event.preloadResponse).then((page) => page ?? fetch(event.request))));"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0]
        match path:
            case "/style.css":
                self.answer(200, "text/css", "h1 { color: #654 }", {"Cache-Control": "max-age=60"})
            case "/picture.svg":
                self.answer(200, "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
            case "/worker.js":
                self.answer(200, "text/javascript", WORKER)
            case "/preloading.js":
                self.answer(200, "text/javascript", PRELOADING)
            case "/api":
                self.answer(200, "application/json", "{}")
            case "/download":
                self.answer(200, "application/octet-stream", "bytes", {"Content-Disposition": "attachment; filename=a.bin"})
            case "/revalidated":
                if self.headers.get("If-None-Match") == '"1"':
                    self.answer(304, None, "", {"ETag": '"1"'})
                else:
                    self.page(path, {"ETag": '"1"', "Cache-Control": "no-cache"})
            case "/login":
                self.page(path, {"Set-Cookie": ["session=s1; Path=/; Secure; HttpOnly", "cart=c1; Path=/; Max-Age=999999; Secure"]})
            case "/moved":
                self.answer(302, None, "", {"Location": "/second"})
            # `hardtack verify` requests a missing page under such a path.
            case _ if path.startswith(("/missing", "/hardtack-verify-")):
                self.answer(404, "text/html", "<!doctype html><title>missing</title>")
            case _:
                self.page(path, {"Cache-Control": "no-cache"})

    do_POST = do_HEAD = do_GET

    def page(self, path, headers):
        self.answer(200, "text/html; charset=utf-8", PAGE.replace("{path}", path).replace("{more}", MORE.get(path, "")), headers)

    def answer(self, status, kind, body, headers=None):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name, one)
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        if status != 304:
            self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def start():
    """Serves on a free loopback port until the process ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
