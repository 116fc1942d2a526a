// The inspector: shows the cookie that scripts cannot read, as the server received it, and the server's decisions live.
// Paths, hosts and values come from the network, so they become text nodes only.

const DECISIONS_KEPT = 200;
const STATE_PAUSE_MS = 300;
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
const FRESH_SECONDS = 5;

const $ = (id) => document.getElementById(id);

/** An element with the given properties and children; strings become text nodes. */
function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null));
  return node;
}

// What this browser sent, and how the policy treats it

let ownId = null;
let statePending = false;

/** Asks for the state soon, and once for a burst of decisions. */
function refreshState() {
  if (statePending || document.hidden) return;
  statePending = true;
  setTimeout(loadState, STATE_PAUSE_MS);
}

async function loadState() {
  statePending = false;
  try {
    const response = await fetch("/.hardtack/state", { cache: "no-store" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    showState(await response.json());
  } catch (error) {
    if (!$("side").hidden) return;
    $("visitor-body").replaceChildren(make("p", { className: "soft" }, `The server does not respond (${error.message}). If it was restarted, open the link that it prints.`));
  }
}

let shown = "";

function showState(state) {
  const fresh = JSON.stringify(state);
  if (fresh === shown) return;
  shown = fresh;
  ownId = state.cookie.id;
  showFacts(state);
  showVisitor(state);
  showConsent(state.consent);
  showLine(state);
  showLifetimes(state);
  showRules(state.next);
  showNotes(state.notes);
  markOwnRows();
  $("side").hidden = false;
}

function showFacts({ cookie, site, policy }) {
  const facts = [
    ["site", site.host],
    ["cookie", cookie.name],
    ["domain", site.domain ?? "none, this host only"],
    ["policy", policy.source],
  ];
  $("facts").replaceChildren(...facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function showVisitor(state) {
  const { cookie } = state;
  const parts = cookie.id ? knownVisitor(state) : cookie.sent.length ? unknownValue(cookie) : firstVisit(state);
  if (cookie.problem) parts.push(make("p", { className: "problem" }, cookie.problem));
  if (cookie.sent.length > 1 || (cookie.sent.length && !cookie.id)) parts.push(sentValues(cookie));
  if (!cookie.id) parts.push(make("a", { className: "button", href: "/", target: "_blank", rel: "noopener" }, "Open the site"));
  $("visitor-body").replaceChildren(...parts);
}

function knownVisitor({ cookie, set_cookie }) {
  const id = make("code", {}, ...breakable(cookie.id));
  const copy = make("button", { type: "button", className: "button quiet" }, "Copy");
  copy.addEventListener("click", () => copyText(id, cookie.id, copy));
  return [make("div", { className: "id" }, id, copy), make("p", { className: "soft" }, scriptView(cookie.name, has(set_cookie, "HttpOnly")))];
}

/** What `document.cookie` shows on this page. */
function scriptView(name, httpOnly) {
  const listed = document.cookie.split("; ").some((pair) => pair.startsWith(`${name}=`));
  if (!listed) return `${name} is HttpOnly: document.cookie on this page does not list it. The server reads it from the request and shows it here.`;
  if (httpOnly) return `document.cookie lists a ${name}, although the policy says HttpOnly: a duplicate of the same name, set by a script or under an older policy.`;
  return `document.cookie lists ${name}: without HttpOnly, any script on the site can read it.`;
}

/** The attribute of a Set-Cookie, if there is one; `set_cookie` is null if the policy sets nothing. */
function has(set_cookie, attribute) {
  return set_cookie?.attributes.find(({ name }) => name === attribute);
}

function firstVisit({ cookie, set_cookie, next }) {
  const hint = set_cookie
    ? ["Open a page of the site: the response that carries the page sets the cookie, and its id appears here."]
    : [`A page of the site would not set it for this browser now: ${next.why} `, make("code", { className: "code" }, next.reason)];
  return [make("p", { className: "first" }, `This browser has not sent ${cookie.name} yet.`), make("p", { className: "soft" }, ...hint)];
}

function unknownValue({ name }) {
  return [make("p", { className: "first" }, `This browser sent ${name}, but no valid id in it.`)];
}

function sentValues({ name, sent, id }) {
  const taken = sent.findIndex((value) => value.toLowerCase() === id);
  const items = sent.map((value, index) =>
    make("li", {}, make("code", {}, `${name}=${value}`), index === taken ? make("span", { className: "soft" }, "taken") : null));
  return make("div", { className: "sent" }, make("h3", { className: "soft" }, "As the browser sent it"), make("ol", {}, ...items));
}

/** The id's groups with a break opportunity after each hyphen. */
function breakable(id) {
  return id.match(/[^-]+-?/g).flatMap((group, index) => (index ? [make("wbr"), group] : [group]));
}

/** Copies `text`. If the clipboard is not available, selects `node` for the reader to copy. */
async function copyText(node, text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(node);
    button.textContent = "Selected, now copy";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}

/** Each consent cookie of the policy and what it says, the browser's own signals, and what comes of them. */
function showConsent(consent) {
  $("consent-card").hidden = !consent;
  if (!consent) return;
  $("verdict").textContent = consent.verdict;
  $("verdict").className = `verdict ${consent.verdict.replace(" ", "-")}`;
  $("consent-policy").textContent = consent.policy;
  const signals = consent.signals.filter(({ counts, sent }) => counts || sent !== null);
  $("answers").replaceChildren(...consent.answers.map(answerRow), ...signals.map(signalRow));
  // If the cookies do not decide, the region does.
  const region = ["pending", "not required"].includes(consent.verdict) ? consent.saw.slice(-1) : [];
  $("consent-saw").replaceChildren(...region.map((saw) => make("li", {}, saw)));
  $("consent-saw").hidden = region.length === 0;
}

function answerRow({ platform, cookie, answer }) {
  return make("div", {},
    make("dt", {}, make("code", {}, cookie), make("span", { className: "words" }, platform)),
    make("dd", { className: answer ? `verdict ${answer.replace(" ", "-")}` : "soft" }, answer ?? "not sent"));
}

function signalRow({ name, counts, sent }) {
  const says = sent === null ? "not sent" : counts ? sent : `${sent}, which the policy does not read`;
  const denies = counts && sent === "1";
  return make("div", {},
    make("dt", {}, make("code", {}, name), make("span", { className: "words" }, "a header")),
    make("dd", { className: denies ? "verdict denied" : "soft" }, denies ? "denied" : says));
}

function showRules({ outcome, reason, why, rules }) {
  $("next").replaceChildren("If this browser opened a page now: ", make("b", {}, outcome), `, ${why} `, make("code", { className: "code" }, reason));
  $("rules").replaceChildren(...rules.map(ruleRow));
}

function ruleRow({ number, name, saw }) {
  return make("li", {}, make("span", { className: "number" }, String(number)), make("span", { className: "name" }, name), make("span", { className: "saw" }, saw));
}

function showLine({ set_cookie, cookie }) {
  $("line").parentNode.hidden = !set_cookie;
  $("line").textContent = set_cookie?.line ?? "";
  $("line-note").textContent = lineNote(set_cookie, cookie);
  const rows = (set_cookie?.attributes ?? []).map((part) =>
    make("div", {}, make("dt", {}, ...partName(part, set_cookie.line)), make("dd", {}, part.meaning)));
  $("attributes").replaceChildren(...rows);
}

/** A part as the line spells it; or, for what is not an attribute of its own, such as the cookie's name, in words. */
function partName({ name, value }, line) {
  const attribute = line.split("; ").slice(1).includes(value === null ? name : `${name}=${value}`);
  const label = attribute ? make("code", {}, name) : make("span", { className: "words" }, `${name} `);
  if (value === null) return [label];
  return [label, make("code", { className: "value" }, attribute ? `=${value}` : value)];
}

function lineNote(set_cookie, { id }) {
  if (!set_cookie) return "The next page that this browser opens sets no cookie; the decisions say why.";
  return id ? "As the next page sends it." : "With an example id.";
}

function showLifetimes({ lifetimes, set_cookie }) {
  const maxAge = has(set_cookie, "Max-Age");
  const asked = maxAge ? Number(maxAge.value) / 86400 : null;
  const longest = Math.max(asked ?? 0, ...lifetimes.map(({ days }) => days), 1);
  const share = (days) => `${(100 * days) / longest}%`;
  $("asked").textContent = asked === null ? "" : `Max-Age asks for ${inDays(asked)}`;
  $("lifetimes").replaceChildren(...lifetimes.map((lifetime) => lifetimeRow(lifetime, asked, share)));
}

function lifetimeRow({ browser, days, why }, asked, share) {
  const bar = make("div", { className: "bar" });
  const track = make("div", { className: "track", ariaHidden: "true" }, bar);
  const limit = asked === null ? null : make("div", { className: "limit", ariaHidden: "true" });
  bar.style.width = share(days);
  limit?.style.setProperty("--at", share(asked));
  return make("li", {},
    make("span", { className: "name" }, browser), track, make("span", { className: "days" }, inDays(days)),
    make("p", { className: "why" }, why), limit);
}

function inDays(days) {
  const rounded = Math.round(days * 10) / 10;
  return `${rounded} ${rounded === 1 ? "day" : "days"}`;
}

function showNotes(notes) {
  $("notes").replaceChildren(...notes.map((note) => make("li", {}, note)));
  $("notes-card").hidden = notes.length === 0;
}

// The decisions, live

const list = $("decisions");
const seen = new Set();
let queue = [];
let newest = 0;
let reopened = false;
let drawing = false;
let retry = RETRY_MS;

function connect() {
  const source = new EventSource("/.hardtack/decisions");
  source.addEventListener("open", () => {
    retry = RETRY_MS;
    showLink("live", "Live");
    refreshState();
  });
  source.addEventListener("message", ({ data }) => receive(JSON.parse(data)));
  source.addEventListener("error", () => {
    reopened = true;
    if (source.readyState !== EventSource.CLOSED) return showLink("lost", "Server gone, reconnecting");
    // A restarted server has a new link, and to it this page is a visitor's: each try is a line in its log.
    showLink("lost", "Server gone or restarted: open the link that it prints");
    setTimeout(connect, retry);
    retry = Math.min(2 * retry, LONGEST_RETRY_MS);
  });
}

function showLink(state, text) {
  $("link").dataset.state = state;
  $("link").textContent = text;
}

/** Takes one decision in, unless it is a replay of one already shown. A restarted server counts from 1 again. */
function receive(decision) {
  const key = `${decision.seq} ${decision.time} ${decision.path}`;
  if (seen.has(key)) return;
  remember(key);
  if (reopened && decision.seq <= newest) draw(restartRow);
  reopened = false;
  newest = decision.seq;
  draw(() => decisionRow(decision));
  if (decision.outcome !== "skipped") refreshState();
}

function remember(key) {
  seen.add(key);
  if (seen.size > DECISIONS_KEPT) seen.delete(seen.values().next().value);
}

/**
 * Queues a row for the next frame, so that a flood of decisions costs one layout per frame, and none in a hidden tab.
 */
function draw(makeRow) {
  queue.push(makeRow);
  if (queue.length > DECISIONS_KEPT) queue.shift();
  if (!drawing) requestAnimationFrame(drawQueue);
  drawing = true;
}

function drawQueue() {
  drawing = false;
  list.prepend(...queue.map((makeRow) => makeRow()).reverse());
  queue = [];
  while (list.children.length > DECISIONS_KEPT) list.lastChild.remove();
  markOwnRows();
  showCount();
}

function decisionRow(decision) {
  const { time, method, host, path, status, outcome, reason, why, is_page, id, speculation } = decision;
  const row = make("li", { className: `row ${outcome}${is_page ? "" : " part"}` },
    make("div", { className: "request" },
      make("span", { className: "chip" }, outcome),
      make("span", { className: "path" }, `${method} ${host === location.host ? "" : host}${path}`)),
    make("span", { className: "when" }, `${status} · `, clock(time)),
    make("p", { className: "why" }, why, " ",
      make("code", { className: "code" }, reason), " ", speculation ? `(${speculation}) ` : null, id ? whose(id) : null),
    reason === "not_document" ? null : whole(decision));
  row.classList.toggle("new", Date.now() / 1000 - time < FRESH_SECONDS);
  row.dataset.id = id ?? "";
  return row;
}

/** What each rule saw, and what was changed in the response. Filled when it is opened: most never are. */
function whole({ rules, set_cookie, fields }) {
  const lines = [...set_cookie.map((line) => `set-cookie: ${line}`), ...fields.map(([name, value]) => `${name}: ${value}`)];
  if (!rules.length && !lines.length) return null;
  const details = make("details", {}, make("summary", {}, rules.length ? "Rule by rule" : "Set-Cookie"));
  details.addEventListener("toggle", () => details.append(
    make("ol", { className: "rules" }, ...rules.map(ruleRow)),
    lines.length ? make("pre", {}, make("code", {}, lines.join("\n"))) : make("p", { className: "soft" }, "The response was not changed.")), { once: true });
  return details;
}

function whose(id) {
  const mine = make("span", { className: "mine", hidden: true }, " this browser");
  return make("span", { className: "whose" }, "id ", make("code", { title: id }, `${id.slice(0, 8)}…`), mine);
}

function clock(seconds) {
  const date = new Date(seconds * 1000);
  const text = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return make("time", { dateTime: date.toISOString() }, text);
}

function restartRow() {
  return make("li", { className: "restart" }, "The server restarted");
}

function markOwnRows() {
  for (const row of list.children) {
    const mark = row.querySelector(".mine");
    if (mark) mark.hidden = row.dataset.id !== ownId;
  }
}

function showCount() {
  const all = list.querySelectorAll(".row").length;
  const parts = list.querySelectorAll(".row.part").length;
  const only = $("pages-only").checked;
  list.classList.toggle("pages-only", only);
  const counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const others = parts ? `, ${counted(parts, "other response")}${only ? " hidden" : ""}` : "";
  if (all) $("count").textContent = counted(all - parts, "page") + others;
}

$("pages-only").addEventListener("change", showCount);
document.addEventListener("visibilitychange", refreshState);
showCount();
loadState();
connect();
