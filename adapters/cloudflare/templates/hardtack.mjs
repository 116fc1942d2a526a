// hardtack {version} for Cloudflare Workers. Policy {hash}.
import * as adapter from './cloudflare.mjs';
import wasm from './engine.wasm';
import { createEngine } from './host.mjs';
import { policy, reserved } from './policy.mjs';

export { policyHash } from './policy.mjs';

const engine = createEngine(wasm, policy, { reserved });

/**
 * A Worker around one of your own, `{ fetch(request, env, ctx, visitor) }`, or around the origin or the static assets.
 */
export const createWorker = (handler, options) => adapter.createWorker(engine, handler, options);
