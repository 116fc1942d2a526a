// hardtack {version} for hosts that speak fetch. Policy {hash}.
import { engine as wasm } from './engine.mjs';
import * as adapter from './fetch.mjs';
import { createEngine } from './host.mjs';
import { policy, reserved } from './policy.mjs';

export { policyHash } from './policy.mjs';

const engine = createEngine(wasm, policy, { reserved });

/** Wraps a handler `(request, context, visitor)`: its pages get the cookie. */
export const wrap = (handler, options) => adapter.wrap(engine, handler, options);

/** A response that is already there, or a copy that carries the cookie. */
export const decorate = (request, response, options) => adapter.decorate(engine, request, response, options);
