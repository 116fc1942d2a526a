/** The contract, through everything that is no server, in the runtimes that are not Node: workerd, Deno and Bun. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { platforms } from './platforms.mjs';
import { bin } from './processes.mjs';
import { cases, check } from './tallies.mjs';
import { startWorkerd } from './workerd.mjs';

const DENO = ['run', '--node-modules-dir=manual', '--no-lock', '--allow-read'];
for (const [name, words] of Object.entries({ deno: DENO, bun: ['run'] })) {
  test(`all cases hold in ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
    try {
      const file = join(folder, 'cases.json');
      writeFileSync(file, JSON.stringify({ platforms, cases }));
      const main = new URL(`./${name}-main.mjs`, import.meta.url).pathname;
      const options = { maxBuffer: 1 << 28, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } };
      const { stdout } = await promisify(execFile)(bin(name), [...words, main, file], options);
      check(JSON.parse(stdout));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('all cases hold in workerd', async () => {
  const workerd = await startWorkerd();
  try {
    const response = await fetch(`${workerd.url}/__cases`, { method: 'POST', body: JSON.stringify({ platforms, cases }) });
    check(await response.json());
  } finally {
    await workerd.stop();
  }
});
