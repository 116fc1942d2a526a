/** What Bun runs: the contract, from the file of platforms and cases that is its argument. */

import { runCases } from './portable.mjs';

const wasm = await Bun.file(new URL('../engine/engine.wasm', import.meta.url)).bytes();
const run = await Bun.file(Bun.argv[2]).json();
console.log(JSON.stringify(await runCases(new WebAssembly.Module(wasm), run)));
