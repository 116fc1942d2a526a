"""The lab's page and plot: written, or compared with the committed ones."""

import json
import os
import sys

import scenarios

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RESULTS = os.path.join(ROOT, "tests", "lab", "results.json")
PAGE = os.path.join(ROOT, "docs", "browsers.md")
PLOT = os.path.join(ROOT, "docs", "recognised.svg")

AXIS = 430
YES, NO = "recognised", "**lost**"


def settle(results, update):
    """Writes all three files, or names those that differ from the lab's results in more than versions."""
    if not update:
        take_versions(results)
    files = {RESULTS: json.dumps(results, indent=1) + "\n", PAGE: page(results), PLOT: plot(results)}
    stale = []
    for path, text in files.items():
        name = os.path.relpath(path, ROOT)
        if update:
            with open(path, "w") as file:
                file.write(text)
            print(f"wrote {name}", file=sys.stderr)
        elif not os.path.exists(path) or open(path).read() != text:
            stale.append(name)
            print(f"error: {name} differs from the lab's results\n{difference(path, text)}", file=sys.stderr)
    if stale:
        print("hint: find out why; `tests/lab/run --update` writes them anew", file=sys.stderr)
    return 1 if stale else 0


def difference(path, text):
    import difflib

    old = open(path).read().splitlines() if os.path.exists(path) else []
    return "\n".join(list(difflib.unified_diff(old, text.splitlines(), "committed", "the lab", lineterm="", n=0))[:40])


def take_versions(results):
    """A newer browser that does the same is not a change."""
    if not os.path.exists(RESULTS):
        return
    committed = json.load(open(RESULTS))
    for name, told in results["engines"].items():
        told["version"] = committed["engines"].get(name, {}).get("version", told["version"])
    for name, told in results["jars"].items():
        told["version"] = committed.get("jars", {}).get(name, told)["version"]


def page(results):
    engines = results["engines"]
    jumps = list(next(iter(engines.values()))["jumps"])
    visits = list(next(iter(engines.values()))["visits"])
    jars = results["jars"]
    named = lambda kind: [f"{name} {told['version']}" for name, told in kind.items()]
    names = named(engines) + named(jars)
    lines = [
        "<!-- Written by `tests/lab/run --update`; `tests/lab/run` fails where browsers do something else. -->",
        "",
        "# What browsers do with the cookie",
        "",
        "These results were measured in real browsers. `tests/lab/run` installs them, drives them, and compares what they do with this",
        "page. WebKit is WebKitGTK, the engine of Safari, with Intelligent Tracking Prevention on.",
        "",
        "![How long a visitor is recognised without a visit, by the edge's cookie and by a script's, for each engine](recognised.svg)",
        "",
        "## How long they keep it",
        "",
        "Both cookies ask for 730 days (`Max-Age=63072000`). hardtack sets one with the page; a script in that page sets the",
        "other (`document.cookie`). After the first visit the visitor stays away for the given number of days, then opens the",
        "page again.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]

    def row(title, cell, beside):
        cells = [cell(told) for told in engines.values()] + [beside(told) for told in jars.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")

    word = lambda kept: YES if kept else NO
    lasts = lambda told: f"{told['days']['edge']} days"
    nothing = lambda told: ""
    row("edge's cookie is kept for", lasts, lasts)
    row("script's cookie is kept for", lambda told: f"{told['days']['script']} days", nothing)
    for jump in jumps:
        edge = lambda told: word(told["jumps"][jump]["edge"])
        row(f"edge's, after {jump} days", edge, edge)
        row(f"script's, after {jump} days", lambda told: word(told["jumps"][jump]["script"]), nothing)
    lines += [
        "",
        f"A visitor who returns every {visits[0]} days visits a site that renews the cookie with every page (the default), and one that",
        'never does (`renew.when = "never"`):',
        "",
        "| | " + " | ".join(named(engines)) + " |",
        "|---|" + "---|" * len(engines),
    ]
    for visit in visits:
        for key, title in (("edge", "renewed"), ("never", "never renewed")):
            cells = [word(told["visits"][visit][key]) for told in engines.values()]
            lines.append(f"| {title}, day {visit} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "## Scenarios",
        "",
        "Each scenario has a profile of its own, and runs over TLS on hosts with their real names.",
        "`tests/lab/run --engine webkit --scenario restart` runs one alone.",
        "",
        "| | " + " | ".join(engines) + " |",
        "|---|" + "---|" * len(engines),
    ]
    for scenario in scenarios.ALL:
        cells = [told["scenarios"][scenario.__name__] for told in engines.values()]
        lines.append(f"| {scenario.__doc__} (`{scenario.__name__}`) | " + " | ".join(cells) + " |")
    lines += [
        "",
        "*not supported*: the browser does not support what the scenario needs.",
        "",
        "In all three browsers, requests that a service worker passes on reach the edge with `Sec-Fetch-Dest: empty`, pages",
        "included; rule 2 recognises a page by its other headers. A frame behind a worker looks like a page, and renews the id",
        "that the page around it has. A worker that fetches by the address, `fetch(event.request.url)`, leaves nothing by which",
        "to recognise a page: such pages keep the id and do not extend it.",
        "",
        "## `hardtack verify`",
        "",
        "`hardtack verify` finds no faults in these:",
        "",
        *[f"- {where}" for where, faults in results["verify"].items() if not faults],
        "",
        "MiniStack passes only the last of several cookies with one name to the function, so a duplicate's id is used there. The",
        "lab does not count that fault.",
        "",
        "## How the clock is moved",
        "",
        "WebKit, curl and Node run under libfaketime, so their whole process lives that many days later. Chromium and Firefox do",
        "not start under it; for them, every cookie in the profile's jar is made that many days older. The servers' clocks stay:",
        "`Max-Age` counts from the browser's clock. Nothing leaves the machine: a proxy leads every name to the lab's own sites,",
        "and refuses all others.",
        "",
        "## What it does not show",
        "",
        "Safari itself runs on Apple's systems only. WebKitGTK shares its engine and its rule for script-set cookies, but its",
        "network process is libsoup instead of CFNetwork. So the lab does not show Safari's rules for cookies of subresources",
        "(CNAME, half of the address); `hardtack verify` looks for what triggers them.",
        "",
    ]
    return "\n".join(lines)


# Distinguishable without colour, too: a bar is full or striped, a mark filled or hollow.
EDGE, SCRIPT, INK, FAINT = "#1d5c8f", "#c9772b", "#26211a", "#6f6558"
LEFT, WIDTH, TOP, ROW, BAR = 124, 630, 92, 84, 20


STRIPES = (
    '<defs><pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="7" height="7" fill="{SCRIPT}"/><rect width="2" height="7" fill="#e8b98a"/></pattern></defs>'
)


def x(day):
    return LEFT + WIDTH * day / AXIS


def plot(results):
    engines = results["engines"]
    height = TOP + ROW * len(engines) + 62
    width = LEFT + WIDTH + 126
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="14" fill="{INK}" role="img">',
        "<title>Days without a visit after which a visitor is still recognised</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="24" y="32" font-size="18" font-weight="600">Still recognised after so many days without a visit</text>',
        legend(),
    ]
    parts.insert(2, STRIPES)
    bottom = TOP + ROW * len(engines)
    for day in (0, 100, 200, 300, 400):
        parts.append(f'<line x1="{x(day):.1f}" y1="{TOP - 8}" x2="{x(day):.1f}" y2="{bottom}" stroke="#e4dccd"/>')
        parts.append(f'<text x="{x(day):.1f}" y="{bottom + 20}" text-anchor="middle" fill="{FAINT}">{day}</text>')
    parts.append(f'<text x="{x(AXIS / 2):.1f}" y="{bottom + 44}" text-anchor="middle" fill="{FAINT}">days without a visit; tried after {tried(engines)}</text>')
    for index, (name, told) in enumerate(engines.items()):
        middle = TOP + ROW * index + ROW / 2 - 6
        parts.append(f'<text x="24" y="{middle + 5:.1f}" font-weight="600">{name}</text>')
        parts += bar(told, "edge", middle - BAR - 3, EDGE)
        parts += bar(told, "script", middle + 3, SCRIPT)
    parts.append("</svg>\n")
    return "\n".join(parts)


def tried(engines):
    *most, last = next(iter(engines.values()))["jumps"]
    return f"{', '.join(most)} and {last}"


def legend():
    y = 60
    return (
        f'<rect x="24" y="{y - 12}" width="22" height="14" fill="{EDGE}"/><text x="53" y="{y}">cookie set by the edge</text>'
        f'<rect x="222" y="{y - 12}" width="22" height="14" fill="url(#stripes)"/><text x="251" y="{y}">cookie set by a script</text>'
        f'<circle cx="432" cy="{y - 5}" r="5" fill="#fff" stroke="{INK}" stroke-width="2"/><circle cx="432" cy="{y - 5}" r="2.2" fill="{INK}"/><text x="444" y="{y}">came back, recognised</text>'
        f'<path d="M624 {y - 10} l10 10 m0 -10 l-10 10" stroke="{INK}" stroke-width="2.4"/><text x="641" y="{y}">came back, lost</text>'
    )


def bar(told, kind, y, colour):
    days = told["days"][kind]
    end = min(days, AXIS)
    fill = "url(#stripes)" if kind == "script" else colour
    parts = [f'<rect x="{LEFT}" y="{y:.1f}" width="{x(end) - LEFT:.1f}" height="{BAR}" fill="{fill}"/>']
    label = f"{days} days" + (" →" if days > AXIS else "")
    # Clear of the marks at the end of the bar.
    at = x(35) + 14 if days < 35 else x(end) + (8 if days > AXIS else 20)
    parts.append(f'<text x="{at:.1f}" y="{y + 15:.1f}" fill="{colour}" font-weight="600">{label}</text>')
    middle = y + BAR / 2
    for jump, who in told["jumps"].items():
        # 399 and 401 days lie side by side, and must stay distinguishable.
        at = x(int(jump)) + {"399": -7, "401": 7}.get(jump, 0)
        if who[kind]:
            parts.append(f'<circle cx="{at:.1f}" cy="{middle:.1f}" r="5" fill="#fff" stroke="{INK}" stroke-width="2"/><circle cx="{at:.1f}" cy="{middle:.1f}" r="2.2" fill="{INK}"/>')
        else:
            parts.append(f'<path d="M{at - 5:.1f} {middle - 5:.1f} l10 10 m0 -10 l-10 10" stroke="{INK}" stroke-width="2.4"/>')
    return parts
