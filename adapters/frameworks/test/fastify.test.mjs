/** Fastify: the hook of the page. */

import { test } from 'node:test';

import { prepare, serving } from './example.mjs';
import { checkSite } from './site.mjs';

test('Fastify', (t) => serving(prepare('fastify'), ['server.mjs'], (port) => checkSite(t, port, { attributes: '; Path=/; HttpOnly; SameSite=Lax' })));
