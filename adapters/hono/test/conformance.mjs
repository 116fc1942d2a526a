/** How the contract goes through a Hono application. Imports nothing of Node, so that workerd and Deno run it, too. */

import { Hono } from 'hono';

import { contextIn, wayThrough } from '../../fetch/test/conformance.mjs';
import { visitor } from '../hono.mjs';

/** The way for `adapters/js/test/portable.mjs`. An application is handed what a fetch handler is. */
export const WAY = wayThrough((engine, origin, options) => {
  const app = new Hono();
  app.use(visitor(engine, options));
  app.all('*', (c) => origin(c.req.raw));
  return app.fetch;
}, (country) => [{ context: contextIn(country) }]);
