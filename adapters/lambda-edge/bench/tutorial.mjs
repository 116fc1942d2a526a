/**
 * Our Lambda@Edge handler against one written the tutorial's way, side by side in one process: `npm run bench`.
 *
 * Rounds alternate, and medians count. Events are built in small batches right before they are handled, so that they
 * are as warm in the processor's cache as in Lambda, which parses an event and then calls the handler; building has its
 * own line.
 */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

import { createEngine } from '../../js/host.mjs';
import { createHandler } from '../lambda-edge.mjs';
import { blobFor, wasm } from '../../js/test/cases.mjs';
import { eventTexts, VISITS } from './events.mjs';

const BATCH = 32;
const BATCHES = 150;
const ROUNDS = 41;
const STARTS = 20;
const CALLS = 5_000_000;

const packageRoot = new URL('../../', import.meta.url).pathname;
const blob = blobFor({}, 'www.example.com');
/**
 * What the tutorial does, too. The defaults do more: they keep pages with an id out of shared caches, tell bots
 * from people, and renew the cookie of a visitor who returns.
 */
const LIKE_FOR_LIKE = { caches: { protect: false }, bots: { policy: 'treat-as-people' }, renew: { when: 'never' } };
const ours = createHandler(createEngine(wasm, blobFor(LIKE_FOR_LIKE, 'www.example.com')));
const withDefaults = createHandler(createEngine(wasm, blob));
const { handler: theirs } = createRequire(import.meta.url)('./tutorial-handler.cjs');

const now = () => Number(process.hrtime.bigint());
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const row = (...cells) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(32) : String(cell).padStart(12))).join(''));

console.log(`Node ${process.version}, ${process.arch}`);
await handling();
starts();
sizes();
await memory();

async function handling() {
  row('\nns per event', 'building', 'tutorial', 'hardtack', 'ratio', 'defaults', 'ratio');
  for (const [visit, cookiesOf] of Object.entries(VISITS)) {
    const texts = eventTexts(cookiesOf);
    const times = { building: [], idle: [], theirs: [], ours: [], withDefaults: [] };
    for (let i = 0; i < ROUNDS; i += 1) {
      await round(texts, ours, times, 'ours');
      await round(texts, withDefaults, times, 'withDefaults');
      await round(texts, theirs, times, 'theirs');
      await round(texts, idle, times, 'idle');
    }
    const sides = ['building', 'idle', 'theirs', 'ours', 'withDefaults'];
    const [building, nothing, tutorial, hardtack, defaults] = sides.map((side) => median(times[side]));
    // What an asynchronous call costs that does nothing counts for neither.
    const [net, netOurs, netDefaults] = [tutorial - nothing, hardtack - nothing, defaults - nothing];
    const ratio = (side) => (net / side).toFixed(2);
    row(visit, building.toFixed(0), net.toFixed(0), netOurs.toFixed(0), ratio(netOurs), netDefaults.toFixed(0), ratio(netDefaults));
  }
}

async function idle(event) {
  return event.Records[0].cf.response;
}

/** Each batch counts on its own, so that one that is held up moves no median. */
async function round(texts, handler, times, side) {
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const started = now();
    const events = [];
    for (let i = 0; i < BATCH; i += 1) events.push(JSON.parse(texts[i % texts.length]));
    const built = now();
    for (let i = 0; i < BATCH; i += 1) await handler(events[i]);
    times.building.push((built - started) / BATCH);
    times[side].push((now() - built) / BATCH);
  }
}

/** Fresh processes, one after the other, both sides in turn: from the first import to the first answer. */
function starts() {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  try {
    layOut(folder);
    const [text] = eventTexts(VISITS['new visitor, no cookies']);
    const once = (side) => Number(execFileSync(process.execPath, [join(packageRoot, 'lambda-edge/bench/load.mjs'), side, folder, text]));
    const times = { ours: [], theirs: [] };
    for (let i = 0; i < STARTS; i += 1) {
      times.theirs.push(once('theirs'));
      times.ours.push(once('ours'));
    }
    row('\nms per cold start', '', 'tutorial', 'hardtack', 'ratio');
    const [tutorial, hardtack] = [median(times.theirs), median(times.ours)];
    row(`median of ${STARTS}`, '', tutorial.toFixed(2), hardtack.toFixed(2), (tutorial / hardtack).toFixed(2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `hardtack build lambda-edge` makes, where it is built; else the same modules with a file for each part. */
function layOut(folder) {
  const cli = ['dist', 'release', 'debug'].map((profile) => join(packageRoot, '../target', profile, 'hardtack')).find(exists);
  if (cli && exists('/usr/bin/unzip')) {
    execFileSync(cli, ['build', 'lambda-edge', '--host', 'www.example.com', '-o', folder, '-q'], { stdio: 'ignore' });
    execFileSync('unzip', ['-q', join(folder, 'lambda-edge.zip'), '-d', folder]);
    return;
  }
  for (const path of ['js/host.mjs', 'lambda-edge/lambda-edge.mjs']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(packageRoot, path), join(folder, path));
  }
  writeFileSync(join(folder, 'engine.wasm'), wasm);
  writeFileSync(join(folder, 'policy.bin'), blob);
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { readFileSync } from 'node:fs';
import { createEngine } from './js/host.mjs';
import { createHandler } from './lambda-edge/lambda-edge.mjs';
const read = (name) => readFileSync(new URL(name, import.meta.url));
export const handler = createHandler(createEngine(read('engine.wasm'), read('policy.bin')));
`,
  );
}

function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function sizes() {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  try {
    layOut(folder);
    const zip = join(folder, 'lambda-edge.zip');
    const hardtack = exists(zip) ? statSync(zip).size : zipped(folder);
    const tutorial = zipped(join(packageRoot, 'node_modules/uuid')) + zipped(join(packageRoot, 'node_modules/cookie')) + zippedFile('index.js', readFileSync(join(packageRoot, 'lambda-edge/bench/tutorial-handler.cjs')));
    row('\nbytes of the zip', '', 'tutorial', 'hardtack', 'ratio');
    row(exists(zip) ? 'as built' : 'the same modules', '', tutorial, hardtack, (tutorial / hardtack).toFixed(2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function zipped(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? zipped(path) : zippedFile(path.split('node_modules/').at(-1), readFileSync(path))), 0);
}

/** The compressed bytes, and a zip's two headers for a file: 30 and 46 bytes, each with the name. */
function zippedFile(name, content) {
  return deflateRawSync(content, { level: 9 }).length + 76 + 2 * name.length;
}

/** The resident set after a tenth of the calls and after all of them. */
async function memory() {
  const events = eventTexts(VISITS['new visitor, other cookies']).map((text) => JSON.parse(text));
  const sizesAt = [];
  for (let i = 1; i <= CALLS; i += 1) {
    const event = events[i % events.length];
    event.Records[0].cf.response.headers['set-cookie'] = [];
    await ours(event);
    if (i === CALLS / 10 || i === CALLS) sizesAt.push(process.memoryUsage().rss);
  }
  row('\nMB resident', '', 'after 10 %', 'after all', 'growth');
  const [first, last] = sizesAt.map((bytes) => bytes / 1e6);
  row(`${CALLS / 1e6} million calls`, '', first.toFixed(1), last.toFixed(1), (last - first).toFixed(1));
}
