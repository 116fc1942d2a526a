/**
 * For servers on Node: a middleware `(req, res, next)` for Express and Connect, and a wrapper for plain listeners.
 *
 * The decision falls when the response's head is about to go out, so that a cookie, a status or a redirect that is set
 * late is seen. Nothing waits for anything: the head goes out when it would have gone out, with one more line.
 */

import {
  answerOf,
  APPEND_HEADER,
  APPEND_SET_COOKIE,
  HOST,
  messageOf,
  METHOD,
  ON_VERCEL,
  PATH,
  putCountry,
  SET_HEADER,
} from '../js/host.mjs';

/**
 * A middleware. Put it first: what comes before it and answers itself is not seen.
 *
 * `req.visitor` is `{id, outcome, reason}` as the request shows the visitor, and tells what came of it once the head is
 * out. `country(req)`: two letters, where something in front vouches for them; default: what Vercel says. `trustProxy`:
 * believe `X-Forwarded-Proto`, which only a proxy in front makes true. `log` gets the policy's log lines.
 */
export function visitor(engine, options = {}) {
  return (req, res, next) => {
    attend(engine, req, res, options);
    next();
  };
}

/**
 * Wraps a listener of `http`, `https` or `http2` (its compatibility API): `http.createServer(wrap(engine, listener))`.
 */
export function wrap(engine, listener, options = {}) {
  return function visited(req, res) {
    attend(engine, req, res, options);
    return listener.call(this, req, res);
  };
}

/** The engine that attends a response: one that is wrapped twice is decided once. */
const ATTENDED = Symbol('hardtack');

function attend(engine, req, res, options) {
  try {
    if (res[ATTENDED] === engine) return;
    // Before all that can fail: what a client must not send is gone whatever becomes of the decision.
    if (engine.reserves) removeReserved(engine, req);
    if (res.headersSent) return;
    const visit = new Visit(engine, req, options);
    req.visitor = visit.onRequest(req);
    res[ATTENDED] = engine;
    intercept(res, visit);
  } catch (error) {
    engine.report(`hardtack: left a response as it is: ${messageOf(error)}`);
  }
}

/** Whatever begins a response, `write`, `end`, `flushHeaders` or `pipe`, calls its `writeHead`. */
function intercept(res, visit) {
  const { writeHead } = res;
  res.writeHead = function visitedHead(status, ...rest) {
    if (this.headersSent) return writeHead.call(this, status, ...rest);
    const before = this.getHeader('set-cookie');
    const edited = visit.decide(this, status, rest);
    try {
      return writeHead.call(this, status, ...edited);
    } catch (error) {
      // The head was refused for what the application wrote in it. Its error page gets a decision of its own.
      restore(this, before);
      throw error;
    }
  };
}

function restore(res, before) {
  if (res.headersSent) return;
  if (before === undefined) res.removeHeader('set-cookie');
  else res.setHeader('set-cookie', before);
}

/** One request, as it came in: the application may rewrite its URL and its headers before the decision. */
class Visit {
  #engine;
  #log;
  #isHttps;
  #entropy;
  #method;
  #host;
  #path;
  #country;
  #fields;
  #visitor = { id: null, outcome: 'skipped', reason: '' };

  constructor(engine, req, { trustProxy = false, log = console.log, country = hostsCountry }) {
    this.#engine = engine;
    this.#log = log;
    this.#isHttps = isHttps(req, trustProxy);
    this.#entropy = engine.drawEntropy();
    this.#method = req.method ?? '';
    this.#host = hostOf(req);
    this.#path = pathOf(req.originalUrl ?? req.url ?? '');
    this.#country = answerOf(engine, country, req);
    this.#fields = requestFields(req, engine.requestFields);
  }

  /** Who the visitor is; what the policy has for the origin is written into the request's headers. */
  onRequest(req) {
    const engine = this.#engine;
    this.#putRequest(200);
    if (!engine.onRequest()) return this.#visitor;
    this.#remember();
    for (let kind = engine.nextEdit(); kind !== 0; kind = engine.nextEdit()) {
      if (kind === SET_HEADER) forOrigin(req, engine.name, engine.value);
    }
    return this.#visitor;
  }

  /** Decides, edits the head, and returns the arguments of `writeHead` after the status. */
  decide(res, status, rest) {
    try {
      const given = givenHeaders(rest);
      const head = new Head(res, given);
      this.#putRequest(Number(status));
      this.#putResponse(head);
      if (!this.#engine.decide()) return rest;
      this.#remember();
      this.#apply(head);
      const { logLine } = this.#engine;
      if (logLine !== null) tell(this.#log, logLine);
      return head.given === given ? rest : rest.map((argument) => (argument === given ? head.given : argument));
    } catch (error) {
      this.#engine.report(`hardtack: left a response as it is: ${messageOf(error)}`);
      return rest;
    }
  }

  #putRequest(status) {
    const engine = this.#engine;
    engine.begin(this.#isHttps, status, this.#entropy);
    engine.put(METHOD, this.#method);
    engine.put(HOST, this.#host);
    engine.put(PATH, this.#path);
    putCountry(engine, this.#country);
    const fields = this.#fields;
    for (let i = 0; i < fields.length; i += 2) engine.put(fields[i], fields[i + 1]);
  }

  #putResponse(head) {
    for (const [name, tag] of this.#engine.responseFields) putAll(this.#engine, tag, head.values(name));
  }

  #remember() {
    this.#visitor.id = this.#engine.id;
    this.#visitor.outcome = this.#engine.outcome;
    this.#visitor.reason = this.#engine.reason;
  }

  #apply(head) {
    const engine = this.#engine;
    for (let kind = engine.nextEdit(); kind !== 0; kind = engine.nextEdit()) {
      if (kind === APPEND_SET_COOKIE) head.append('Set-Cookie', engine.value);
      else if (kind === APPEND_HEADER) head.append(engine.name, engine.value);
      else if (kind === SET_HEADER) head.set(engine.name, engine.value);
      else head.remove(engine.name);
    }
  }
}

/**
 * The head that is about to go out: headers that were set on the response, under those that `writeHead` was given, in
 * one of its three forms: an object, a flat list, a list of pairs. What was given is copied before it is edited.
 */
class Head {
  #res;

  constructor(res, given) {
    this.#res = res;
    this.given = given;
  }

  /** All values of a field; `name` in lower case. */
  values(name) {
    const given = entries(this.given).filter((entry) => isNamed(entry, name));
    if (given.length > 0) return given.flatMap((entry) => entry[1]).map(String);
    const value = this.#res.getHeader(name);
    return value === undefined ? [] : [value].flat().map(String);
  }

  /** Adds a line after those of the same name, wherever they stand. */
  append(name, value) {
    const key = name.toLowerCase();
    const mine = entries(this.given).filter((entry) => isNamed(entry, key));
    const last = mine.at(-1);
    // Where the name was given, the response's own lines of it do not count any more.
    if (last) this.#replace(last, [last[1], value].flat());
    else if (this.given !== undefined && !this.#res.hasHeader(key)) this.#add(name, value);
    else this.#res.setHeader(name, [...this.values(key), value]);
  }

  /** Sets a line in place of those of the same name. */
  set(name, value) {
    const key = name.toLowerCase();
    if (this.given !== undefined) this.given = without(this.given, key);
    this.#res.removeHeader(key);
    if (this.given === undefined) this.#res.setHeader(name, value);
    else this.#add(name, value);
  }

  /** Takes away all lines of a name. */
  remove(name) {
    const key = name.toLowerCase();
    if (this.given !== undefined) this.given = without(this.given, key);
    this.#res.removeHeader(key);
  }

  #add(name, value) {
    if (!Array.isArray(this.given)) this.given = { ...this.given, [name]: value };
    else if (isPairs(this.given)) this.given = [...this.given, [name, value]];
    else this.given = [...this.given, name, value];
  }

  #replace([name, , at], value) {
    if (!Array.isArray(this.given)) this.given = { ...this.given, [name]: value };
    else if (isPairs(this.given)) this.given = replaced(this.given, at, [name, value]);
    else this.given = replaced(this.given, at + 1, value);
  }
}

function replaced(list, at, value) {
  const copy = [...list];
  copy[at] = value;
  return copy;
}

/** `[name, value, position]` of each header that was given. */
function entries(given) {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return Object.entries(given);
  if (isPairs(given)) return given.map(([name, value], at) => [name, value, at]);
  const pairs = [];
  for (let at = 0; at + 1 < given.length; at += 2) pairs.push([given[at], given[at + 1], at]);
  return pairs;
}

function without(given, key) {
  const kept = entries(given).filter((entry) => !isNamed(entry, key));
  if (!Array.isArray(given)) return Object.fromEntries(kept);
  return kept.flatMap(([name, value]) => (isPairs(given) ? [[name, value]] : [name, value]));
}

const isPairs = (given) => Array.isArray(given[0]);
const isNamed = ([name], key) => String(name).toLowerCase() === key;

/** `writeHead(status, [reason], [headers])`; the reason may be left out, or be there and undefined. */
function givenHeaders(rest) {
  const headers = typeof rest[0] === 'string' ? rest[1] : (rest[1] ?? rest[0]);
  return typeof headers === 'object' && headers !== null ? headers : undefined;
}

/** The request's fields that count, as they came in, one line each: `[tag, value, tag, value, …]`. */
function requestFields(req, wanted) {
  const fields = [];
  const raw = req.rawHeaders ?? [];
  for (let i = 0; i + 1 < raw.length; i += 2) addField(fields, wanted, raw[i].toLowerCase(), raw[i + 1]);
  if (raw.length > 0) return fields;
  // A request that somebody made up (a test, a function's event) may have these alone.
  for (const [name, value] of Object.entries(req.headers ?? {})) {
    for (const one of [value].flat()) addField(fields, wanted, name.toLowerCase(), one);
  }
  return fields;
}

function addField(fields, wanted, name, value) {
  const tag = wanted.get(name);
  if (tag !== undefined) fields.push(tag, value);
}

/** Takes what no client may send out of the request, in whatever form the application may read it. */
function removeReserved(engine, req) {
  // Node makes both of the raw headers when they are first asked for, and counts on these to be as many as ever.
  const { headers, headersDistinct, rawHeaders } = req;
  for (const form of [headers, headersDistinct]) {
    for (const name of Object.keys(form ?? {})) {
      if (engine.isReserved(name)) delete form[name];
    }
  }
  for (let i = (rawHeaders?.length ?? 0) - 2; i >= 0; i -= 2) {
    if (engine.isReserved(rawHeaders[i])) rawHeaders.splice(i, 2);
  }
}

/** Sets a header of the request, which has none of the name any more. */
function forOrigin({ headers, headersDistinct, rawHeaders }, name, value) {
  const key = name.toLowerCase();
  if (headers) headers[key] = value;
  if (headersDistinct) headersDistinct[key] = [value];
  rawHeaders?.push(name, value);
}

const hostsCountry = (req) => (ON_VERCEL ? req.headers['x-vercel-ip-country'] : undefined);

function isHttps(req, trustProxy) {
  const forwarded = trustProxy ? req.headers['x-forwarded-proto'] : undefined;
  if (typeof forwarded === 'string') return forwarded.split(',', 1)[0].trim().toLowerCase() === 'https';
  return Boolean((req.socket ?? req.stream?.session?.socket)?.encrypted);
}

function hostOf(req) {
  return req.headers?.[':authority'] ?? req.headers?.host ?? '';
}

/** The path of a request target: `/path?query`, or a whole URL, as proxies are asked. */
function pathOf(target) {
  if (target.startsWith('/')) return target;
  const start = target.indexOf('/', target.indexOf('//') + 2);
  return start < 0 ? '/' : target.slice(start);
}

function putAll(engine, tag, values) {
  for (const value of values) engine.put(tag, value);
}

function tell(log, line) {
  try {
    log(line);
  } catch {
    // A log that throws must not cost the visitor the page.
  }
}
