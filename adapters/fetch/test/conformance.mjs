/** How the contract goes through a fetch handler. Imports nothing of Node, so that workerd and Deno run it, too. */

import { observedIn } from '../../js/test/contract.mjs';
import { wrap } from '../fetch.mjs';

const LEFT_OUT = {
  'a value that Headers refuses or trims': 22,
  'no host': 5,
  'a repeated field that Headers joins': 13,
  'a status that no Response can have': 11,
  'a method that Request refuses or rewrites': 13,
  'a path that URL rewrites': 26,
};

/** The way for `adapters/js/test/portable.mjs`. The counts are exact: a case that is left out must not go unnoticed. */
export const WAY = wayThrough(wrap, (country) => [contextIn(country)]);

/** The context that Netlify gives a handler. */
export const contextIn = (country) => ({ geo: country ? { country: { code: country } } : {} });

/**
 * The way through a handler that `handlerFor(engine, origin, options)` makes. `told(country, request)` tells it the
 * country as a host of its kind does, and returns what the handler is given besides the request.
 */
export function wayThrough(handlerFor, told) {
  return { leaveOut: notInFetch, leftOut: LEFT_OUT, run: (one, engine) => throughFetch(one, engine, handlerFor, told) };
}

async function throughFetch({ exchange }, engine, handlerFor, told) {
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
  const options = { log: (line) => lines.push(line) };
  const response = await handlerFor(engine, answer, options)(request, ...told(exchange.country, request));
  if (response.status !== exchange.status) throw new Error('another status');
  // Hosts may take the body from the answer to HEAD.
  if (body !== null && response.body === null && exchange.method !== 'HEAD') throw new Error('no body');
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
