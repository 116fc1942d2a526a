/** The contract in njs. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { loadCases } from './cases.mjs';
import { eventOf, impossible, observed } from './events.mjs';
import { functionsFor } from './functions.mjs';
import { folder, inNjs } from './njs.mjs';

const possible = loadCases().filter((one) => !impossible(one.exchange, one.policy));
const groups = Object.groupBy
  ? Object.groupBy(possible, keyOf)
  : possible.reduce((all, one) => ({ ...all, [keyOf(one)]: [...(all[keyOf(one)] ?? []), one] }), {});

function keyOf({ policy, exchange, seal_keys }) {
  return JSON.stringify([policy, exchange.host, seal_keys]);
}

const list = Object.values(groups);
const made = functionsFor(list.map(([one]) => ({ policy: one.policy, host: one.exchange.host, seal_keys: one.seal_keys })));

test('every case that the platform can be handed holds in njs', () => {
  let held = 0;
  list.forEach((cases, i) => {
    if (made[i].refused) return;
    const events = cases.map((one) => ({ event: eventOf(one.exchange, one.entropy), now: one.now }));
    const answers = [made[i].plain, made[i].minified].flatMap((text) => inNjs(text, events).map((answer, at) => [answer, at]));
    answers.forEach(([{ response, said }, at]) => {
      const { id, exchange, expect } = cases[at];
      const { set_cookie, headers } = observed({ response }, exchange);
      const got = JSON.stringify({ set_cookie, headers: headers.sort(), said });
      const want = JSON.stringify({
        set_cookie: expect.set_cookie,
        headers: [...expect.headers, ...(expect.append ?? [])].map(([name, value]) => [name.toLowerCase(), value]).sort(),
        said: expect.log === null ? [] : [expect.log],
      });
      assert.ok(got === want, `${id}\ngot      ${got.slice(0, 600)}\nexpected ${want.slice(0, 600)}`);
      held += 1;
    });
  });
  assert.ok(held > 2500, `${held} cases`);
});

test('what it refuses is refused as CloudFront does', () => {
  for (const source of ['let [a] = [1];', 'class A {}', 'for (const a of [1]) {}', 'const a = {}; a?.b;', 'f(...[1]);']) {
    writeFileSync(join(folder, 'bad.js'), source);
    const { stdout, stderr } = spawnSync('njs', [join(folder, 'bad.js')], { encoding: 'utf8' });
    assert.match(stdout + stderr, /SyntaxError/, source);
  }
});
