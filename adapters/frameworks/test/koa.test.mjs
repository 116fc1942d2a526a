/** Koa: the wrapped application of the page. */

import { test } from 'node:test';

import { prepare, serving } from './example.mjs';
import { checkSite } from './site.mjs';

test('Koa', (t) => serving(prepare('koa'), ['server.mjs'], (port) => checkSite(t, port, { attributes: '; path=/; httponly' })));
