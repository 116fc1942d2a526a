/** Compiled, never run: the ways in which the package is used, as users write them. */

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

import { createEngine, decideExchange, type Decision, type Visitor } from 'hardtack';
import { createWorker, withVisitor } from 'hardtack/cloudflare';
import { decorate, wrap } from 'hardtack/fetch';
import { createHandler } from 'hardtack/lambda-edge';
import { visitor, wrap as wrapListener } from 'hardtack/node';

const engine = createEngine(readFileSync('engine.wasm'), readFileSync('policy.bin'), { log: (line: string) => line });
const decision: Decision | null = decideExchange(engine, {
  scheme: 'https',
  method: 'GET',
  host: 'www.example.com',
  path: '/',
  request: [['cookie', 'a=b']],
  status: 200,
  response: new Headers(),
});
const handler = createHandler(engine, { log: console.log });
const answer: Promise<{ status: string } | undefined> = handler({});
const fetchHandler = wrap<{ ip: string }>(engine, (request, context, who: Visitor) => new Response(`${context.ip} ${who.id}`));
const response: Promise<Response> = fetchHandler(new Request('https://example.com/'), { ip: '' });
const decorated: Response = decorate(engine, new Request('https://example.com/'), new Response(), { scheme: 'https' });
const worker = createWorker(engine, { scheduled: () => 1, fetch: (request: Request) => fetch(request) });
const ran: number = worker.scheduled();
const alone = withVisitor(engine, async (request, env: { KEY: string }) => new Response(env.KEY));
createServer(wrapListener(engine, (req, res) => void res.end(req.visitor?.id ?? 'nobody')));
const middleware = visitor(engine, { trustProxy: true });
// @ts-expect-error an outcome is one of a closed list
const wrong: Visitor = { id: null, outcome: 'lost', reason: '' };
export { alone, answer, decision, decorated, middleware, ran, response, wrong };
