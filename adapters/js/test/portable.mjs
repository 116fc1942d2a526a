/**
 * The contract where no server is: through the host module, a Lambda event, a fetch handler and a Worker. Imports
 * nothing of Node, so that workerd and Deno run the same file.
 */

import { WORKER } from '../../cloudflare/test/conformance.mjs';
import { FETCH } from '../../fetch/test/conformance.mjs';
import { LAMBDA_EDGE } from '../../lambda-edge/test/conformance.mjs';
import { COUNTRY, decideExchange, HOST, METHOD, PATH, REQUEST_FIELDS, SET_HEADER } from '../host.mjs';
import { engineFor, tally } from './contract.mjs';

/**
 * The ways, each with its platform's own: which cases it cannot be handed and why (`leaveOut`), how many these are
 * exactly (`leftOut`), and how it runs one.
 */
export const WAYS = {
  host: { leaveOut: () => null, leftOut: {}, run: throughHost },
  lambda: LAMBDA_EDGE,
  fetch: FETCH,
  worker: WORKER,
};

/** Runs all cases each way: `{way: {passed, failed: [message], leftOut: {reason: count}}}`. */
export async function runCases(module, cases) {
  const tallies = {};
  for (const [way, { leaveOut, run }] of Object.entries(WAYS)) {
    tallies[way] = await tally(cases, leaveOut, (one) => run(one, engineFor(module, one)));
  }
  return tallies;
}


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
