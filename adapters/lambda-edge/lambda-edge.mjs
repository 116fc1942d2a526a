/**
 * A viewer-response function for CloudFront, from an engine.
 *
 * Reads `event.Records[0].cf`, appends to the response's headers in place, and returns that response. Whatever the
 * event looks like, it returns the response that it was given (of a request event, the request): an error here would be
 * an error page for the visitor.
 */

import {
  ACCEPT,
  answerOf,
  APPEND_HEADER,
  APPEND_SET_COOKIE,
  CONTENT_TYPE,
  COOKIE,
  HOST,
  LOCATION,
  messageOf,
  METHOD,
  PATH,
  putCountry,
  SEC_FETCH_DEST,
  SEC_FETCH_MODE,
  SET_COOKIE,
  SET_HEADER,
  UPGRADE_INSECURE_REQUESTS,
  X_REQUESTED_WITH,
} from '../js/host.mjs';

// What follows is generated from the core's lists: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`.
import {
  CACHE_CONTROL,
  CDN_CACHE_CONTROL,
  CLOUDFLARE_CDN_CACHE_CONTROL,
  VERCEL_CDN_CACHE_CONTROL,
  NETLIFY_CDN_CACHE_CONTROL,
  SURROGATE_CONTROL,
  EDGE_CONTROL,
  X_ACCEL_EXPIRES,
  DENO_CDN_CACHE_CONTROL,
} from '../js/host.mjs';

/** Each by its name, which engines look up faster than one that comes from a list. */
function putCaches(engine, to) {
  put(engine, CACHE_CONTROL, to['cache-control']);
  put(engine, CDN_CACHE_CONTROL, to['cdn-cache-control']);
  put(engine, CLOUDFLARE_CDN_CACHE_CONTROL, to['cloudflare-cdn-cache-control']);
  put(engine, VERCEL_CDN_CACHE_CONTROL, to['vercel-cdn-cache-control']);
  put(engine, NETLIFY_CDN_CACHE_CONTROL, to['netlify-cdn-cache-control']);
  put(engine, SURROGATE_CONTROL, to['surrogate-control']);
  put(engine, EDGE_CONTROL, to['edge-control']);
  put(engine, X_ACCEL_EXPIRES, to['x-accel-expires']);
  put(engine, DENO_CDN_CACHE_CONTROL, to['deno-cdn-cache-control']);
}
// End of what is generated.

/**
 * Makes the handler. `log` gets the policy's log lines, and one line for each event that could not be handled.
 *
 * The scheme is taken to be https: viewer-response events do not tell it, and browsers drop a `Secure` cookie that
 * comes over plain http anyway. `country(request)`: two letters, from a header that CloudFront sets and no client can;
 * none unless told.
 */
export function createHandler(engine, { log = console.log, country } = {}) {
  // Asynchronous because newer Node runtimes of Lambda take the return value of nothing else.
  return async (event) => handle(engine, log, country, event);
}

function handle(engine, log, country, event) {
  let response;
  try {
    const cf = event.Records[0].cf;
    response = cf.response;
    if (!response) throw new Error('no response in the event: is the function attached to viewer-response?');
    decide(engine, log, country, cf.request, response);
  } catch (error) {
    tell(log, `hardtack: left a response as it is: ${messageOf(error)}`);
  }
  return response ?? whateverIsThere(event);
}

function decide(engine, log, country, request, response) {
  const status = statusOf(response.status);
  if (status < 0) return tell(log, 'hardtack: left a response as it is: no status');
  const from = request.headers;
  const to = response.headers;
  if (!isObject(from) || !isObject(to)) return tell(log, 'hardtack: left a response as it is: no headers');
  engine.begin(true, status);
  engine.putUtf8(METHOD, request.method);
  putFirst(engine, HOST, from.host);
  put(engine, CONTENT_TYPE, to['content-type']);
  put(engine, SEC_FETCH_DEST, from['sec-fetch-dest']);
  put(engine, SEC_FETCH_MODE, from['sec-fetch-mode']);
  if (!isDocument(from['sec-fetch-dest'])) {
    // Not read where fetch metadata names a document (rule 2), and long enough to be worth leaving out there.
    put(engine, ACCEPT, from.accept);
    put(engine, X_REQUESTED_WITH, from['x-requested-with']);
    put(engine, UPGRADE_INSECURE_REQUESTS, from['upgrade-insecure-requests']);
  }
  engine.putUtf8(PATH, request.uri);
  if (country) putCountry(engine, answerOf(engine, country, request));
  put(engine, LOCATION, to.location);
  // Fields that only some policies read.
  putRare(engine, engine.rareRequestFields, from);
  if (engine.readsCaches) putCaches(engine, to);
  put(engine, COOKIE, from.cookie);
  put(engine, SET_COOKIE, to['set-cookie']);
  if (engine.decide()) apply(engine, log, to);
}

function putRare(engine, fields, headers) {
  for (let i = 0; i < fields.length; i += 2) put(engine, fields[i + 1], headers[fields[i]]);
}

function statusOf(status) {
  // What nearly every response has need not be taken apart.
  if (status === '200') return 200;
  const number = typeof status === 'string' && status !== '' ? Number(status) : status;
  return Number.isInteger(number) ? number : -1;
}

/** All values of a field. One that is no list of strings makes the engine refuse the exchange. */
function put(engine, tag, list) {
  if (list === undefined) return;
  if (!Array.isArray(list)) return engine.putUtf8(tag, undefined);
  for (let i = 0; i < list.length; i += 1) engine.putUtf8(tag, list[i]?.value);
}

const isDocument = (list) => list?.[0]?.value === 'document';

function putFirst(engine, tag, list) {
  if (list === undefined) return;
  engine.putUtf8(tag, Array.isArray(list) ? list[0]?.value : undefined);
}

function apply(engine, log, headers) {
  for (let kind = engine.nextEdit(); kind !== 0; kind = engine.nextEdit()) {
    if (kind === APPEND_SET_COOKIE) append(headers, engine.value);
    else if (kind === SET_HEADER) set(headers, engine.name, engine.value);
    else if (kind === APPEND_HEADER) add(headers, engine.name, engine.value);
    else remove(headers, engine.name);
  }
  const { logLine } = engine;
  if (logLine !== null) tell(log, logLine);
}

function append(headers, value) {
  const entry = { key: 'Set-Cookie', value };
  const list = headers['set-cookie'];
  if (list === undefined) headers['set-cookie'] = [entry];
  else list.push(entry);
}

function set(headers, name, value) {
  const key = keyOf(name);
  if (key !== FORBIDDEN_KEY) headers[key] = [{ key: name, value }];
}

function add(headers, name, value) {
  const key = keyOf(name);
  if (key !== FORBIDDEN_KEY) (headers[key] ??= []).push({ key: name, value });
}

function remove(headers, name) {
  const key = keyOf(name);
  if (key !== FORBIDDEN_KEY) delete headers[key];
}

/**
 * A header's name as events have it. Names come from the policy, so there are few of them, and each is looked into
 * once.
 */
function keyOf(name) {
  let key = KEYS.get(name);
  if (key === undefined) {
    key = name.toLowerCase();
    if (FORBIDDEN.test(key)) key = FORBIDDEN_KEY;
    KEYS.set(name, key);
  }
  return key;
}

const KEYS = new Map();
const FORBIDDEN_KEY = '';

/** Headers that CloudFront answers with 502 for, where a viewer-response function adds or changes them. */
const FORBIDDEN =
  /^(?:connection|content-encoding|content-length|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|transfer-encoding|upgrade|via|warning|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The response in an event of another shape, as far as it exists; or the request, where the function was attached to a
 * request event by mistake: CloudFront then goes on with it, and answers nothing else with an error page.
 */
function whateverIsThere(event) {
  try {
    const cf = event?.Records?.[0]?.cf ?? event?.cf ?? event;
    return cf?.response ?? cf?.request;
  } catch {
    return undefined;
  }
}

function tell(log, line) {
  try {
    log(line);
  } catch {
    // A log that throws must not cost the visitor the page.
  }
}
