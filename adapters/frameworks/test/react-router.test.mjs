/** React Router: the middleware of the page, in `react-router-serve`, and the page's own server around both. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { prepare, run, serving } from './example.mjs';
import { checkSite, ours, pageOf } from './site.mjs';

let folder;

before(() => {
  folder = prepare('react-router');
  run(folder, 'node_modules/@react-router/dev/bin.cjs', ['build']);
});

test('the middleware', (t) =>
  serving(folder, ['node_modules/@react-router/serve/bin.cjs', 'build/server/index.js'], async (port) => {
    await checkSite(t, port);
    assert.deepEqual(ours(await pageOf(port, '/about/')), [], 'a prerendered page is not the middleware\'s');
  }));

test('a server of one\'s own', (t) =>
  serving(folder, ['server.mjs'], async (port) => {
    await checkSite(t, port, { cookie: 'SERVER', showsVisitor: false });
    assert.equal(ours(await pageOf(port, '/about/'), 'SERVER').length, 1, 'a prerendered page');
  }));
