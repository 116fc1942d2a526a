// hardtack {version} for Cloudflare Workers. Policy {hash}.
import { createWorker } from './cloudflare.mjs';
import engine from './engine.wasm';
import { createEngine } from './host.mjs';
import { policy } from './policy.mjs';

// A second argument is a Worker of your own: `createWorker(engine, { fetch(request, env, ctx, visitor) {…} })`.
export default createWorker(createEngine(engine, policy));
