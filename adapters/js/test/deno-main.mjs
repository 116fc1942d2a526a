/** What Deno runs: the contract, from the file of platforms and cases that is its argument. */

import { runCases } from './portable.mjs';

const wasm = await Deno.readFile(new URL('../engine/engine.wasm', import.meta.url));
const run = JSON.parse(await Deno.readTextFile(Deno.args[0]));
console.log(JSON.stringify(await runCases(new WebAssembly.Module(wasm), run)));
