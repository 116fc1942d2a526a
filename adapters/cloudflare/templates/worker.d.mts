import type { Worker } from './cloudflare.mjs';

/** A Worker in front of the static assets or the origin. */
declare const worker: Worker;
export default worker;
