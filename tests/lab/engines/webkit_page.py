"""WebKitGTK's main loop: reads commands as lines of JSON, and answers each with one line."""

import json
import os
import sys
import threading

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
gi.require_version("Soup", "3.0")
from gi.repository import Gio, GLib, Gtk, Soup, WebKit2  # noqa: E402

TIMEOUT = 40_000


def version():
    return f"{WebKit2.get_major_version()}.{WebKit2.get_minor_version()}.{WebKit2.get_micro_version()}"


class Pages:
    def __init__(self, profile, authority, proxy):
        data, cache = os.path.join(profile, "data"), os.path.join(profile, "cache")
        self.manager = WebKit2.WebsiteDataManager(base_data_directory=data, base_cache_directory=cache)
        # Intelligent Tracking Prevention: the rules that this lab measures.
        self.manager.set_itp_enabled(True)
        settings = WebKit2.NetworkProxySettings.new(f"http://{proxy}", None)
        self.manager.set_network_proxy_settings(WebKit2.NetworkProxyMode.CUSTOM, settings)
        self.context = WebKit2.WebContext.new_with_website_data_manager(self.manager)
        jar = os.path.join(profile, "cookies.sqlite")
        self.jar = self.context.get_cookie_manager()
        self.jar.set_persistent_storage(jar, WebKit2.CookiePersistentStorage.SQLITE)
        self.jar.set_accept_policy(WebKit2.CookieAcceptPolicy.NO_THIRD_PARTY)
        with open(os.path.join(os.path.dirname(authority), "hosts")) as file:
            hosts = file.read().split()
        # WebKitGTK accepts an exception for each host, and no authority.
        site = Gio.TlsCertificate.new_from_file(os.path.join(os.path.dirname(authority), "site.pem"))
        for host in hosts:
            self.context.allow_tls_certificate_for_host(site, host)
        self.tabs = []
        self.loading = None
        self.tab()

    def tab(self):
        view = WebKit2.WebView.new_with_context(self.context)
        settings = view.get_settings()
        settings.set_enable_page_cache(True)
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        window = Gtk.Window()
        window.set_default_size(1000, 800)
        window.add(view)
        window.show_all()
        view.failure = None
        view.state = "idle"
        view.connect("load-changed", self.changed)
        view.connect("load-failed", self.load_failed)
        self.tabs.append(view)
        return len(self.tabs) - 1

    def changed(self, view, event):
        if event == WebKit2.LoadEvent.FINISHED:
            view.state = "loaded"
            self.woken()

    def load_failed(self, view, _event, uri, error):
        # A download is not a failure: it takes the place of the page.
        if not error.matches(WebKit2.PolicyError.quark(), WebKit2.PolicyError.FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE):
            view.failure = f"{uri}: {error.message}"
        view.state = "loaded"
        self.woken()
        return True

    def woken(self):
        if self.loading:
            self.loading.quit()

    def start(self, view, url):
        view.failure, view.state = None, "loading"
        view.load_uri(url)

    def wait(self, view):
        loop = GLib.MainLoop()
        timer = GLib.timeout_add(TIMEOUT, lambda: (setattr(view, "failure", "timed out"), loop.quit(), False)[2])
        self.loading = loop
        while view.state == "loading" and not view.failure:
            loop.run()
        self.loading = None
        if view.failure != "timed out":
            GLib.source_remove(timer)
        if view.failure:
            raise RuntimeError(view.failure)

    def evaluate(self, view, script):
        body = f"return await (async () => ({script}))()"
        loop, box = GLib.MainLoop(), {}

        def done(view, result):
            try:
                box["value"] = json.loads(view.call_async_javascript_function_finish(result).to_json(0) or "null")
            except GLib.Error as error:
                box["error"] = error.message
            loop.quit()

        view.call_async_javascript_function(body, -1, None, None, None, None, done)
        loop.run()
        if "error" in box:
            raise RuntimeError(box["error"])
        return box["value"]

    def cookies(self):
        loop, box = GLib.MainLoop(), []

        def done(jar, result):
            for cookie in jar.get_all_cookies_finish(result):
                expires = cookie.get_expires()
                box.append({
                    "name": cookie.get_name(), "value": cookie.get_value(), "domain": cookie.get_domain(),
                    "http_only": cookie.get_http_only(), "expires": expires.to_unix() if expires else None,
                })
            loop.quit()

        self.jar.get_all_cookies(None, done)
        loop.run()
        return box

    def pause(self, milliseconds):
        loop = GLib.MainLoop()
        GLib.timeout_add(milliseconds, lambda: (loop.quit(), False)[1])
        loop.run()

    def do(self, asked):
        view = self.tabs[asked["tab"]]
        match asked["do"]:
            case "ready":
                return None
            case "tab":
                return self.tab()
            case "open":
                self.start(view, asked["url"])
                self.wait(view)
            case "start":
                self.start(view, asked["url"])
            case "opened":
                self.wait(view)
            case "reload":
                view.failure, view.state = None, "loading"
                view.reload()
                self.wait(view)
            case "back":
                view.go_back()
                self.pause(700)
            case "evaluate":
                return self.evaluate(view, asked["script"])
            case "cookies":
                return self.cookies()
            case "quit":
                Gtk.main_quit()
        return None


def main():
    if sys.argv[1:] == ["--version"]:
        print(version())
        return
    pages = Pages(*sys.argv[1:4])

    def read():
        for line in sys.stdin:
            GLib.idle_add(answer, json.loads(line))
        GLib.idle_add(Gtk.main_quit)

    def answer(asked):
        try:
            told = {"value": pages.do(asked)}
        except Exception as error:  # The lab reports every error.
            told = {"error": str(error)}
        print(json.dumps(told), flush=True)
        return False

    threading.Thread(target=read, daemon=True).start()
    Gtk.main()


main()
