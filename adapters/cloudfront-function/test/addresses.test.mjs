/** Which file an address means, in Node and in njs. `server/src/files/tests/addresses.rs` reads the same table. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { example, load } from './functions.mjs';
import { inNjs } from './njs.mjs';

const { rows } = JSON.parse(readFileSync(new URL('addresses.json', import.meta.url)));
const functions = JSON.parse(example('addresses', []));

/** What each function is to make of a row's path. */
const expected = {
  'clean-urls': ({ path, means }) => (means ? means[0] : path),
  'clean-urls-file': ({ path, means }) => (means ? means[1] : path),
  'single-page': ({ path, means }) => (means ? '/index.html' : path),
};

const querystring = { from: { value: 'a.b/c' } };

function eventOf({ path }) {
  return { version: '1.0', request: { method: 'GET', uri: path, querystring, headers: {}, cookies: {} } };
}

/** The paths for which a run gives another file than the table. */
function check(name, requests) {
  const got = requests.map(({ uri }, at) => `${rows[at].path} means ${uri}`);
  const want = rows.map((row) => `${row.path} means ${expected[name](row)}`);
  assert.deepEqual(got, want, name);
  for (const request of requests) assert.deepEqual(request.querystring, querystring, name);
}

test('every address has its function', () => {
  assert.deepEqual(Object.keys(functions).sort(), Object.keys(expected).sort());
});

for (const [name, text] of Object.entries(functions)) {
  test(`each address means its file in Node, ${name}`, () => {
    const handler = load(text);
    check(name, rows.map((row) => handler(eventOf(row))));
  });

  test(`each address means its file in njs, ${name}`, () => {
    const events = rows.map((row) => ({ event: eventOf(row), now: 0 }));
    check(name, inNjs(text, events).map(({ response }) => response));
  });

  test(`what has no address stays as it is, ${name}`, () => {
    const said = [];
    const request = { method: 'GET' };
    assert.equal(load(text, { log: (line) => said.push(line) })({ request }), request);
    assert.equal(said.length, 1);
  });
}
