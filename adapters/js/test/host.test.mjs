/** The host module: its words are core's, what it remembers is never another visitor's, and nothing makes it throw. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { COOKIE, createEngine, decideExchange, HOST, METHOD, PATH, SEC_FETCH_DEST, SET_COOKIE } from '../host.mjs';
import { blobFor, blobsFor, fromHex, wasm } from './cases.mjs';

const module = new WebAssembly.Module(wasm);
const blob = blobFor({ signals: { response_header: 'x-visitor', log: true } }, 'www.example.com');
const quiet = { log: () => {} };
const fixed = { ...quiet, now: () => 1_750_000_000, entropy: (bytes) => bytes.fill(7) };
const page = { scheme: 'https', method: 'GET', host: 'www.example.com', path: '/', request: [['sec-fetch-dest', 'document']], status: 200, response: [] };
const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';

/** Small alphabets, so that parts are often the same as the last time, and often not. */
function randomExchange(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const maybe = (name, list) => (random() < 0.6 ? [[name, pick(list)]] : []);
  return {
    scheme: pick(['http', 'https']),
    method: pick(['GET', 'GET', 'POST', 'HEAD']),
    host: pick(['www.example.com', 'example.com', 'localhost', '']),
    path: pick(['/', '/a', `/${'long/'.repeat(20)}`]),
    request: [
      ...maybe('sec-fetch-dest', ['document', 'image']),
      ...maybe('sec-fetch-mode', ['navigate', 'cors']),
      ...maybe('accept', ['text/html', '*/*', `${'a/b,'.repeat(20)}text/html`, 'caf\u00e9']),
      ...maybe('cookie', [`FPD=${ID}`, 'a=b', 'FPD=no', `${'\u00ff'.repeat(60)}; FPD=${ID}`, '']),
      ...maybe('cookie', [`FPD=${ID.replace('6', '7')}`]),
    ],
    status: pick([200, 302, 404]),
    response: [...maybe('content-type', ['text/html', 'image/png']), ...maybe('location', ['/', 'https://elsewhere.example/']), ...maybe('set-cookie', ['a=1', 'FPD=1'])],
  };
}

test('an engine that has seen other exchanges decides as a new one does', () => {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const old = createEngine(module, blob, fixed);
  for (let i = 0; i < 3000; i += 1) {
    const exchange = randomExchange(random);
    const expected = decideExchange(createEngine(module, blob, fixed), exchange);
    assert.deepEqual(decideExchange(old, exchange), expected, JSON.stringify(exchange));
  }
});

test('no id is given twice, whatever happens between', () => {
  const engine = createEngine(module, blob, quiet);
  const ids = new Set();
  for (let i = 0; i < 5000; i += 1) {
    if (i % 3 === 0) decideExchange(engine, { ...page, request: [...page.request, ['cookie', `FPD=${ID}`]] });
    if (i % 5 === 0) decideExchange(engine, { ...page, status: 500 });
    if (i % 7 === 0) decideExchange(engine, { ...page, status: -1 });
    ids.add(decideExchange(engine, page).id);
  }
  assert.equal(ids.size, 5000);
});

test('the memory does not grow', () => {
  let memory;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...all) { const made = new Instance(...all); memory = made.exports.memory; return made; };
  const engine = createEngine(module, blob, quiet);
  WebAssembly.Instance = Instance;
  const before = memory.buffer.byteLength;
  for (let i = 0; i < 20_000; i += 1) decideExchange(engine, { ...page, request: [...page.request, ['cookie', 'a=b; '.repeat(i % 1000)]] });
  assert.equal(memory.buffer.byteLength, before);
});

test('two halves of an exchange have one id, if they have the same bytes', () => {
  const engine = createEngine(module, blob, quiet);
  const entropy = engine.drawEntropy();
  const half = (run) => {
    engine.begin(true, 200, entropy);
    for (const [tag, text] of [[METHOD, 'GET'], [HOST, 'www.example.com'], [PATH, '/'], [SEC_FETCH_DEST, 'document']]) engine.put(tag, text);
    assert.ok(run());
    return engine.id;
  };
  const first = half(() => engine.onRequest());
  decideExchange(engine, page);
  assert.equal(half(() => engine.decide()), first);
});

test('the time is asked for where anything depends on it', () => {
  const key = '6d'.repeat(32);
  const timed = [
    { signals: { log: true } },
    { renew: { when: '30d' } },
    { consent: { required: 'everywhere', from: ['tcf'] } },
    { id: { sealed: true } },
  ];
  const untimed = [{}, { signals: { response_header: 'x-visitor' } }];
  for (const policy of [...timed, ...untimed]) {
    let asked = 0;
    const now = () => (asked += 1);
    const seal_keys = policy.id && [key];
    const [hex] = blobsFor([{ policy, host: 'www.example.com', seal_keys }]);
    assert.notEqual(decideExchange(createEngine(module, fromHex(hex), { ...fixed, now }), page), null);
    assert.equal(asked, timed.includes(policy) ? 1 : 0, JSON.stringify(policy));
  }
});

test('an id is read whatever the request is for', () => {
  const engine = createEngine(module, blob, quiet);
  engine.begin(true, 200);
  engine.put(COOKIE, `a=b; FPD=${ID}`);
  assert.ok(engine.read());
  assert.equal(engine.id, ID);
});

/** Refused: there is no decision, one line says why, and the next exchange is decided as ever. */
function refused(name, spoil, words) {
  test(`left alone: ${name}`, () => {
    const lines = [];
    const engine = createEngine(module, blob, { log: (line) => lines.push(line) });
    assert.equal(decideExchange(engine, spoil({ ...page })), null);
    assert.equal(lines.length, 1);
    assert.match(lines[0], words);
    assert.equal(decideExchange(engine, page).outcome, 'issued');
  });
}

refused('more than the engine takes', (one) => ({ ...one, path: 'a'.repeat(200_000) }), /more than/);
refused('more than the engine takes, bit by bit', (one) => ({ ...one, request: Array.from({ length: 200 }, () => ['cookie', 'a'.repeat(1000)]) }), /more than/);
refused('a method that is none', (one) => ({ ...one, method: undefined }), /no string/);
refused('a status that is none', (one) => ({ ...one, status: Number.NaN }), /status/);
refused('a status beyond 16 bits', (one) => ({ ...one, status: 65_536 + 200 }), /status/);

/** A returning visitor is one, whatever else stands in the headers, and wherever it stands. */
function recognised(name, text) {
  test(`no character switches the engine off: ${name}`, () => {
    const lines = [];
    const engine = createEngine(module, blob, { log: (line) => lines.push(line) });
    for (const cookie of [`FPD=${ID}; a=${text}`, `a=${text}; FPD=${ID}`, `FPD=${ID}; a=${text.repeat(500)}`]) {
      const request = [['cookie', cookie], ['accept', text], ['user-agent', `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${text}`], ...page.request];
      assert.equal(decideExchange(engine, { ...page, path: `/${text}`, request })?.outcome, 'renewed');
      assert.equal(engine.id, ID);
    }
    assert.notEqual(decideExchange(engine, { ...page, host: `www.${text}.example.com`, method: text }), null);
    assert.deepEqual(lines, []);
  });
}

recognised('Latin-1', '\u00e9\u00ff');
recognised('beyond Latin-1', '\u20ac\u0146');
recognised('beyond the first plane', '\u{1f36a}');
recognised('what a decoder writes for bytes that it cannot read', '\ufffd');
recognised('half of a surrogate pair', '\ud83d');
recognised('its other half, at the end', 'a\udf6a');
recognised('controls', '\u0001\u007f\u009b');

test('each value is bytes, or UTF-8 where a character is none', () => {
  const engine = createEngine(module, blob, { ...quiet });
  const pathIn = (path) => JSON.parse(decideExchange(engine, { ...page, path }).logLine).path;
  for (const [path, expected] of [
    ['/\u00c3\u00a9', '/\u00e9'],
    ['/\u20ac\u00e9', '/\u20ac\u00e9'],
    ['/\ud83d-', '/\ufffd-'],
    [`/\u20ac${'x'.repeat(60)}`, `/\u20ac${'x'.repeat(60)}`],
    [`/\u00c3\u00a9${'x'.repeat(60)}`, `/\u00e9${'x'.repeat(60)}`],
  ]) assert.equal(pathIn(path), expected, path);
});

test('a message that quotes what a client sent is one short line', () => {
  const lines = [];
  const engine = createEngine(module, blob, { log: (line) => lines.push(line), entropy: () => { throw new Error(`a\r\n\u009b2J${'x'.repeat(9999)}`); } });
  assert.equal(decideExchange(engine, page), null);
  assert.equal(lines.length, 1);
  assert.ok(lines[0].length < 300);
  assert.doesNotMatch(lines[0], /[\0-\x1f\x7f-\x9f]/);
});

test('the headers that no client may send are the policy\'s, by every name that CGI takes for them', () => {
  const signalling = blobFor({ signals: { request_header: 'X-Visitor-Id' } }, 'www.example.com');
  const reserved = (engine) => ['x-visitor-id', 'X_Visitor_Id', 'X-VISITOR_ID', 'x.visitor+id', 'x-visitor', 'x-visitor-id2', 'cookie'].map((name) => engine.isReserved(name));
  const all = [true, true, true, true, false, false, false];
  const engine = createEngine(module, signalling, quiet);
  assert.ok(engine.reserves);
  assert.deepEqual([engine.outcome, engine.reason, engine.id], ['skipped', '', null]);
  assert.deepEqual(reserved(engine), all);
  // An engine that could not be made knows what it was told.
  for (const wasm of [new Uint8Array(3), module]) assert.deepEqual(reserved(createEngine(wasm, new Uint8Array(3), { ...quiet, reserved: ['x-visitor-id'] })), all);
  const none = createEngine(module, blob, quiet);
  assert.ok(!none.reserves);
  assert.ok(reserved(none).every((is) => !is));
});

test('left alone: no randomness, until there is some', () => {
  let dry = true;
  const entropy = (bytes) => { if (dry) throw new Error('dry'); crypto.getRandomValues(bytes); };
  const engine = createEngine(module, blob, { ...quiet, entropy });
  assert.equal(decideExchange(engine, page), null);
  dry = false;
  assert.equal(decideExchange(engine, page).outcome, 'issued');
});

test('an engine that traps is replaced by a new one', () => {
  const { Instance } = WebAssembly;
  let traps = 1;
  WebAssembly.Instance = function (...all) {
    const { exports } = new Instance(...all);
    return { exports: { ...exports, decide: (length) => { if (traps > 0) { traps -= 1; throw new WebAssembly.RuntimeError('unreachable'); } return exports.decide(length); } } };
  };
  try {
    const lines = [];
    const engine = createEngine(module, blob, { log: (line) => lines.push(line) });
    assert.equal(decideExchange(engine, page), null);
    assert.deepEqual(lines, ['hardtack: left a response as it is: unreachable']);
    assert.equal(decideExchange(engine, page).outcome, 'issued');
  } finally {
    WebAssembly.Instance = Instance;
  }
});
