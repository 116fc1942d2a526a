/** SvelteKit: the hook of the page, in `node build`, and the page's own server around both. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { prepare, run, serving } from './example.mjs';
import { checkSite, ours, pageOf } from './site.mjs';

const attributes = '; Path=/; HttpOnly; Secure; SameSite=Lax';
let folder;

before(() => {
  folder = prepare('sveltekit');
  run(folder, 'node_modules/vite/bin/vite.js', ['build']);
});

test('the hook', (t) =>
  serving(folder, ['build'], async (port) => {
    await checkSite(t, port, { attributes });
    assert.deepEqual(ours(await pageOf(port, '/about')), [], 'a prerendered page is not the hook\'s');
  }));

test('a server of one\'s own', (t) =>
  serving(folder, ['server.mjs'], async (port) => {
    await checkSite(t, port, { attributes, cookie: 'SERVER', showsVisitor: false });
    assert.equal(ours(await pageOf(port, '/about'), 'SERVER').length, 1, 'a prerendered page');
  }));
