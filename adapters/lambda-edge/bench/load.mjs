/**
 * One cold start: loads a handler and has it answer one event; prints the milliseconds. `load.mjs ours|theirs FOLDER
 * EVENT`.
 */

import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , side, folder, text] = process.argv;
const event = JSON.parse(text);
const started = performance.now();
const { handler } = side === 'ours' ? await import(join(folder, 'index.mjs')) : createRequire(import.meta.url)('./tutorial-handler.cjs');
await handler(event);
console.log(performance.now() - started);
