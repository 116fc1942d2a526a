// The module itself: what it exports, refuses and keeps.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { blobs, cases, decode, encode, instantiate, wasm } from './reference.mjs';

const all = cases();
const policies = blobs(all);
const NOT_A_BLOB = 2;
const TOO_LONG = 1;
const DAMAGED = 4;

test('it imports nothing and exports what is described', () => {
  const module = new WebAssembly.Module(wasm);
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const exports = WebAssembly.Module.exports(module).filter(({ name }) => !name.startsWith('__'));
  const names = exports.map(({ name }) => name).sort();
  assert.deepEqual(names, ['abi', 'capacity', 'decide', 'fields', 'input', 'load', 'memory', 'on_request', 'output', 'read']);
});

test('it is small', () => {
  assert.ok(wasm.length < 60_000, `${wasm.length} bytes`);
  const gzipped = gzipSync(wasm, { level: 9 }).length;
  assert.ok(gzipped < 30_000, `${gzipped} bytes gzipped`);
});

test('no slice in it can be out of range', () => {
  assert.doesNotMatch(wasm.toString('latin1'), /out of range|out of bounds/);
});

test('it names no path of the machine that made it', () => {
  assert.doesNotMatch(wasm.toString('latin1'), /\/home\/|\/root\/|\/Users\/|registry|crates\.io/);
});

test('it speaks version 3, and its buffers lie apart in its memory', () => {
  const { abi, input, output, capacity, memory } = instantiate().exports;
  assert.equal(abi(), 3);
  assert.equal(capacity(), 131_072);
  assert.ok(input() > 0 && input() + capacity() <= memory.buffer.byteLength);
  assert.ok(output() > 0 && output() + 40_960 <= memory.buffer.byteLength);
  assert.ok(output() >= input() + capacity() || input() >= output() + 40_960);
});

test('without a policy there is no answer', () => {
  const engine = instantiate();
  for (const question of ['decide', 'on_request', 'read']) {
    assert.equal(engine.ask(question, encode(all[0])).length, 0);
  }
});

test('a blob that is refused has its number, and leaves the policy before in place', () => {
  const engine = instantiate();
  assert.equal(engine.load(policies[0]), 0);
  const damaged = Uint8Array.from(policies[0]);
  damaged[8] ^= 1;
  assert.equal(engine.load(damaged), DAMAGED);
  assert.equal(engine.load([]), NOT_A_BLOB);
  assert.equal(engine.exports.load(engine.exports.capacity() + 1), TOO_LONG);
  assert.equal(engine.exports.load(-1), TOO_LONG);
  assert.deepEqual(decode(engine.ask('decide', encode(all[0]))), { ...all[0].expect, append: [], remove: [] });
});

test('lengths that no buffer has are refused', () => {
  const engine = instantiate();
  engine.load(policies[0]);
  for (const length of [131_073, 2 ** 31 - 1, -1, 0]) {
    for (const question of ['decide', 'on_request', 'read']) {
      assert.equal(engine.exports[question](length), 0, `${question}(${length})`);
    }
  }
});

test('an exchange as long as the buffer is answered', () => {
  const engine = instantiate();
  const one = structuredClone(all.find(({ expect }) => expect.outcome === 'renewed'));
  engine.load(policies[all.findIndex(({ name }) => name === one.name)]);
  const room = engine.exports.capacity() - encode(one).length - 5;
  one.exchange.request.push(['cookie', ';'.repeat(room)]);
  const input = encode(one);
  assert.equal(input.length, engine.exports.capacity());
  assert.deepEqual(decode(engine.ask('decide', input)), { ...one.expect, append: [], remove: [] });
});

test('its memory does not grow over five million calls', () => {
  const engine = instantiate();
  const { memory, decide, input } = engine.exports;
  const inputs = all.map(encode);
  engine.load(policies[0]);
  const before = memory.buffer;
  const bytes = new Uint8Array(before);
  const address = input();
  let answered = 0;
  for (let call = 0; call < 5_000_000; call += 1) {
    const exchange = inputs[call % 40];
    bytes.set(exchange, address);
    if (decide(exchange.length) > 0) answered += 1;
  }
  assert.equal(answered, 5_000_000);
  assert.equal(memory.buffer, before);
});

test('its memory does not grow with every policy that is loaded', () => {
  const engine = instantiate();
  const { memory } = engine.exports;
  const loadAll = () => policies.forEach((policy) => assert.equal(engine.load(policy), 0));
  loadAll();
  const before = memory.buffer.byteLength;
  for (let round = 0; round < 20; round += 1) loadAll();
  assert.equal(memory.buffer.byteLength, before);
});
