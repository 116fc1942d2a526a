/**
 * For hosts that speak the Fetch standard: Deno, Netlify, Vercel, Bun, Next.js, and Workers through `cloudflare.mjs`.
 *
 * A response is never changed: it may be one that the handler keeps and hands out to everybody. What goes out is a copy
 * of its head, and its body itself, unread.
 */

import {
  answerOf,
  APPEND_HEADER,
  APPEND_SET_COOKIE,
  HOST,
  LOCATION,
  messageOf,
  METHOD,
  ON_VERCEL,
  PATH,
  putCountry,
  SET_COOKIE,
  SET_HEADER,
} from '../js/host.mjs';

/**
 * Wraps a handler. It is called with the request, the host's second argument (context, info, server) and the visitor as
 * the request shows them: `{id, outcome, reason}`, brought up to date when the response is decided. A fourth argument
 * on is whatever else the host gave. Where the policy has a signal header for the origin, the request is a copy with
 * it, and without any that the client sent.
 *
 * `country(request, context)`: two letters, where something in front vouches for them. Default: what Cloudflare,
 * Netlify and Vercel say.
 */
export function wrap(engine, handler, options = {}) {
  return async function visited(request, context, ...rest) {
    const visit = onRequest(engine, request, options, context);
    const response = await handler.call(this, visit.forOrigin, context, visit.visitor, ...rest);
    return onResponse(visit, response);
  };
}

/**
 * Decides a response that is already there. Returns it, or a copy that carries the cookie. The origin has answered
 * already: a policy with a signal header for it needs `wrap`.
 */
export function decorate(engine, request, response, options = {}) {
  if (engine.reserves && !TOLD.has(engine)) {
    TOLD.add(engine);
    engine.report('hardtack: the origin gets what clients send under the name of signals.request_header: use wrap, not decorate');
  }
  return onResponse(onRequest(engine, request, options), response);
}

/** The engines that have told what `decorate` cannot do. */
const TOLD = new WeakSet();

/** The first half: who the visitor is. Never throws; `onResponse` takes what it returns. */
export function onRequest(engine, request, { log = console.log, scheme, country = hostsCountry } = {}, context = undefined) {
  const visit = {
    engine,
    log,
    request,
    forOrigin: request,
    country: undefined,
    url: undefined,
    isHttps: true,
    entropy: undefined,
    visitor: { id: null, outcome: 'skipped', reason: '' },
  };
  // Before all that can fail: what a client must not send is gone whatever becomes of the decision.
  const headers = engine.reserves ? unreserved(engine, request) : null;
  try {
    visit.url = urlOf(request.url);
    visit.isHttps = isHttps(engine, scheme, request, visit.url);
    visit.country = answerOf(engine, country, request, context);
    visit.entropy = engine.drawEntropy();
    putRequest(visit, 200);
    if (engine.onRequest()) {
      remember(visit);
      if (headers !== null) edit(engine, headers, engine.nextEdit());
    }
  } catch (error) {
    engine.report(`hardtack: left a request as it is: ${messageOf(error)}`);
  }
  if (headers !== null) visit.forOrigin = withHeaders(engine, request, headers);
  return visit;
}

/** What the host says, and no client can: Cloudflare on the request, Netlify in the context, Vercel in a header. */
function hostsCountry(request, context) {
  return request.cf?.country ?? context?.geo?.country?.code ?? (ON_VERCEL ? request.headers.get('x-vercel-ip-country') : undefined);
}

/** The second half: the response, or a copy that carries the cookie. Never throws. */
export function onResponse(visit, response) {
  try {
    return visit.url && isPage(response) ? decide(visit, response) : response;
  } catch (error) {
    visit.engine.report(`hardtack: left a response as it is: ${messageOf(error)}`);
    return response;
  }
}

function decide(visit, response) {
  const { engine } = visit;
  const { headers } = response;
  putRequest(visit, response.status);
  for (const [name, tag] of engine.responseFields) {
    if (tag === SET_COOKIE) setCookies(headers).forEach((value) => engine.put(SET_COOKIE, value));
    else putIfThere(engine, tag, tag === LOCATION ? locationIn(visit, headers.get(name)) : headers.get(name));
  }
  if (!engine.decide()) return response;
  remember(visit);
  const decided = apply(engine, response);
  const { logLine } = engine;
  if (logLine !== null) tell(visit.log, logLine);
  return decided;
}

function putRequest({ engine, request, url, isHttps, entropy, country }, status) {
  engine.begin(isHttps, status, entropy);
  engine.put(METHOD, request.method);
  engine.put(HOST, request.headers.get('host') ?? url.host);
  engine.put(PATH, url.pathname);
  putCountry(engine, country);
  for (const [name, tag] of engine.requestFields) putIfThere(engine, tag, request.headers.get(name));
}

/**
 * Behind a proxy the URL may name this server, and `Host` the site. A redirect to the URL's own origin, as frameworks
 * make them that want whole URLs, stays on the site then.
 */
function locationIn({ request, url }, location) {
  if (location === null || (request.headers.get('host') ?? url.host) === url.host) return location;
  return location.startsWith(`${url.origin}/`) ? location.slice(url.origin.length) : location;
}

function isHttps(engine, scheme, request, url) {
  return (answerOf(engine, scheme, request) ?? url.protocol.slice(0, -1)) !== 'http';
}

/** A request's URL; of one that the standard refuses, as it does some hosts that clients send, what it is made of. */
function urlOf(text) {
  try {
    return new URL(text);
  } catch {
    const [origin, protocol, host] = /^([a-z]+:)\/\/([^/?#]*)/i.exec(text);
    return { origin, protocol: protocol.toLowerCase(), host, pathname: text.slice(origin.length).split(/[?#]/, 1)[0] || '/' };
  }
}

function putIfThere(engine, tag, value) {
  if (value !== null) engine.put(tag, value);
}

/**
 * All `Set-Cookie` values; hosts older than `getSetCookie` fold them, which hides no cookie's name that comes first.
 */
function setCookies(headers) {
  if (typeof headers.getSetCookie === 'function') return headers.getSetCookie();
  const folded = headers.get('set-cookie');
  return folded === null ? [] : [folded];
}

function remember({ engine, visitor }) {
  visitor.id = engine.id;
  visitor.outcome = engine.outcome;
  visitor.reason = engine.reason;
}

/** Upgrades and network errors have statuses that no new response can have. */
function isPage(response) {
  return typeof response?.headers?.get === 'function' && response.status >= 200 && !response.webSocket;
}

function apply(engine, response) {
  const kind = engine.nextEdit();
  if (kind === 0) return response;
  const copy = new Response(response.body, response);
  edit(engine, copy.headers, kind);
  return copy;
}

/** A copy of a request's headers without those that no client may send; null where there are no headers. */
function unreserved(engine, request) {
  if (typeof request?.headers?.keys !== 'function') return null;
  const headers = new Headers(request.headers);
  for (const name of reservedIn(engine, headers)) headers.delete(name);
  return headers;
}

const reservedIn = (engine, headers) => [...headers.keys()].filter((name) => engine.isReserved(name));

/**
 * A request for the origin: a copy, to which the body moves unread. What else can be done where that cannot: a
 * framework's own kind of request, which handlers know by more than the standard has, is changed where it stands; and
 * from one whose body somebody has read already, a copy is made without.
 */
function withHeaders(engine, request, headers) {
  const copy = () => new Request(request, { headers });
  const bodiless = () => new Request(request.url, { method: request.method, headers });
  const inPlace = () => replaced(engine, request, headers);
  const isPlain = Object.getPrototypeOf(request) === Request.prototype;
  let problem;
  for (const way of isPlain ? [copy, inPlace, bodiless] : [inPlace, copy, bodiless]) {
    try {
      return way();
    } catch (error) {
      problem ??= error;
    }
  }
  engine.report(`hardtack: a request keeps the headers that the client sent: ${messageOf(problem)}`);
  return request;
}

function replaced(engine, request, headers) {
  for (const name of reservedIn(engine, request.headers)) request.headers.delete(name);
  for (const name of reservedIn(engine, headers)) request.headers.set(name, headers.get(name));
  return request;
}

function edit(engine, headers, first) {
  for (let kind = first; kind !== 0; kind = engine.nextEdit()) {
    if (kind === APPEND_SET_COOKIE) headers.append('set-cookie', engine.value);
    else if (kind === SET_HEADER) headers.set(engine.name, engine.value);
    else if (kind === APPEND_HEADER) headers.append(engine.name, engine.value);
    else headers.delete(engine.name);
  }
}

function tell(log, line) {
  try {
    log(line);
  } catch {
    // A log that throws must not cost the visitor the page.
  }
}
