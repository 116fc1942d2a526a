/** The contract, through everything that is no server: in this Node, in workerd and in Deno. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { loadCases, wasm } from './cases.mjs';
import { platforms } from './platforms.mjs';
import { runCases, wayOf } from './portable.mjs';
import { bin } from './processes.mjs';
import { startWorkerd } from './workerd.mjs';

const cases = loadCases();
const ways = new Map();
for (const platform of platforms) ways.set(platform, await wayOf(platform));

/** Each platform passes all cases but those left out, and leaves out no other number of them. */
function check(tallies) {
  for (const [platform, { passed, failed, leftOut: got }] of Object.entries(tallies)) {
    assert.deepEqual(failed, [], platform);
    assert.deepEqual(got, ways.get(platform).leftOut, platform);
    const skipped = Object.values(got).reduce((sum, count) => sum + count, 0);
    assert.equal(passed + skipped, cases.length, platform);
  }
  assert.deepEqual(Object.keys(tallies), platforms);
}

test('the platforms are found', () => {
  for (const one of ['cloudflare', 'fetch', 'js', 'lambda-edge']) assert.ok(platforms.includes(one), one);
});

test('all cases hold in this Node', async () => check(await runCases(new WebAssembly.Module(wasm), { platforms, cases })));

test('all cases hold in Deno', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  try {
    const file = join(folder, 'cases.json');
    writeFileSync(file, JSON.stringify({ platforms, cases }));
    const main = new URL('./deno-main.mjs', import.meta.url).pathname;
    const args = ['run', '--node-modules-dir=manual', '--no-lock', '--allow-read', main, file];
    const { stdout } = await promisify(execFile)(bin('deno'), args, { maxBuffer: 1 << 28, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } });
    check(JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('all cases hold in workerd', async () => {
  const workerd = await startWorkerd();
  try {
    const response = await fetch(`${workerd.url}/__cases`, { method: 'POST', body: JSON.stringify({ platforms, cases }) });
    check(await response.json());
  } finally {
    await workerd.stop();
  }
});
