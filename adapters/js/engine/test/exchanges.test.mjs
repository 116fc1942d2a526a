// The same engine twice: what it answers when compiled for this machine, and when compiled to WebAssembly.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { example, instantiate } from './reference.mjs';

const COUNT = Number(process.env.EXCHANGES ?? 100_000);
const SEED = process.env.SEED ?? String(Date.now() % 1_000_000);
const QUESTIONS = { D: 'decide', F: 'foresee', R: 'read' };

test(`${COUNT} random exchanges are answered the same, seed ${SEED}`, () => {
  const { asked, answered, cookies } = replay(recorded());
  assert.equal(asked, COUNT);
  // Noise that is never answered would prove nothing.
  assert.ok(answered > COUNT * 0.9, `${answered} answered`);
  assert.ok(cookies > COUNT * 0.1, `${cookies} with an edit`);
});

function recorded() {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  try {
    const file = join(folder, 'exchanges');
    example('exchanges', [file, String(COUNT), SEED]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function replay(file) {
  const engine = instantiate();
  const counts = { asked: 0, answered: 0, cookies: 0 };
  let got;
  for (const { tag, bytes } of records(file)) {
    if (tag === 'P') {
      assert.equal(engine.load(bytes), 0);
    } else if (tag === 'A') {
      assert.ok(bytes.equals(got), `question ${counts.asked}: expected ${bytes.toString('latin1')}, got ${Buffer.from(got).toString('latin1')}`);
      counts.asked += 1;
      if (bytes.length > 0) counts.answered += 1;
      if (bytes[3] > 0) counts.cookies += 1;
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
