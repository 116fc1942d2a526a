// hardtack {version} for servers on Node. Policy {hash}.
import { engine as wasm } from './engine.mjs';
import { createEngine } from './host.mjs';
import * as adapter from './node.mjs';
import { policy, reserved } from './policy.mjs';

export { policyHash } from './policy.mjs';

const engine = createEngine(wasm, policy, { reserved });

/** A middleware for Express and Connect: `app.use(visitor())`, before all others. */
export const visitor = (options) => adapter.visitor(engine, options);

/** A listener of `http`, `https` or `http2`, wrapped: `http.createServer(wrap(listener))`. */
export const wrap = (listener, options) => adapter.wrap(engine, listener, options);
