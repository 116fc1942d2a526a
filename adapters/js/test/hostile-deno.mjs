/** What Deno serves for `hostile.test.mjs`: pages behind the adapter for fetch, with the policy in its argument. */

import { wrap } from '../../fetch/fetch.mjs';
import { createEngine } from '../host.mjs';
import { page } from './hostile-page.mjs';

const wasm = await Deno.readFile(new URL('../engine/engine.wasm', import.meta.url));
const engine = createEngine(wasm, Uint8Array.from(atob(Deno.args[0]), (byte) => byte.charCodeAt(0)));
const onListen = ({ port }) => console.log(`port ${port}`);

Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, wrap(engine, ({ headers }) => {
  const { body, type } = page([...headers]);
  return new Response(body, { headers: { 'content-type': type } });
}));
