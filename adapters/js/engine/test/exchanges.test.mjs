// The same engine twice: what it answers when compiled for this machine, and when compiled to WebAssembly.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { REASONS, instantiate, startExample } from './reference.mjs';

/** Each seed's exchanges are drawn in a process of its own, for that is what takes the time. */
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : [1, 2].map((which) => (Date.now() % 1_000_000) * 2 + which);
const COUNT = Math.ceil(Number(process.env.EXCHANGES ?? 100_000) / SEEDS.length);
/** Reasons that random exchanges rarely have. */
const RARE = ['not_due', 'link_preview'];
const QUESTIONS = { D: 'decide', F: 'on_request', R: 'read' };

for (const seed of SEEDS) {
  test(`${COUNT} random exchanges are answered the same, seed ${seed}`, async () => {
    const { asked, answered, edited, reasons } = replay(await recordings.get(seed));
    assert.equal(asked, COUNT);
    // Noise that is never answered would prove nothing.
    assert.ok(answered > COUNT * 0.9, `${answered} answered`);
    assert.ok(edited > COUNT * 0.1, `${edited} with an edit`);
    const missing = REASONS.filter((reason, i) => !reasons.has(i) && !RARE.includes(reason));
    assert.ok(COUNT < 10_000 || missing.length === 0, `never ${missing}`);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
after(() => rmSync(folder, { recursive: true }));
const recordings = new Map(SEEDS.map((seed) => [seed, recorded(seed)]));

async function recorded(seed) {
  const file = join(folder, String(seed));
  await startExample('exchanges', [file, String(COUNT), String(seed)]);
  return readFileSync(file);
}

function replay(file) {
  const engine = instantiate();
  const counts = { asked: 0, answered: 0, edited: 0, reasons: new Set() };
  let got = null;
  for (const { tag, bytes } of records(file)) {
    if (tag === 'P') {
      assert.equal(engine.load(bytes), 0);
    } else if (tag === 'A') {
      assert.deepEqual(Buffer.from(got), Buffer.from(bytes), `question ${counts.asked}`);
      counts.asked += 1;
      if (bytes.length > 0) counts.answered += 1;
      if (bytes[3] > 0) counts.edited += 1;
      counts.reasons.add(bytes[1]);
    } else {
      got = engine.ask(QUESTIONS[tag], bytes);
    }
  }
  return counts;
}

function* records(file) {
  for (let at = 0; at < file.length;) {
    const end = at + 5 + file.readUInt32LE(at + 1);
    yield { tag: String.fromCharCode(file[at]), bytes: file.subarray(at + 5, end) };
    at = end;
  }
}
