/** The contract, through everything that is no server, in this Node. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { wasm } from './cases.mjs';
import { platforms } from './platforms.mjs';
import { runCases } from './portable.mjs';
import { cases, check } from './tallies.mjs';

test('the platforms are found', () => {
  for (const one of ['cloudflare', 'fetch', 'js', 'lambda-edge']) assert.ok(platforms.includes(one), one);
});

test('all cases hold in this Node', async () => check(await runCases(new WebAssembly.Module(wasm), { platforms, cases })));
