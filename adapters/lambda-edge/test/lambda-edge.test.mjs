/** The viewer-response handler: events as CloudFront documents them, and events as nobody does. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { createEngine } from '../../js/host.mjs';
import { createHandler } from '../lambda-edge.mjs';
import { blobsFor, fromHex, wasm } from '../../js/test/cases.mjs';

const folder = new URL('./events/', import.meta.url);
const module = new WebAssembly.Module(wasm);
const [plain, signalling, forbidding] = blobsFor(
  [{}, { signals: { response_header: 'X-Visitor', log: true } }, { signals: { response_header: 'X-Cache' } }].map((policy) => ({ policy, host: 'www.example.com' })),
).map(fromHex);

const quiet = { log: () => {} };
const engine = createEngine(module, plain, quiet);
const handler = createHandler(engine, quiet);

const recorded = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const firstVisit = () => recorded('first-visit').event;
const cfOf = (event) => event.Records[0].cf;

for (const file of readdirSync(folder)) {
  const { about, event, outcome, reason } = recorded(file.replace('.json', ''));
  test(`${about}: ${outcome}, ${reason}`, async () => {
    const { response } = cfOf(event);
    const before = structuredClone(response);
    assert.equal(await handler(event), response, 'the response itself comes back');
    assert.deepEqual([engine.outcome, engine.reason], [outcome, reason]);
    const { 'set-cookie': cookies = [], 'cache-control': caches = [], ...rest } = response.headers;
    const { 'set-cookie': origins = [], 'cache-control': cachesBefore = [], ...restBefore } = before.headers;
    if (outcome === 'skipped') assert.deepEqual(caches, cachesBefore, 'caches may store what carries no cookie');
    else assert.match(caches.map(({ value }) => value).join(), /private|no-store/, 'caches may not store the cookie');
    assert.deepEqual({ ...response, headers: rest }, { ...before, headers: restBefore }, 'nothing else changes');
    assert.deepEqual(cookies.slice(0, origins.length), origins, "the origin's cookies stay first");
    assert.equal(cookies.length - origins.length, outcome === 'skipped' ? 0 : 1);
    if (outcome !== 'skipped') assert.match(cookies.at(-1).value, /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  });
}

test('two visitors get two ids', async () => {
  const ids = new Set();
  for (let i = 0; i < 1000; i += 1) ids.add((await handler(firstVisit())).headers['set-cookie'][0].value);
  assert.equal(ids.size, 1000);
});

test('signals: a header by its name, and a log line', async () => {
  const lines = [];
  const response = await createHandler(createEngine(module, signalling), { log: (line) => lines.push(line) })(firstVisit());
  assert.match(response.headers['x-visitor'][0].value, /^issued;reason=new_visitor;id="/);
  assert.equal(response.headers['x-visitor'][0].key, 'X-Visitor');
  assert.equal(JSON.parse(lines[0]).outcome, 'issued');
});

test('a header that CloudFront forbids is left out, the cookie is not', async () => {
  const response = await createHandler(createEngine(module, forbidding), quiet)(firstVisit());
  assert.equal(response.headers['x-cache'], undefined);
  assert.equal(response.headers['set-cookie'].length, 1);
});

test('a 40 KB cookie is read', async () => {
  const event = firstVisit();
  cfOf(event).request.headers.cookie = [{ key: 'Cookie', value: `${'a=b; '.repeat(8192)}FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13` }];
  await handler(event);
  assert.equal(engine.outcome, 'renewed');
});

test('no character keeps a visitor from being recognised', async () => {
  for (const text of ['\u00e9\u00ff', '\u20ac', '\u{1f36a}', '\ufffd', '\ud83d', 'a\udf6a', '\u0001\u009b', '\u20ac'.repeat(3000)]) {
    const event = firstVisit();
    const { headers } = cfOf(event).request;
    headers.cookie = [{ key: 'Cookie', value: `a=${text}; FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13; b=${text}` }];
    headers['user-agent'] = [{ key: 'User-Agent', value: `Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0 ${text}` }];
    cfOf(event).request.uri = `/${text}`;
    await handler(event);
    assert.equal(engine.outcome, 'renewed', text.slice(0, 9));
  }
});

test('an engine that could not be made leaves every response alone', async () => {
  for (const broken of [createEngine(new Uint8Array(3), plain, quiet), createEngine(module, new Uint8Array(9), quiet), createEngine(module, null, quiet)]) {
    assert.ok(broken.error instanceof Error);
    const event = firstVisit();
    assert.deepEqual(await createHandler(broken, quiet)(event), recorded('first-visit').event.Records[0].cf.response);
  }
});

test('a log that throws costs nobody the page', async () => {
  const noisy = { log: () => { throw new Error('full'); } };
  const response = await createHandler(createEngine(module, signalling, noisy), noisy)(firstVisit());
  assert.equal(response.headers['set-cookie'].length, 1);
  await createHandler(engine, noisy)(null);
});

/**
 * The event of a first visit, spoilt: what comes back is its response as it was, and nobody hears a word but the log.
 */
const spoil = (change) => {
  const event = firstVisit();
  return change(event, cfOf(event), cfOf(event).request, cfOf(event).response) ?? event;
};
const throwing = { get: () => { throw new Error('trap'); } };

const MALFORMED = {
  'status a float': (e, cf, req, res) => { res.status = '200.5'; },
  'status a word': (e, cf, req, res) => { res.status = 'OK'; },
  'status empty': (e, cf, req, res) => { res.status = ''; },
  'status null': (e, cf, req, res) => { res.status = null; },
  'status missing': (e, cf, req, res) => { delete res.status; },
  'status negative': (e, cf, req, res) => { res.status = '-1'; },
  'status too large': (e, cf, req, res) => { res.status = '65536'; },
  'status an object': (e, cf, req, res) => { res.status = { code: 200 }; },
  'response headers missing': (e, cf, req, res) => { delete res.headers; },
  'response headers null': (e, cf, req, res) => { res.headers = null; },
  'response headers a string': (e, cf, req, res) => { res.headers = 'content-type: text/html'; },
  'response headers a list': (e, cf, req, res) => { res.headers = []; },
  'response headers frozen': (e, cf, req, res) => { Object.freeze(res.headers); },
  'response headers that throw': (e, cf, req, res) => { res.headers = new Proxy({}, throwing); },
  'set-cookie a string': (e, cf, req, res) => { res.headers['set-cookie'] = 'a=b'; },
  'set-cookie null': (e, cf, req, res) => { res.headers['set-cookie'] = null; },
  'set-cookie with a number': (e, cf, req, res) => { res.headers['set-cookie'] = [{ key: 'Set-Cookie', value: 7 }]; },
  'set-cookie with a null entry': (e, cf, req, res) => { res.headers['set-cookie'] = [null]; },
  'set-cookie a frozen list': (e, cf, req, res) => { res.headers['set-cookie'] = Object.freeze([]); },
  'content-type a string': (e, cf, req, res) => { res.headers['content-type'] = 'text/html'; },
  'location a number': (e, cf, req, res) => { res.headers.location = 7; },
  'request missing': (e, cf) => { delete cf.request; },
  'request null': (e, cf) => { cf.request = null; },
  'request a string': (e, cf) => { cf.request = 'GET /'; },
  'request headers missing': (e, cf, req) => { delete req.headers; },
  'request headers null': (e, cf, req) => { req.headers = null; },
  'request headers a list': (e, cf, req) => { req.headers = [{ key: 'Cookie', value: 'a=b' }]; },
  'method missing': (e, cf, req) => { delete req.method; },
  'method a number': (e, cf, req) => { req.method = 7; },
  'uri missing': (e, cf, req) => { delete req.uri; },
  'uri an object': (e, cf, req) => { req.uri = { path: '/' }; },
  'host a string': (e, cf, req) => { req.headers.host = 'www.example.com'; },
  'host an empty list': (e, cf, req) => { req.headers.host = []; },
  'host null': (e, cf, req) => { req.headers.host = null; },
  'cookie a string': (e, cf, req) => { req.headers.cookie = 'FPD=1'; },
  'cookie an object': (e, cf, req) => { req.headers.cookie = { value: 'FPD=1' }; },
  'cookie without a value': (e, cf, req) => { req.headers.cookie = [{ key: 'Cookie' }]; },
  'cookie with a null value': (e, cf, req) => { req.headers.cookie = [{ value: null }]; },
  'cookie a list of lists': (e, cf, req) => { req.headers.cookie = [['FPD=1']]; },
  'cookie a list of strings': (e, cf, req) => { req.headers.cookie = ['FPD=1']; },
  'cookie longer than the engine takes': (e, cf, req) => { req.headers.cookie = [{ value: 'a'.repeat(200_000) }]; },
  'cookie longer than the engine takes, in UTF-8': (e, cf, req) => { req.headers.cookie = [{ value: '\u20ac'.repeat(50_000) }]; },
  'sec-fetch-dest true': (e, cf, req) => { req.headers['sec-fetch-dest'] = true; },
  'accept a number': (e, cf, req) => { delete req.headers['sec-fetch-dest']; req.headers.accept = 1; },
};

for (const [name, change] of Object.entries(MALFORMED)) {
  test(`malformed: ${name}`, async () => {
    const event = spoil(change);
    const { response } = cfOf(event);
    const before = name.includes('throw') ? null : structuredClone(response);
    assert.equal(await handler(event), response);
    if (before) assert.deepEqual(response, before);
  });
}

const request = { method: 'GET', uri: '/', headers: {} };
const response = { status: '200', headers: {} };
const SHAPELESS = [
  ['nothing', undefined, undefined],
  ['null', null, undefined],
  ['a string', 'event', undefined],
  ['a number', 7, undefined],
  ['an empty object', {}, undefined],
  ['no records', { Records: [] }, undefined],
  ['records null', { Records: null }, undefined],
  ['records an object', { Records: {} }, undefined],
  ['a null record', { Records: [null] }, undefined],
  ['no cf', { Records: [{}] }, undefined],
  ['cf null', { Records: [{ cf: null }] }, undefined],
  ['no response: the request, so that CloudFront goes on with it', { Records: [{ cf: { request } }] }, request],
  ['a response null', { Records: [{ cf: { request, response: null } }] }, request],
  ['a response alone', { Records: [{ cf: { response } }] }, response],
  ['cf at the top', { cf: { response } }, response],
  ['a response at the top', { response }, response],
  ['an event that throws', new Proxy({}, throwing), undefined],
];

for (const [name, event, expected] of SHAPELESS) {
  test(`malformed: ${name}`, async () => assert.equal((await handler(event)) ?? undefined, expected));
}
