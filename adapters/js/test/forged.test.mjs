/**
 * The header that tells the origin the visitor, on every host: no client's own gets through, by no name that an
 * application behind CGI or WSGI takes for it, and whatever fails.
 */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { test } from 'node:test';

import express from 'express';
import { Hono } from 'hono';

import { createWorker } from '../../cloudflare/cloudflare.mjs';
import { decorate, wrap } from '../../fetch/fetch.mjs';
import { visitor as honoVisitor } from '../../hono/hono.mjs';
import { visitor, wrap as wrapNode } from '../../node/node.mjs';
import { createEngine } from '../host.mjs';
import { blobFor, wasm } from './cases.mjs';
import { listen } from './processes.mjs';
import { parse, roundTrip } from './wire.mjs';

const module = new WebAssembly.Module(wasm);
const blob = blobFor({ signals: { request_header: 'x-visitor-id' } }, 'www.example.com');
const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const quiet = { log: () => {} };
const FORGED = `renewed;reason=returning_visitor;id="${ID.replace('6', '7')}"`;
const NAMES = ['x-visitor-id', 'X_Visitor_Id', 'x_visitor-id', 'x.visitor.id'];
const OWN = { host: 'www.example.com', 'sec-fetch-dest': 'document', 'x-own': 'kept', 'x_own': 'kept' };

/** Each answers the names and values that the origin sees. */
const told = (entries) => JSON.stringify([...entries].filter(([name]) => /^x[-_.]/i.test(name)).map(([name, value]) => [name.toLowerCase(), value]).sort());
const onFetch = (handlerFor) => async (engine, headers) => (await handlerFor(engine)(new Request('https://www.example.com/', { method: 'POST', body: 'posted', headers }))).text();
const answer = async (request) => new Response(`${told(request.headers)} ${await request.text()}`);
const onNode = (listenerFor) => async (engine, headers) => {
  const server = await listen(listenerFor(engine, (req, res) => {
    const raw = req.rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, req.rawHeaders[i + 1]]]));
    const distinct = Object.entries(req.headersDistinct).map(([name, values]) => [name, values.join()]);
    if (told(raw) !== told(Object.entries(req.headers)) || told(raw) !== told(distinct)) return res.end('not the same in every form');
    req.setEncoding('utf8').on('data', (text) => res.end(`${told(raw)} ${text}`));
  }), (listener) => createServer({ maxHeaderSize: 1 << 20 }, listener));
  try {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return parse(await roundTrip(server.port, `POST / HTTP/1.1\r\n${head}Connection: close\r\nContent-Length: 6\r\n\r\nposted`)).body.replace(/^\w+\r\n([^]*?)\r\n0\r\n\r\n$/, '$1');
  } finally {
    await server.stop();
  }
};

const HOSTS = {
  fetch: onFetch((engine) => wrap(engine, answer)),
  Workers: onFetch((engine) => createWorker(engine, answer).fetch),
  Hono: onFetch((engine) => {
    const app = new Hono();
    app.use(honoVisitor(engine));
    app.all('*', (c) => answer(c.req.raw));
    return app.fetch;
  }),
  'node:http': onNode((engine, listener) => wrapNode(engine, listener)),
  Express: onNode((engine, listener) => express().use(visitor(engine)).use(listener)),
};

/** What goes wrong, as an engine and further headers; and whether the origin is told all the same. */
const FAILURES = {
  nothing: [() => createEngine(module, blob, quiet), {}, true],
  'more than the engine takes': [() => createEngine(module, blob, quiet), { cookie: `FPD=${ID}; a=${'x'.repeat(140_000)}` }, false],
  'characters beyond ASCII': [() => createEngine(module, blob, quiet), { cookie: `FPD=${ID}; a=\u00e9\u00ff` }, true],
  'no randomness': [() => createEngine(module, blob, { ...quiet, entropy: () => { throw new Error('dry'); } }), {}, false],
  'an engine that could not be made': [() => createEngine(new Uint8Array(3), blob, { ...quiet, reserved: ['X-Visitor-Id'] }), {}, false],
  'an engine that throws': [() => Object.assign(createEngine(module, blob, quiet), { onRequest: () => { throw new Error('mine'); } }), {}, false],
  'a log that throws': [() => createEngine(module, blob, { log: () => { throw new Error('full'); } }), {}, true],
};

for (const [host, originOf] of Object.entries(HOSTS)) {
  for (const [failure, [engineOf, headers, isTold]] of Object.entries(FAILURES)) {
    test(`${host}: ${failure}`, async () => {
      for (const name of NAMES) {
        const seen = await originOf(engineOf(), { ...OWN, ...headers, [name]: FORGED });
        const [, list, body] = /^(.*\]\]) (.*)$/.exec(seen) ?? assert.fail(seen);
        assert.equal(body, 'posted');
        const fields = JSON.parse(list);
        assert.ok(!list.includes(FORGED.slice(-20)), seen);
        assert.deepEqual(fields.filter(([field]) => field.endsWith('own')), [['x-own', 'kept'], ['x_own', 'kept']]);
        assert.equal(fields.some(([field]) => field === 'x-visitor-id'), isTold, seen);
        assert.equal(fields.length, isTold ? 3 : 2, seen);
      }
    });
  }
}

test('a framework\'s own kind of request stays one', async () => {
  class OwnRequest extends Request {
    more = 'more';
  }
  const request = new OwnRequest('https://www.example.com/', { headers: { ...OWN, X_Visitor_Id: FORGED } });
  const handler = wrap(createEngine(module, blob, quiet), (seen) => new Response(`${seen.more} ${told(seen.headers)}`));
  const text = await (await handler(request)).text();
  assert.match(text, /^more \[\["x-own","kept"\],\["x-visitor-id","issued;/);
  assert.ok(!text.includes(FORGED));
});

test('HTTP/2', async () => {
  const server = createHttp2Server(wrapNode(createEngine(module, blob, quiet), (req, res) => res.end(told(Object.entries(req.headers)))));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connectHttp2(`http://127.0.0.1:${server.address().port}`);
  try {
    const stream = client.request({ 'sec-fetch-dest': 'document', 'x-own': 'kept', 'x-visitor-id': FORGED, 'x_visitor_id': FORGED });
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += chunk;
    assert.match(text, /^\[\["x-own","kept"\],\["x-visitor-id","issued;/);
    assert.ok(!text.includes(FORGED));
  } finally {
    client.close();
    server.close();
  }
});

test('a response that is there already is too late for the origin, and the log says so once', () => {
  const lines = [];
  const late = createEngine(module, blob, { log: (line) => lines.push(line) });
  const request = new Request('https://www.example.com/', { headers: OWN });
  for (let i = 0; i < 3; i += 1) assert.equal(decorate(late, request, new Response()).headers.getSetCookie().length, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /use wrap/);
});

test('a body that somebody has read already costs the visitor nothing', async () => {
  const request = new Request('https://www.example.com/', { method: 'POST', body: 'posted', headers: { ...OWN, 'x-visitor-id': FORGED } });
  await request.text();
  const handler = wrap(createEngine(module, blob, quiet), (seen) => new Response(told(seen.headers)));
  assert.ok(!(await (await handler(request)).text()).includes(FORGED));
});
