/** Random exchanges: the function, in this Node, against the core, natively. `EXCHANGES` and `SEED` say how many and which. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventOf, impossible, observed } from './events.mjs';
import { example, load } from './functions.mjs';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = Number(process.env.EXCHANGES ?? 100_000);

test(`${COUNT} random exchanges are decided the same, seed ${SEED}`, () => {
  const counts = { asked: 0, possible: 0, cookies: 0 };
  let handler;
  for (const text of example('exchanges', [String(COUNT), String(SEED)], '').trimEnd().split('\n')) {
    const line = JSON.parse(text);
    if (line.plain) {
      handler = load(line.plain, { clock: () => 1_750_000_000_000 });
      continue;
    }
    counts.asked += 1;
    if (impossible(line.exchange)) continue;
    counts.possible += 1;
    const event = eventOf(line.exchange, line.entropy);
    handler(event);
    const got = observed(event, line.exchange);
    const expected = { set_cookie: line.set_cookie, headers: line.headers.map(([name, value]) => [name.toLowerCase(), value]), lost: got.lost };
    if (line.set_cookie.length > 0) counts.cookies += 1;
    // Headers have no order in an event.
    for (const one of [got, expected]) one.headers.sort();
    assert.equal(JSON.stringify(got), JSON.stringify(expected), text);
  }
  assert.ok(counts.asked >= COUNT && counts.possible > COUNT / 20 && counts.cookies > COUNT / 100, JSON.stringify(counts));
});
