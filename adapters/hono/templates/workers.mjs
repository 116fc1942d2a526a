// hardtack {version} for Hono on Cloudflare Workers, which compile no WebAssembly at run time. Policy {hash}.
import wasm from './engine.wasm';
import * as adapter from './hono.mjs';
import { createEngine } from './host.mjs';
import { policy, reserved } from './policy.mjs';

export { policyHash } from './policy.mjs';

const engine = createEngine(wasm, policy, { reserved });

/** The middleware: `app.use(visitor())`, before all others. */
export const visitor = (options) => adapter.visitor(engine, options);
