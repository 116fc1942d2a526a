/** Compiled, never run: the ways in which the middleware is used, as users write them. */

import { readFileSync } from 'node:fs';
import { Hono } from 'hono';

import { createEngine, type Visitor } from 'hardtack';
import { visitor } from 'hardtack/hono';

const engine = createEngine(readFileSync('engine.wasm'), readFileSync('policy.bin'));
const app = new Hono<{ Variables: { user: string } }>();
app.use(visitor(engine));
app.use('/shop/*', visitor(engine, { scheme: 'https', country: (request) => request.headers.get('x-country') ?? undefined }));
app.get('/', (c) => {
  const who: Visitor = c.get('visitor');
  const user: string = c.get('user');
  return c.text(`${user} ${who.id} ${c.var.visitor.outcome}`);
});
app.get('/wrong', (c) => {
  // @ts-expect-error an id is a string or null
  const id: number = c.get('visitor').id;
  return c.json(id);
});
// @ts-expect-error a scheme is one of two
app.use(visitor(engine, { scheme: 'ftp' }));
export default app;
