/**
 * For hosts that speak the Fetch standard: Deno, Netlify, Vercel, Bun, Next.js, and Workers through `cloudflare.mjs`.
 *
 * A response is never changed: it may be one that the handler keeps and hands out to everybody. What goes out is a copy
 * of its head, and its body itself, unread.
 */

import {
  APPEND_SET_COOKIE,
  CONTENT_TYPE,
  HOST,
  LOCATION,
  METHOD,
  PATH,
  REQUEST_FIELDS,
  SET_COOKIE,
} from './host.mjs';

/**
 * Wraps a handler. It is called with the request, the host's second argument (context, info, server) and the visitor as
 * the request shows them: `{id, outcome, reason}`, brought up to date when the response is decided. A fourth argument
 * on is whatever else the host gave.
 */
export function wrap(engine, handler, options = {}) {
  return async function visited(request, context, ...rest) {
    const visit = foresee(engine, request, options);
    const response = await handler.call(this, request, context, visit.visitor, ...rest);
    return conclude(visit, response);
  };
}

/** Decides a response that is already there. Returns it, or a copy that carries the cookie. */
export function decorate(engine, request, response, options = {}) {
  return conclude(foresee(engine, request, options), response);
}

/** The first half: who the visitor is. Never throws; `conclude` takes what it returns. */
export function foresee(engine, request, { log = console.log, scheme } = {}) {
  const visit = {
    engine,
    log,
    request,
    url: undefined,
    isHttps: true,
    entropy: undefined,
    visitor: { id: null, outcome: 'skipped', reason: '' },
  };
  try {
    visit.url = new URL(request.url);
    visit.isHttps = isHttps(scheme, visit);
    visit.entropy = engine.drawEntropy();
    putRequest(visit, 200);
    if (engine.foresee()) remember(visit);
  } catch (error) {
    engine.report(`hardtack: left a request as it is: ${error?.message}`);
  }
  return visit;
}

/** The second half: the response, or a copy that carries the cookie. Never throws. */
export function conclude(visit, response) {
  try {
    return visit.url && isPage(response) ? decide(visit, response) : response;
  } catch (error) {
    visit.engine.report(`hardtack: left a response as it is: ${error?.message}`);
    return response;
  }
}

function decide(visit, response) {
  const { engine } = visit;
  const { headers } = response;
  putRequest(visit, response.status);
  putIfThere(engine, CONTENT_TYPE, headers.get('content-type'));
  putIfThere(engine, LOCATION, locationIn(visit, headers.get('location')));
  for (const value of setCookies(headers)) engine.put(SET_COOKIE, value);
  if (!engine.decide()) return response;
  remember(visit);
  const edited = apply(engine, response);
  const { logLine } = engine;
  if (logLine !== null) tell(visit.log, logLine);
  return edited;
}

function putRequest({ engine, request, url, isHttps, entropy }, status) {
  engine.begin(isHttps, status, entropy);
  engine.put(METHOD, request.method);
  engine.put(HOST, request.headers.get('host') ?? url.host);
  engine.put(PATH, url.pathname);
  for (const [name, tag] of REQUEST_FIELDS) putIfThere(engine, tag, request.headers.get(name));
}

/**
 * Behind a proxy the URL may name this server, and `Host` the site. A redirect to the URL's own origin, as frameworks make
 * them that want whole URLs, stays on the site then.
 */
function locationIn({ request, url }, location) {
  if (location === null || (request.headers.get('host') ?? url.host) === url.host) return location;
  return location.startsWith(`${url.origin}/`) ? location.slice(url.origin.length) : location;
}

function isHttps(scheme, { request, url }) {
  const told = typeof scheme === 'function' ? scheme(request) : scheme;
  return (told ?? url.protocol.slice(0, -1)) !== 'http';
}

function putIfThere(engine, tag, value) {
  if (value !== null) engine.put(tag, value);
}

/** All `Set-Cookie` values; hosts older than `getSetCookie` fold them, which hides no cookie's name that comes first. */
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
  let kind = engine.nextEdit();
  if (kind === 0) return response;
  const edited = new Response(response.body, response);
  for (; kind !== 0; kind = engine.nextEdit()) {
    if (kind === APPEND_SET_COOKIE) edited.headers.append('set-cookie', engine.value);
    else edited.headers.set(engine.name, engine.value);
  }
  return edited;
}

function tell(log, line) {
  try {
    log(line);
  } catch {
    // A log that throws must not cost the visitor the page.
  }
}
