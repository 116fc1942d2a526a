/** How the contract goes through a Worker. Imports nothing of Node: workerd runs it. */

import { wayThrough } from '../../fetch/test/conformance.mjs';
import { createWorker } from '../cloudflare.mjs';

/** The way for `adapters/js/test/portable.mjs`. A Worker is handed what a fetch handler is. */
export const WAY = wayThrough((engine, origin, options) => createWorker(engine, origin, options).fetch, asCloudflare);

function asCloudflare(country, request) {
  Object.defineProperty(request, 'cf', { value: { country } });
  return [];
}
