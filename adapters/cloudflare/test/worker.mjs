/** What workerd runs: the contract, and pages from an origin. */

import { createWorker } from '../cloudflare.mjs';
import { createEngine } from '../../js/host.mjs';
import module from '../../js/engine/engine.wasm';
import { runCases } from '../../js/test/portable.mjs';
import blob from './policy.bin';

const worker = createWorker(createEngine(module, blob), undefined, { assets: 'ORIGIN' });

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/__cases') return worker.fetch(request, env, ctx);
    return Response.json(await runCases(module, await request.json()));
  },
};
