/**
 * For Cloudflare Workers: a handler object, or none, in which case the page comes from the origin or the static assets.
 *
 * Workers hand out `Cookie` headers that came apart as one, joined with commas, and the responses of `fetch` with
 * headers that cannot be changed; the rules read the one, and `fetch.mjs` copies the other. Responses with a WebSocket
 * pass.
 */

import { onRequest, onResponse } from '../fetch/fetch.mjs';

/**
 * A Worker from an engine: `export default createWorker(engine)`. `handler` is a Worker of your own, `{fetch(request,
 * env, ctx, visitor)}`, or that function; its other events stay. Without it the request goes to the binding named by
 * `assets`, where there is one, else to the origin.
 */
export function createWorker(engine, handler = undefined, options = {}) {
  const own = typeof handler === 'function' ? { fetch: handler } : (handler ?? {});
  const inner = own.fetch?.bind(own) ?? passOn(options.assets ?? 'ASSETS');
  return { ...own, fetch: withVisitor(engine, inner, options) };
}

/** The `fetch` function alone. `handler` is called with `(request, env, ctx, visitor)`. */
export function withVisitor(engine, handler, options = {}) {
  return async (request, env, ctx) => {
    const visit = onRequest(engine, request, options);
    const response = await handler(visit.forOrigin, env, ctx, visit.visitor);
    return onResponse(visit, response);
  };
}

function passOn(binding) {
  return (request, env) => (env?.[binding] ? env[binding].fetch(request) : fetch(request));
}
