/** Astro: the middleware of the page, in the standalone server, and the page's own server around both. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { prepare, run, serving } from './example.mjs';
import { checkSite, ours, pageOf } from './site.mjs';

const env = { ASTRO_TELEMETRY_DISABLED: '1' };
let folder;

before(() => {
  folder = prepare('astro');
  run(folder, 'node_modules/astro/bin/astro.mjs', ['build'], env);
});

test('the middleware', (t) =>
  serving(folder, ['dist/server/entry.mjs'], async (port) => {
    await checkSite(t, port);
    assert.equal(ours(await pageOf(port, '/moved')).length, 1, 'a page that is rewritten');
    assert.deepEqual(ours(await pageOf(port, '/about')), [], 'a prerendered page is not the middleware\'s');
  }));

test('a server of one\'s own', (t) =>
  serving(folder, ['server.mjs'], async (port) => {
    await checkSite(t, port, { cookie: 'SERVER', showsVisitor: false });
    assert.equal(ours(await pageOf(port, '/about'), 'SERVER').length, 1, 'a prerendered page');
  }));
