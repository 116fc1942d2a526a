/**
 * Random exchanges: the function, in this Node, against the core, natively. `EXCHANGES` and `SEED` say how many and
 * which.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventOf, impossible, observed } from './events.mjs';
import { example, load } from './functions.mjs';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = Number(process.env.EXCHANGES ?? 100_000);

test(`${COUNT} random exchanges are decided the same, seed ${SEED}`, () => {
  const counts = { asked: 0, possible: 0, cookies: 0, forgotten: 0 };
  let handlers;
  let policy;
  for (const text of example('exchanges', [String(COUNT), String(SEED)], '').trimEnd().split('\n')) {
    const line = JSON.parse(text);
    if (line.plain) {
      handlers = [line.plain, line.minified].map((code) => load(code, { clock: () => 1_750_000_000_000 }));
      policy = { adopt: { derive: line.derive, beginnings: line.beginnings } };
      continue;
    }
    counts.asked += 1;
    if (impossible(line.exchange, policy)) continue;
    counts.possible += 1;
    if (line.set_cookie.length > 0) counts.cookies += 1;
    if (line.set_cookie.some((one) => one.includes('Max-Age=0'))) counts.forgotten += 1;
    const headers = line.headers.map(([name, value]) => [name.toLowerCase(), value]);
    for (const handler of handlers) {
      const event = eventOf(line.exchange, line.entropy);
      handler(event);
      const got = observed(event, line.exchange);
      const expected = { set_cookie: [...line.set_cookie], headers: [...headers], lost: got.lost };
      // Neither headers nor cookies have an order in an event.
      for (const one of [got, expected]) [one.headers, one.set_cookie].forEach((list) => list.sort());
      assert.ok(JSON.stringify(got) === JSON.stringify(expected), `got ${JSON.stringify(got)}\nof ${text}`);
    }
  }
  console.log(counts);
  assert.ok(counts.asked >= COUNT && counts.possible > COUNT * 0.9 && counts.cookies > COUNT / 10 && counts.forgotten > COUNT / 100, JSON.stringify(counts));
});
