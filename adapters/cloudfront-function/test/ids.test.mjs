/** The ids: what two visitors share must not make them one, and what a visitor sees must not tell his id. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { eventOf } from './events.mjs';
import { functionsFor, load } from './functions.mjs';

const COUNT = Number(process.env.IDS ?? 500_000);
const [{ plain, minified }] = functionsFor([{ policy: {}, host: 'www.example.com' }]);
const PAGE = { method: 'GET', scheme: 'https', host: 'www.example.com', path: '/', request: [['sec-fetch-dest', 'document']], status: 200, response: [['content-type', 'text/html']] };
/** All that is random or moves stands still: a fresh run for each visitor, as CloudFront has it. */
const still = { clock: () => 1_750_000_000_000, random: () => 0.5 };

function visit(handler, requestId) {
  const event = eventOf(PAGE);
  event.context.requestId = requestId;
  return handler(event).cookies.FPD.value;
}

for (const [style, text] of [['readable', plain], ['minified', minified]]) {
  test(`${style}: two runs with the same seed and time give two ids`, () => {
    const ids = ['one', 'two'].map((id) => visit(load(text, still), id));
    assert.notEqual(ids[0], ids[1]);
    assert.match(ids[0], /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test(`${style}: without the secret, nothing of a request tells its id`, () => {
    const other = text.replace(/[\da-f]{64}/, '8'.repeat(64));
    assert.notEqual(other, text);
    assert.notEqual(visit(load(text, still), 'one'), visit(load(other, still), 'one'));
  });
}

test('an id is what HMAC-SHA256 makes of request, time, address, random number and count', () => {
  const secret = /[\da-f]{64}/.exec(plain)[0];
  const hmac = createHmac('sha256', secret).update('one,1750000000000,192.0.2.1,0.5,1').digest('hex');
  const id = visit(load(plain, still), 'one').replaceAll('-', '');
  for (const [from, to] of [[0, 12], [13, 16], [17, 32]]) assert.equal(id.slice(from, to), hmac.slice(from, to));
});

test('a request without an id of its own gets a visitor id all the same', () => {
  const handler = load(plain, still);
  const ids = [1, 2].map(() => visit(handler, undefined));
  assert.notEqual(ids[0], ids[1], 'the count tells them apart');
  const bare = eventOf(PAGE);
  delete bare.viewer;
  assert.ok(load(plain)(bare).cookies.FPD);
});

test('whatever the event lacks, the response comes back as it was', () => {
  const handler = load(plain);
  for (const break_ of [(e) => delete e.request, (e) => delete e.context, (e) => delete e.request.headers, (e) => delete e.response.headers, (e) => { e.request.cookies = null; }]) {
    const event = eventOf(PAGE);
    break_(event);
    const before = JSON.stringify(event.response);
    assert.equal(JSON.stringify(handler(event)), before);
  }
  assert.ok(handler({ ...eventOf(PAGE), response: { statusCode: 200, headers: {} } }).cookies.FPD, 'a response without cookies gets one');
});

test(`${COUNT} ids: no two are the same, and every free bit is even`, () => {
  const handler = load(plain, still);
  const halves = new BigUint64Array(COUNT);
  const nibbles = Array.from({ length: 32 }, () => new Float64Array(16));
  for (let i = 0; i < COUNT; i += 1) {
    const hex = visit(handler, `request-${i}`).replaceAll('-', '');
    // 64 of the 122 free bits: where they differ, the ids do.
    halves[i] = BigInt(`0x${hex.slice(0, 12)}${hex.slice(28)}`);
    for (let at = 0; at < 32; at += 1) nibbles[at][Number.parseInt(hex[at], 16)] += 1;
  }
  halves.sort();
  let same = 0;
  for (let i = 1; i < COUNT; i += 1) if (halves[i] === halves[i - 1]) same += 1;
  assert.equal(same, 0);
  const free = [...Array(32).keys()].filter((at) => at !== 12 && at !== 16);
  for (const at of free) {
    const chi = nibbles[at].reduce((sum, count) => sum + (count - COUNT / 16) ** 2 / (COUNT / 16), 0);
    // 15 degrees of freedom: beyond 60 once in three million times, for 30 places.
    assert.ok(chi < 60, `digit ${at}: chi-square ${chi}`);
  }
});
