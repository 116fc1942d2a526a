/**
 * Our function against one that appends a fixed cookie and looks at nothing, each run with an event of its own; and,
 * for a returning visitor, against one that looks at what the default rules ask, once each, and decides nothing else.
 *
 *     node bench/minimal.mjs                 microseconds, medians of one sitting, rounds taken in turns
 *     node bench/minimal.mjs --instructions  instructions in njs, counted by Valgrind: the same on a busy machine
 *
 * Needs njs, Rust for the build, and Valgrind for the count.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventOf } from '../test/events.mjs';
import { functionsFor } from '../test/functions.mjs';

// A clock of milliseconds tells a tenth of a microsecond over ten thousand runs.
const [ROUNDS, RUNS] = [7, 10_000];
const [FEW, MANY] = [500, 1500];
const folder = mkdtempSync(join(tmpdir(), 'hardtack-bench-'));
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const headers = [['sec-fetch-dest', 'document'], ['sec-fetch-mode', 'navigate'], ['accept', 'text/html,*/*;q=0.8'], ['user-agent', AGENT]];
const page = (cookie, request = headers) => eventOf({ method: 'GET', scheme: 'https', host: 'www.example.com', path: '/', request: [...request, ...cookie], status: 200, response: [['content-type', 'text/html; charset=utf-8']] });
const returning = page([['cookie', 'theme=dark; FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13; sid=abc']]);
const tutorial = { bots: { policy: 'treat-as-people' }, caches: { protect: false } };
const visits = [
  ['a returning visitor', {}, returning],
  ['  without bots', { bots: tutorial.bots }, returning],
  ['  without caches', { caches: tutorial.caches }, returning],
  ['  without both, as in the tutorial', tutorial, returning],
  ['  in a rare browser', {}, page([['cookie', 'FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13']], [...headers.slice(0, 3), ['user-agent', AGENT.replace('Win64', 'WOW64')]])],
  ['a new visitor', {}, page([['cookie', 'theme=dark; sid=abc']])],
  ['an image', {}, page([], [['sec-fetch-dest', 'image']])],
];

/** Each run has an event of its own, made before the clock starts. */
const driver = (event, events, runs) => `
const $text = ${JSON.stringify(JSON.stringify(event))};
const $events = [];
for (let i = 0; i < ${events}; i += 1) $events.push(JSON.parse($text));
const $start = Date.now();
for (let i = 0; i < ${runs}; i += 1) handler($events[i]);
console.log((Date.now() - $start) * 1000 / ${runs});`;

function run(command, text, event, events, runs) {
  const file = join(folder, 'run.js');
  writeFileSync(file, text + driver(event, events, runs));
  const { stdout, stderr, error } = spawnSync(command[0], [...command.slice(1), file], { encoding: 'utf8' });
  if (error) throw new Error(`no ${command[0]}: ${error.message} (apt-get install njs valgrind)`);
  return { stdout, stderr };
}

const microseconds = (engine) => (text, event) => Number(run([engine], text, event, RUNS, RUNS).stdout);

/** What most runs take: the difference of many and few. */
function instructions(text, event) {
  const [few, many] = [FEW, MANY].map((runs) => {
    const valgrind = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', 'njs'];
    return Number(/Collected : (\d+)/.exec(run(valgrind, text, event, MANY, runs).stderr)[1]);
  });
  return (many - few) / (MANY - FEW);
}

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const made = functionsFor(visits.map(([, policy]) => ({ policy, host: 'www.example.com' })));
const least = readFileSync(new URL('minimal.js', import.meta.url), 'utf8');
const looking = readFileSync(new URL('looking.js', import.meta.url), 'utf8');
const counts = process.argv.includes('--instructions');
const engines = counts ? [['njs', instructions, 1]] : [['njs', microseconds('njs'), ROUNDS], ['Node', microseconds(process.execPath), ROUNDS]];

for (const [name, measure, rounds] of engines) {
  console.log(`${name}, ${counts ? 'instructions' : 'µs'}`.padEnd(40) + '    ours  minimal   times  looking   times');
  visits.forEach(([visit, , event], i) => {
    const [ours, theirs, lookers] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      theirs.push(measure(least, event));
      ours.push(measure(made[i].plain, event));
      if (event === returning) lookers.push(measure(looking, event));
    }
    const own = median(ours);
    const beside = [theirs, lookers].filter((times) => times.length > 0).map(median);
    const digits = counts ? 0 : 2;
    const cells = beside.map((time) => `${time.toFixed(digits).padStart(8)} ${(own / time).toFixed(1).padStart(7)}`);
    console.log([visit.padEnd(38), own.toFixed(digits).padStart(9), ...cells].join(' '));
  });
}
rmSync(folder, { recursive: true });
