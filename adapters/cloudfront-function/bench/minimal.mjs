/**
 * Our function against one that appends a fixed cookie and looks at nothing: microseconds for each run, medians of one
 * sitting, rounds taken in turns. `node bench/minimal.mjs` needs njs, and Rust for the build.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventOf } from '../test/events.mjs';
import { functionsFor } from '../test/functions.mjs';

const [ROUNDS, RUNS] = [9, 2000];
const folder = mkdtempSync(join(tmpdir(), 'hardtack-bench-'));
const headers = [['sec-fetch-dest', 'document'], ['sec-fetch-mode', 'navigate'], ['accept', 'text/html,*/*;q=0.8'], ['user-agent', 'Mozilla/5.0']];
const page = (cookie) => eventOf({ method: 'GET', scheme: 'https', host: 'www.example.com', path: '/', request: [...headers, ...cookie], status: 200, response: [['content-type', 'text/html; charset=utf-8'], ['cache-control', 'max-age=60']] });
const visits = {
  'a returning visitor': page([['cookie', 'theme=dark; FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13; sid=abc']]),
  'a new visitor': page([['cookie', 'theme=dark; sid=abc']]),
  'an image': { ...page([]), request: { ...page([]).request, headers: { 'sec-fetch-dest': { value: 'image' } } } },
};

/** Each run has an event of its own, made before the clock starts. */
const driver = (event) => `
const TEXT = ${JSON.stringify(JSON.stringify(event))};
const events = [];
for (let i = 0; i < ${RUNS}; i += 1) events.push(JSON.parse(TEXT));
const start = Date.now();
for (let i = 0; i < ${RUNS}; i += 1) handler(events[i]);
console.log((Date.now() - start) * 1000 / ${RUNS});`;

function microseconds(engine, text, event) {
  const file = join(folder, 'run.js');
  writeFileSync(file, text + driver(event));
  const { stdout, error } = spawnSync(engine, [file], { encoding: 'utf8' });
  if (error) throw new Error(`no ${engine}: ${error.message} (apt-get install njs)`);
  return Number(stdout);
}

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const [{ plain }] = functionsFor([{ policy: {}, host: 'www.example.com' }]);
const least = readFileSync(new URL('minimal.js', import.meta.url), 'utf8');

for (const engine of ['njs', process.execPath]) {
  for (const [name, event] of Object.entries(visits)) {
    const [ours, theirs] = [[], []];
    for (let i = 0; i < ROUNDS; i += 1) {
      theirs.push(microseconds(engine, least, event));
      ours.push(microseconds(engine, plain, event));
    }
    const [a, b] = [median(ours), median(theirs)];
    console.log(`${engine === 'njs' ? 'njs ' : 'Node'}  ${name.padEnd(20)} ours ${a.toFixed(2).padStart(7)} µs   minimal ${b.toFixed(2).padStart(6)} µs`);
  }
}
rmSync(folder, { recursive: true });
