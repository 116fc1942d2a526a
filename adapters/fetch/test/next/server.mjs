/** A custom server: the decision sees what the page answers, its status, redirects and cookies. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { createEngine } from 'hardtack';
import { wrap } from 'hardtack/node';
import next from 'next';

const engine = createEngine(readFileSync('hardtack/engine.wasm'), readFileSync(process.env.POLICY));
const app = next({ dev: false });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer(wrap(engine, (req, res) => handle(req, res), { trustProxy: true }));
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
