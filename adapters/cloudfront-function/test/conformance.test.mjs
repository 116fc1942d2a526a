/** The contract, for the function as it is uploaded: in this Node. `njs.test.mjs` runs it in njs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadCases } from './cases.mjs';
import { eventOf, impossible, observed } from './events.mjs';
import { functionsFor, load } from './functions.mjs';

const cases = loadCases();
const keys = new Map(cases.map((one) => [keyOf(one), { policy: one.policy, host: one.exchange.host, seal_keys: one.seal_keys }]));
const made = functionsFor([...keys.values()]);
const functions = new Map([...keys.keys()].map((key, i) => [key, made[i]]));

function keyOf({ policy, exchange, seal_keys }) {
  return JSON.stringify([policy, exchange.host, seal_keys]);
}

function run(text, one) {
  const lines = [];
  const handler = load(text, { clock: () => one.now * 1000 + 999, log: (line) => lines.push(line) });
  const event = eventOf(one.exchange, one.entropy);
  assert.ok(handler(event) === event.response, 'the response itself comes back');
  return { ...observed(event, one.exchange), lines };
}

/** `issued;reason=new_visitor;id="…"` */
function told(header) {
  const [, outcome, reason, id] = /^(\w+);reason=(\w+)(?:;speculation=\w+)?(?:;id="(.*)")?$/.exec(header);
  return { outcome, reason, id: id ?? null };
}

function check(one) {
  const { plain, minified, telling } = functions.get(keyOf(one));
  const { outcome, reason, id, set_cookie, headers, append = [], log } = one.expect;
  for (const text of [plain, minified]) {
    const got = run(text, one);
    equal(
      { set_cookie: got.set_cookie, headers: got.headers.sort(), lost: got.lost, log: got.lines },
      { set_cookie, headers: [...headers, ...append].map(([name, value]) => [name.toLowerCase(), value]).sort(), lost: [], log: log === null ? [] : [log] },
    );
  }
  const all = run(telling, one);
  equal(told(all.headers.find(([name]) => name === 'x-told')[1]), { outcome, reason, id });
}

/** As text: the differences of two long ones take minutes to find. */
function equal(got, expected) {
  const [one, other] = [got, expected].map((value) => JSON.stringify(value));
  assert.ok(one === other, `got      ${one.slice(0, 2000)}\nexpected ${other.slice(0, 2000)}`);
}

const left = new Map();
let held = 0;
for (const one of cases) {
  const { refused } = functions.get(keyOf(one));
  const why = impossible(one.exchange, one.policy) ?? (refused && `refused: ${refused}`);
  if (why) {
    left.set(why, (left.get(why) ?? 0) + 1);
    continue;
  }
  test(one.id, () => {
    check(one);
    held += 1;
  });
}

test('most cases hold, and policies are refused for known reasons only', () => {
  const skipped = [...left.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(held > 1000 && held > skipped, `${held} hold, ${skipped} are left out`);
  const refusals = [...left.keys()].filter((why) => why.startsWith('refused: '));
  for (const why of refusals) assert.match(why, /^refused: (signals\.request_header|scope\.error_pages) is not possible on cloudfront-function/);
  console.log(`${held} cases hold; left out:`, Object.fromEntries(left));
});
