/**
 * For Hono: a middleware that decides when everything behind it has answered, an error handler included.
 *
 * Hono's setter of `c.res` merges the fields of the response that is there into the new one: the origin's cookies would
 * replace the visitor's, and a `public` that was removed would return. Where there is no response, it merges nothing.
 */

import { onRequest, onResponse } from '../fetch/fetch.mjs';

/** The engine that decides for a context: where an application and its part both use it, it decides once. */
const DECIDED_BY = Symbol('hardtack');

/** A middleware: `app.use(visitor(engine))`, before all others. `c.get('visitor')` is `{id, outcome, reason}`. */
export function visitor(engine, options = {}) {
  return async function visited(c, next) {
    const visit = c.get(DECIDED_BY) === engine ? null : begin(engine, c, options);
    await next();
    // A context without a response is Hono's to complain about.
    if (visit !== null && c.finalized) replace(c, onResponse(visit, c.res));
  };
}

/**
 * Who the visitor is, for handlers; and for the origin, where the policy has a header for it. Hono's entry for Netlify
 * puts the host's context, which tells the country, into the environment.
 */
function begin(engine, c, options) {
  const visit = onRequest(engine, c.req.raw, options, c.env?.context);
  c.set(DECIDED_BY, engine);
  c.set('visitor', visit.visitor);
  c.req.raw = visit.forOrigin;
  return visit;
}

function replace(c, response) {
  if (response === c.res) return;
  c.res = undefined;
  c.res = response;
}
