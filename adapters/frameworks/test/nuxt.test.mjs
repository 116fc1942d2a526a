/** Nuxt: the plugin of the page, in the server that `nuxt build` makes. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { prepare, run, serving } from './example.mjs';
import { checkSite, ours, pageOf } from './site.mjs';

let folder;

before(() => {
  folder = prepare('nuxt');
  run(folder, 'node_modules/nuxt/bin/nuxt.mjs', ['build'], { NUXT_TELEMETRY_DISABLED: '1' });
});

test('Nuxt', (t) =>
  serving(folder, ['.output/server/index.mjs'], async (port) => {
    await checkSite(t, port);
    assert.equal(ours(await pageOf(port, '/about')).length, 1, 'a prerendered page');
    const [one, other] = [await pageOf(port, '/cached'), await pageOf(port, '/cached')].map((page) => ours(page)[0]);
    assert.notEqual(one, other, 'a page that Nitro caches');
  }));
