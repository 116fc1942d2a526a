/**
 * The contract where no server is: through the host module, a Lambda event, a fetch handler and a Worker. Imports nothing
 * of Node, so that workerd and Deno run the same file.
 */

import { createWorker } from '../cloudflare.mjs';
import { wrap } from '../fetch.mjs';
import { COUNTRY, createEngine, decideExchange, HOST, METHOD, PATH, REQUEST_FIELDS, SET_HEADER } from '../host.mjs';
import { createHandler } from '../lambda-edge.mjs';

/** Runs all cases each way: `{way: {passed, failed: [message], leftOut: {reason: count}}}`. */
export async function runCases(module, cases) {
  const tallies = {};
  for (const [way, { leaveOut, run }] of Object.entries(WAYS)) {
    tallies[way] = await tally(cases, leaveOut, (one) => run(one, engineFor(module, one)));
  }
  return tallies;
}

export async function tally(cases, leaveOut, run) {
  const result = { passed: 0, failed: [], leftOut: {} };
  for (const one of cases) {
    const reason = leaveOut(one.exchange);
    if (reason) {
      result.leftOut[reason] = (result.leftOut[reason] ?? 0) + 1;
      continue;
    }
    const problem = difference(one.expect, await run(one));
    if (problem === null) result.passed += 1;
    else result.failed.push(`${one.id}: ${problem}`);
  }
  return result;
}

/** An engine with the case's policy, time and entropy. */
export function engineFor(module, { blob, now, entropy }) {
  const bytes = fromHex(entropy);
  return createEngine(module, fromHex(blob), {
    now: () => now,
    entropy: (batch) => batch.forEach((_, i) => (batch[i] = bytes[i % bytes.length])),
  });
}

/**
 * What a response carries more than the origin's, in the words of the contract: what was appended counts among the
 * headers. Throws where the origin's was changed. `sent` and `seen`: the request's fields before and behind us, where
 * there is something behind.
 */
export function observedIn({ given, got, engine, lines, sent, seen }) {
  const cookies = values(got, 'set-cookie');
  const originCookies = values(given, 'set-cookie');
  same(cookies.slice(0, originCookies.length), originCookies, "the origin's cookies");
  const set = got.flatMap(([name, value]) => (name === 'set-cookie' ? [] : added(name, value, values(given, name))));
  const names = set.map(([name]) => name);
  const remove = given.map(([name]) => name.toLowerCase()).filter((name) => values(got, name).length === 0);
  const edited = ['set-cookie', ...names, ...remove];
  const rest = (list) => list.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => !edited.includes(name));
  same(rest(got), rest(given), "the origin's fields");
  return {
    outcome: engine.outcome,
    reason: engine.reason,
    id: engine.id,
    set_cookie: cookies.slice(originCookies.length),
    headers: set,
    remove: [...new Set(remove)],
    origin: seen && forOrigin(sent, seen),
    log: lines.length > 0 ? lines.join('\n') : null,
  };
}

/** What a line says that the origin's of the same name do not; hosts of the Fetch standard join what is appended. */
function added(name, value, before) {
  if (before.includes(value)) return [];
  const joined = `${before.join(', ')}, `;
  return [[name, before.length > 0 && value.startsWith(joined) ? value.slice(joined.length) : value]];
}

function forOrigin(sent, seen) {
  const names = new Set([...sent, ...seen].map(([name]) => name.toLowerCase()));
  const changed = [...names].filter((name) => values(sent, name).join() !== values(seen, name).join());
  return changed.map((name) => [name, values(seen, name)[0] ?? null]);
}

export const values = (fields, name) => fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);

function same(got, expected, what) {
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    throw new Error(`${what} changed: ${JSON.stringify(expected)} to ${JSON.stringify(got)}`);
  }
}

function difference(expected, got) {
  // Hosts keep headers by name; in what order they go out does not matter.
  const lower = (list) => list.map(([name, value]) => [name.toLowerCase(), value]).sort();
  const { append = [], remove = [], origin = [] } = expected;
  const all = { ...expected, headers: lower([...expected.headers, ...append]), remove, origin: lower(origin) };
  delete all.append;
  for (const key of Object.keys(all)) {
    const mine = key === 'headers' ? lower([...got.headers, ...(got.append ?? [])]) : got[key];
    // A host that runs after the origin has nothing to tell it.
    if (key === 'origin' && mine === undefined) continue;
    if (JSON.stringify(mine) !== JSON.stringify(all[key])) {
      return `${key} should be ${JSON.stringify(all[key])}, and is ${JSON.stringify(mine)}`;
    }
  }
  return null;
}

const WAYS = {
  host: { leaveOut: () => null, run: throughHost },
  lambda: { leaveOut: notInLambda, run: throughLambda },
  fetch: { leaveOut: notInFetch, run: (one, engine) => throughFetch(one, engine, fetchHandler) },
  worker: { leaveOut: notInFetch, run: (one, engine) => throughFetch(one, engine, workerHandler) },
};

async function throughHost({ exchange }, engine) {
  const origin = originEdits(engine, exchange);
  const { outcome, reason, id, setCookie, headers, append, remove, logLine } = decideExchange(engine, exchange);
  return { outcome, reason, id, set_cookie: setCookie, headers, append, remove, origin, log: logLine };
}

/** What the host decides on the request for the origin. */
function originEdits(engine, exchange) {
  const edits = [];
  engine.begin(exchange.scheme !== 'http', 200);
  engine.put(METHOD, exchange.method);
  engine.put(HOST, exchange.host);
  engine.put(PATH, exchange.path);
  if (exchange.country) engine.put(COUNTRY, exchange.country);
  for (const [name, value] of exchange.request) {
    const tag = REQUEST_FIELDS.get(name.toLowerCase());
    if (tag !== undefined) engine.put(tag, value);
  }
  engine.onRequest();
  for (let kind = engine.nextEdit(); kind !== 0; kind = engine.nextEdit()) {
    edits.push([engine.name.toLowerCase(), kind === SET_HEADER ? engine.value : null]);
  }
  return edits;
}

async function throughLambda({ exchange }, engine) {
  const lines = [];
  const country = () => exchange.country;
  const handler = createHandler(engine, { log: (line) => lines.push(line), country });
  const event = lambdaEvent(exchange);
  const given = flat(event.Records[0].cf.response.headers);
  const response = await handler(event);
  if (response !== event.Records[0].cf.response) throw new Error('another response');
  if (response.status !== String(exchange.status)) throw new Error('another status');
  return observedIn({ given, got: flat(response.headers), engine, lines });
}

const flat = (headers) => Object.entries(headers).flatMap(([name, list]) => list.map(({ value }) => [name, value]));

export function lambdaEvent({ method, host, path, request, status, response }) {
  const [uri, querystring = ''] = path.split(/\?(.*)/s);
  const requestHeaders = host === '' ? request : [['Host', host], ...request];
  const cf = {
    config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-response', requestId: 'xGN7KWpVEmB9Dp7ctcVFQC4E-nrcOcEKS3QyAez--06dV7TEXAMPLE==' },
    request: { clientIp: '203.0.113.178', method: utf8(method), uri: utf8(uri), querystring: utf8(querystring), headers: lists(requestHeaders) },
    response: { status: String(status), statusDescription: '', headers: lists(response) },
  };
  return { Records: [{ cf }] };
}

function lists(fields) {
  const headers = {};
  for (const [key, value] of fields) (headers[key.toLowerCase()] ??= []).push({ key, value: utf8(value) });
  return headers;
}

function notInLambda({ scheme, method, host, path, request, response }) {
  if (scheme === 'http') return 'viewer events are https';
  const texts = [method, host, path, ...request.flat(), ...response.flat()];
  if (response.some(([name]) => /^x-accel-/i.test(name))) return 'a field that CloudFront lets no function change';
  return texts.every(isUtf8) ? null : 'a value that is no UTF-8';
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const bytesOf = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const utf8 = (text) => strict.decode(bytesOf(text));

function isUtf8(text) {
  try {
    utf8(text);
    return true;
  } catch {
    return false;
  }
}

const fetchHandler = (engine, origin, options) => wrap(engine, origin, options);
const workerHandler = (engine, origin, options) => createWorker(engine, origin, options).fetch;

async function throughFetch({ exchange }, engine, handlerFor) {
  const lines = [];
  const request = fetchRequest(exchange);
  const origin = fetchResponse(exchange);
  const given = [...origin.headers];
  const body = origin.body;
  const sent = [...request.headers];
  let seen;
  const answer = (forOrigin) => {
    seen = [...forOrigin.headers];
    return origin;
  };
  const options = { log: (line) => lines.push(line), country: () => exchange.country };
  const response = await handlerFor(engine, answer, options)(request);
  if (response.status !== exchange.status) throw new Error('another status');
  if (body !== null && response.body === null) throw new Error('no body');
  return observedIn({ given, got: [...response.headers], engine, lines, sent, seen });
}

function fetchRequest({ method, scheme, host, path, request }) {
  const sameHost = hostOf(scheme, host) === host;
  const url = `${scheme}://${sameHost ? host : 'placeholder.example'}${path}`;
  const headers = sameHost ? request : [['host', host], ...request];
  return new Request(url, { method, headers });
}

function hostOf(scheme, host) {
  try {
    return new URL(`${scheme}://${host}/`).host;
  } catch {
    return null;
  }
}

function fetchResponse({ status, response }) {
  const body = [204, 205, 304].includes(status) ? null : 'a page';
  const origin = new Response(body, { status, headers: response });
  // The standard's own, which the case does not have.
  if (!response.some(([name]) => name.toLowerCase() === 'content-type')) origin.headers.delete('content-type');
  return origin;
}

function notInFetch({ method, scheme, host, path, request, status, response }) {
  if (status < 200 || status > 599) return 'a status that no Response can have';
  if (!['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(method)) return 'a method that Request refuses or rewrites';
  if (host === '') return 'no host';
  if (!isHeaderValue(host)) return 'a value that Headers refuses or trims';
  const url = urlOf(`${scheme}://placeholder.example${path}`);
  if (url === null || url.pathname !== path.split('?')[0]) return 'a path that URL rewrites';
  if (![...request, ...response].every(([, value]) => isHeaderValue(value))) return 'a value that Headers refuses or trims';
  return repeats(request) || repeats(response) ? 'a repeated field that Headers joins' : null;
}

function urlOf(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

const isHeaderValue = (value) => !/[\0\r\n]/.test(value) && value.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '') === value;

/** `Cookie` and `Accept` mean the same when they are joined; `Set-Cookie` is not joined. */
function repeats(fields) {
  const names = fields.map(([name]) => name.toLowerCase()).filter((name) => !['cookie', 'accept', 'set-cookie'].includes(name));
  return new Set(names).size < names.length;
}

function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
