/** How the contract goes through the host module. Imports nothing of Node, so that workerd and Deno run it, too. */

import { COUNTRY, decideExchange, HOST, METHOD, PATH, REQUEST_FIELDS, SET_HEADER } from '../host.mjs';

/** The way for `portable.mjs`. The host module can be handed every case. */
export const WAY = { leaveOut: () => null, leftOut: {}, run: throughHost };

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
