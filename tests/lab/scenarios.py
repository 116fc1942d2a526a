"""What browsers do with the cookie: one function a scenario, which raises where the browser does something else."""

import time

SITE = "https://www.example.com"


class Unlike(Exception):
    """The browser did something else than expected."""


class Missing(Exception):
    """The browser does not support what the scenario needs."""


def expect(holds, what):
    if not holds:
        raise Unlike(what)


def cookies_for(browser, host, name):
    def covers(domain):
        domain = domain.lstrip(".")
        return host == domain or host.endswith("." + domain)

    return [one for one in browser.cookies() if one["name"] == name and covers(one["domain"])]


def cookie(browser, host="www.example.com", name="FPD"):
    found = cookies_for(browser, host, name)
    expect(len(found) == 1, f"{len(found)} cookies {name} for {host}: {found}")
    return found[0]


def visitor(browser, host="www.example.com"):
    return cookie(browser, host)["value"]


def first_visit(browser):
    browser.open(SITE + "/")
    return visitor(browser)


def set_lines(lab, path):
    """The decisions on `path` that set the cookie."""
    return [line for line in lab.site.log() if line.get("path") == path and line.get("outcome") in ("issued", "renewed", "replaced")]


def pages(lab, browser):
    """The id is the same on every page"""
    first = first_visit(browser)
    for path in ("/second", "/third", "/moved"):
        browser.open(SITE + path)
        expect(visitor(browser) == first, f"another id at {path}")


def restart(lab, browser):
    """The id survives a restart of the browser with the same profile"""
    first = first_visit(browser)
    browser = lab.again(browser)
    browser.open(SITE + "/second")
    expect(visitor(browser) == first, "another id after a restart")


def unseen(lab, browser):
    """Scripts can neither read nor overwrite the cookie"""
    first = first_visit(browser)
    seen = browser.evaluate("document.cookie")
    expect("js=" in seen and "FPD" not in seen, f"a script sees {seen}")
    browser.evaluate("document.cookie = 'FPD=planted; Path=/; Secure; Domain=example.com; Max-Age=99999'")
    expect(visitor(browser) == first, "a script overwrote the cookie")


def duplicate(lab, browser):
    """A duplicate that a script writes does not change who the visitor is"""
    first = first_visit(browser)
    browser.evaluate("document.cookie = 'FPD=11111111-1111-4111-8111-111111111111; Path=/second; Secure; Max-Age=99999'")
    browser.open(SITE + "/third")
    values = [one["value"] for one in cookies_for(browser, "www.example.com", "FPD")]
    expect(first in values, f"the id is gone: {values}")


def invalid_duplicate(lab, browser):
    """A duplicate that holds no UUID is passed over, although the browser sends it first"""
    first = first_visit(browser)
    browser.evaluate("document.cookie = 'FPD=planted; Path=/second; Secure; Max-Age=99999'")
    lab.site.log()
    browser.open(SITE + "/second")
    lines = set_lines(lab, "/second")
    expect([line["outcome"] for line in lines] == ["renewed"], f"{lines}")
    expect(first in [one["value"] for one in cookies_for(browser, "www.example.com", "FPD")], "the id is gone")


def login(lab, browser):
    """The origin's own cookies are kept beside it"""
    browser.open(SITE + "/login")
    names = {one["name"] for one in browser.cookies()}
    expect({"FPD", "session", "cart"} <= names, f"there are {names}")


def renewed(lab, browser):
    """Every page extends the cookie"""
    first_visit(browser)
    before = cookie(browser)["expires"]
    time.sleep(1.2)
    browser.open(SITE + "/second")
    expect(cookie(browser)["expires"] > before, "the cookie ends when it did before")


def revalidated(lab, browser):
    """A revalidated page (304) extends it, too"""
    browser.open(SITE + "/revalidated")
    first, before = visitor(browser), cookie(browser)["expires"]
    time.sleep(1.2)
    browser.reload()
    expect(visitor(browser) == first, "another id")
    expect(cookie(browser)["expires"] > before, "the cookie ends when it did before")


def subresources(lab, browser):
    """Styles, images, script calls and frames get no cookie"""
    lab.site.log()
    browser.open(SITE + "/framing")
    browser.open(SITE + "/calling")
    browser.evaluate("window.called")
    lines = lab.site.log()
    with_cookie = {line["path"] for line in lines if line["outcome"] != "skipped"}
    without = {line["path"] for line in lines if line["outcome"] == "skipped"}
    expect(with_cookie == {"/framing", "/calling"}, f"{with_cookie} got one")
    expect({"/style.css", "/picture.svg", "/framed", "/api"} <= without, f"only {without} were asked for")


def download(lab, browser):
    """A download gets no cookie"""
    first_visit(browser)
    lab.site.log()
    try:
        browser.evaluate("(location.href = '/download', 1)")
    except Exception:
        pass
    time.sleep(1)
    lines = [line for line in lab.site.log() if line["path"] == "/download"]
    expect(lines and all(line["outcome"] == "skipped" for line in lines), f"{lines}")


def missing_page(lab, browser):
    """An error page gets no cookie"""
    browser.open(SITE + "/missing")
    expect(not cookies_for(browser, "www.example.com", "FPD"), "it got one")


def two_tabs(lab, browser):
    """Two tabs opened at once end up with one id"""
    one = browser.tab()
    two = browser.tab()
    browser.use(one)
    browser.start_opening(SITE + "/second")
    first_failed = getattr(browser, "failed", None)
    browser.use(two)
    if browser.name == "WebKit":
        browser.start_opening(SITE + "/third")
        browser.opened()
        browser.use(one)
        browser.opened()
    else:
        browser.open(SITE + "/third")
        time.sleep(1)
    expect(not first_failed, f"{first_failed}")
    first = visitor(browser)
    for tab, path in ((one, "/a"), (two, "/b")):
        browser.use(tab)
        browser.open(SITE + path)
        expect(visitor(browser) == first, f"another id in the tab of {path}")


def back(lab, browser):
    """Going back, to a page from the back/forward cache or not, keeps the id"""
    first = first_visit(browser)
    browser.open(SITE + "/second")
    browser.back()
    expect(browser.evaluate("location.pathname") == "/", "it did not go back")
    expect(visitor(browser) == first, "another id")
    browser.open(SITE + "/third")
    expect(visitor(browser) == first, "another id on the page after")


def behind(lab, browser, worker):
    """Opens pages through a service worker, and returns the visitor's id."""
    first = first_visit(browser)
    ready = browser.evaluate(f"navigator.serviceWorker.register('{worker}').then(() => navigator.serviceWorker.ready).then(() => 'ready')")
    expect(ready == "ready", f"{ready}")
    browser.open(SITE + "/second")
    expect(browser.evaluate("!!navigator.serviceWorker.controller"), "the worker has no hold of the page")
    lab.site.log()
    return first


def service_worker(lab, browser):
    """Behind a service worker that passes requests on, pages keep and extend the cookie, and other requests get none"""
    first = behind(lab, browser, "/worker.js")
    browser.open(SITE + "/calling")
    browser.evaluate("window.called")
    told = {line["path"]: line for line in lab.site.log()}
    expect(visitor(browser) == first, "another id")
    expect(told["/calling"]["outcome"] == "renewed", f"{told['/calling']}")
    for path in ("/picture.svg", "/api"):
        expect(told[path]["reason"] == "not_document", f"{told[path]}")


def navigation_preload(lab, browser):
    """Pages that the browser requests while the worker starts (navigation preload) keep and extend it, too"""
    first = behind(lab, browser, "/preloading.js")
    browser.open(SITE + "/third")
    lines = [line for line in lab.site.log() if line["path"] == "/third"]
    expect(visitor(browser) == first, "another id")
    expect([line["outcome"] for line in lines] == ["renewed"], f"{lines}")


def prefetch(lab, browser):
    """A prefetched page keeps the id"""
    first = first_visit(browser)
    browser.open(SITE + "/prefetching")
    time.sleep(0.7)
    browser.open(SITE + "/prefetched")
    expect(visitor(browser) == first, "another id")


def prerender(lab, browser):
    """A page that is prerendered by speculation rules keeps the id, on the first visit, too"""
    if not browser.evaluate("HTMLScriptElement.supports?.('speculationrules') ?? false"):
        raise Missing
    lab.site.log()
    browser.open(SITE + "/speculating")
    first = visitor(browser)
    deadline = time.monotonic() + 10
    lines = []
    while time.monotonic() < deadline and not lines:
        lines = [line for line in lab.site.log() if line.get("path") == "/prerendered"]
    expect([line["outcome"] for line in lines] == ["renewed"], f"{lines}")
    browser.evaluate("(location.href = '/prerendered', 1)")
    time.sleep(1)
    expect(browser.evaluate("location.pathname") == "/prerendered", "it is not shown")
    expect(visitor(browser) == first, "another id")


def subdomains(lab, browser):
    """www. and shop. of one domain share the id"""
    first = first_visit(browser)
    browser.open("https://shop.example.com/")
    expect(visitor(browser, "shop.example.com") == first, "another id at shop.")


def co_uk(lab, browser):
    """Hosts of one site under co.uk share the id, and another site there does not see it"""
    browser.open("https://www.example.co.uk/")
    first = visitor(browser, "www.example.co.uk")
    browser.open("https://shop.example.co.uk/")
    expect(visitor(browser, "shop.example.co.uk") == first, "another id at shop.")
    browser.open("https://www.other.co.uk/")
    expect(visitor(browser, "www.other.co.uk") != first, "the same id on another site")


def public_suffix(lab, browser):
    """On a host below a public suffix (d111.cloudfront.net) the cookie belongs to that host alone"""
    browser.open("https://d111.cloudfront.net/")
    first = visitor(browser, "d111.cloudfront.net")
    browser.open("https://d111.cloudfront.net/second")
    expect(visitor(browser, "d111.cloudfront.net") == first, "another id on the second page")
    browser.open("https://d222.cloudfront.net/")
    expect(visitor(browser, "d222.cloudfront.net") != first, "the same id on another host")


def address(lab, browser):
    """On an IP address the id is kept, too"""
    browser.open("https://192.0.2.10/")
    first = visitor(browser, "192.0.2.10")
    browser.open("https://192.0.2.10/second")
    expect(visitor(browser, "192.0.2.10") == first, "another id")


def holds_at(browser, host):
    """Opens a login page, then another: the origin's cookies are there, and the id stays and lives longer."""
    browser.open(f"https://{host}/login")
    first, before = visitor(browser, host), cookie(browser, host)["expires"]
    names = {one["name"] for one in browser.cookies()}
    expect({"session", "cart"} <= names, f"there are {names}")
    time.sleep(1.2)
    browser.open(f"https://{host}/second")
    expect(visitor(browser, host) == first, "another id")
    expect(cookie(browser, host)["expires"] > before, "the cookie ends when it did before")


def lambda_edge(lab, browser):
    """The Lambda@Edge artifact behind the local CloudFront: one id, extended, beside the origin's cookies"""
    holds_at(browser, "edge.example.net")


def cloudfront_function(lab, browser):
    """The generated CloudFront Function behind the local CloudFront: the same"""
    holds_at(browser, "function.example.net")


def ministack(lab, browser):
    """The generated CloudFront Function behind MiniStack's CloudFront: the same"""
    holds_at(browser, lab.ministack.host)


def workerd(lab, browser):
    """The built Worker in workerd: the same"""
    holds_at(browser, "worker.example.net")


CONSENT_SITE = "https://consent.example.net"


def answer_consent(browser, statistics):
    """Does what the consent platform's script does when the visitor has chosen."""
    told = f"{{stamp:'x',necessary:true,preferences:false,statistics:{statistics},marketing:false,method:'explicit',ver:1,utc:1790000000000,region:'dk'}}"
    written = told.replace("'", "%27").replace(",", "%2C")
    browser.evaluate(f'document.cookie = "CookieConsent={written}; Path=/; Secure; Max-Age=99999"')


def consent_names(browser):
    """The names of our cookies that are kept for the site that asks for consent."""
    return {name for name in ("FPD", "FPD_script") if cookies_for(browser, "consent.example.net", name)}


def consent_pending(lab, browser):
    """Without an answer to the consent platform no cookie is set, and an existing one stays as it is"""
    browser.open(CONSENT_SITE + "/")
    browser.open(CONSENT_SITE + "/second")
    expect(consent_names(browser) == set(), "there is one")
    answer_consent(browser, "true")
    browser.open(CONSENT_SITE + "/third")
    first, before = visitor(browser, "consent.example.net"), cookie(browser, "consent.example.net")["expires"]
    browser.evaluate("document.cookie = 'CookieConsent=; Path=/; Secure; Max-Age=0'")
    time.sleep(1.2)
    browser.open(CONSENT_SITE + "/fourth")
    kept = cookie(browser, "consent.example.net")
    expect((kept["value"], kept["expires"]) == (first, before), "the cookie changed")


def consent_granted(lab, browser):
    """After consent is granted, the next page sets the cookie and the script cookie"""
    browser.open(CONSENT_SITE + "/")
    answer_consent(browser, "true")
    browser.open(CONSENT_SITE + "/second")
    first = visitor(browser, "consent.example.net")
    expect(first in browser.evaluate("document.cookie"), "scripts do not see the script cookie")
    browser.open(CONSENT_SITE + "/third")
    expect(visitor(browser, "consent.example.net") == first, "another id")


def consent_withdrawn(lab, browser):
    """After consent is withdrawn, the next page expires the cookie and the script cookie"""
    browser.open(CONSENT_SITE + "/")
    answer_consent(browser, "true")
    browser.open(CONSENT_SITE + "/second")
    expect(consent_names(browser) == {"FPD", "FPD_script"}, f"there is {consent_names(browser)}")
    answer_consent(browser, "false")
    browser.open(CONSENT_SITE + "/third")
    expect(consent_names(browser) == set(), f"there is still {consent_names(browser)}")
    browser.open(CONSENT_SITE + "/fourth")
    expect(consent_names(browser) == set(), "it came back")


def global_privacy_control(lab, browser):
    """Global Privacy Control, switched on in the browser, expires the cookie in spite of a grant"""
    if browser.evaluate("navigator.globalPrivacyControl ?? null") is None:
        raise Missing
    browser.open(CONSENT_SITE + "/")
    answer_consent(browser, "true")
    browser.open(CONSENT_SITE + "/second")
    expect("FPD" in consent_names(browser), "there is none before")
    browser = lab.again(browser, gpc=True)
    lab.consent.log()
    browser.open(CONSENT_SITE + "/third")
    reasons = [line["reason"] for line in lab.consent.log() if line["path"] == "/third"]
    expect(reasons == ["global_privacy_control"], f"{reasons}")
    expect(consent_names(browser) == set(), f"there is still {consent_names(browser)}")


def when_due(lab, browser):
    """With `renew.when = "30d"` a second page sets no cookie, and a page 35 days later renews the same id"""
    browser.open("https://due.example.net/")
    first = visitor(browser, "due.example.net")
    lab.due.log()
    browser.open("https://due.example.net/second")
    lines = [line for line in lab.due.log() if line["path"] == "/second"]
    expect([line["outcome"] for line in lines] == ["kept"], f"{lines}")
    browser = lab.again(browser, days=35)
    browser.open("https://due.example.net/third")
    lines = [line for line in lab.due.log() if line["path"] == "/third"]
    expect([line["outcome"] for line in lines] == ["renewed"], f"{lines}")
    expect(visitor(browser, "due.example.net") == first, "another id")


def plain_http(lab, browser):
    """Plain http sets no cookie"""
    browser.open("http://www.example.com/")
    expect(not cookies_for(browser, "www.example.com", "FPD"), "it was set")


ALL = [
    pages, restart, renewed, revalidated, unseen, duplicate, invalid_duplicate, login, subresources, download, missing_page, two_tabs, back,
    service_worker, navigation_preload, prefetch, prerender, subdomains, co_uk, public_suffix, address, plain_http,
    consent_pending, consent_granted, consent_withdrawn, global_privacy_control,
    lambda_edge, cloudfront_function, ministack, workerd, when_due,
]
