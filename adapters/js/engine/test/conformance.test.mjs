// The contract, run by the WebAssembly module.
import assert from 'node:assert/strict';
import test from 'node:test';
import { blobs, cases, decode, encode, instantiate, knownFailures } from './reference.mjs';

/** Fewer cases than this is a loader that lost some. */
const AT_LEAST = 1102;

/** Cases that bytes cannot express, `file: name` and why. There are none: a part may hold any bytes. */
const INEXPRESSIBLE = {};

const all = cases();
const policies = blobs(all);

test('no case has gone missing', () => {
  assert.ok(all.length >= AT_LEAST, `${all.length} cases`);
});

test('every case holds, byte for byte', () => {
  const engine = instantiate();
  const known = knownFailures();
  const problems = [];
  all.forEach((one, at) => {
    const id = `${one.file.replace('.json', '')}: ${one.name}`;
    if (id in INEXPRESSIBLE) return;
    assert.equal(engine.load(policies[at]), 0, id);
    const got = decode(engine.ask('decide', encode(one)));
    const holds = JSON.stringify(sorted(got)) === JSON.stringify(sorted(one.expect));
    if (holds === id in known) problems.push({ id, expected: one.expect, got });
  });
  assert.deepEqual(problems, []);
});

test('what the request half decides is what is decided, unless the response says otherwise', () => {
  const engine = instantiate();
  all.forEach((one, at) => {
    engine.load(policies[at]);
    const input = encode(one);
    const [decided, half] = ['decide', 'on_request'].map((question) => decode(engine.ask(question, input)));
    assert.deepEqual([half.set_cookie, half.append, half.log], [[], [], null]);
    // The edits of a foresight are those to the request.
    const origin = [...half.headers, ...half.remove.map((name) => [name, null])];
    assert.deepEqual(origin, one.expect.origin ?? [], one.name);
    if (decided.outcome === 'skipped') return;
    const { outcome, reason, id } = half;
    assert.deepEqual([outcome, reason, id], [decided.outcome, decided.reason, decided.id], one.name);
  });
});

test('an id that was kept or renewed is the one that is read', () => {
  const engine = instantiate();
  let ids = 0;
  all.forEach((one, at) => {
    engine.load(policies[at]);
    const { outcome, reason, id } = decode(engine.ask('read', encode(one)));
    assert.deepEqual([outcome, reason], ['skipped', null]);
    if (['renewed', 'kept'].includes(one.expect.outcome)) {
      assert.equal(id, one.expect.id, one.name);
      ids += 1;
    }
  });
  assert.ok(ids > 100, `${ids} ids`);
});

function sorted({ outcome, reason, id, set_cookie, headers, append = [], remove = [], log }) {
  return { outcome, reason, id, set_cookie, headers, append, remove, log };
}
