/** Fetch handlers and Workers: what goes in comes out, with one more line. */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';

import { createWorker, withVisitor } from '../../cloudflare/cloudflare.mjs';
import { decorate, wrap } from '../fetch.mjs';
import { createEngine } from '../../js/host.mjs';
import { blobFor, wasm } from '../../js/test/cases.mjs';
import { listen } from '../../js/test/processes.mjs';
import { parse, roundTrip } from '../../js/test/wire.mjs';
import { startWorkerd } from '../../js/test/workerd.mjs';

const engine = createEngine(wasm, blobFor({}, 'www.example.com'), { log: () => {} });
const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const document = (init = {}) => new Request('https://www.example.com/', { ...init, headers: { 'sec-fetch-dest': 'document', ...init.headers } });
const page = (init) => new Response('<p>page', { ...init, headers: { 'content-type': 'text/html', ...init?.headers } });

test('a page gets the cookie, its body and the origin\'s cookies', async () => {
  const origin = page();
  origin.headers.append('set-cookie', 'a=1');
  origin.headers.append('set-cookie', 'b=2');
  const response = decorate(engine, document(), origin);
  const cookies = response.headers.getSetCookie();
  assert.deepEqual(cookies.slice(0, 2), ['a=1', 'b=2']);
  assert.equal(cookies.length, 3);
  assert.equal(await response.text(), '<p>page');
});

test('a response that a handler hands out to everybody collects nobody\'s cookie', async () => {
  const shared = new Response(null, { status: 302, headers: { location: '/' } });
  const handler = wrap(engine, () => shared);
  for (let i = 0; i < 3; i += 1) assert.equal((await handler(document())).headers.getSetCookie().length, 1);
  assert.deepEqual(shared.headers.getSetCookie(), []);
});

test('the handler gets request, context, visitor and the rest, and keeps its `this`', async () => {
  const site = {
    name: 'site',
    fetch: wrap(engine, function handler(request, context, visitor, more) {
      return Response.json([this.name, request.url, context, visitor.outcome, more]);
    }),
  };
  const response = await site.fetch(document(), 'context', 'more');
  assert.deepEqual(await response.json(), ['site', 'https://www.example.com/', 'context', 'issued', 'more']);
});

test('the visitor that the handler sees is the one in the cookie', async () => {
  let seen;
  const response = await wrap(engine, (request, context, visitor) => { seen = visitor.id; return page(); })(document());
  assert.ok(response.headers.get('set-cookie').startsWith(`FPD=${seen};`));
});

test('a request is not changed', async () => {
  const request = document();
  const before = [...request.headers];
  await wrap(engine, () => page())(request);
  assert.deepEqual([...request.headers], before);
});

test('the scheme is the URL\'s, unless the host knows better', () => {
  const plain = new Request('http://www.example.com/', { headers: { 'sec-fetch-dest': 'document' } });
  assert.equal(decorate(engine, plain, page()).headers.getSetCookie().length, 0);
  assert.equal(decorate(engine, plain, page(), { scheme: 'https' }).headers.getSetCookie().length, 1);
  assert.equal(decorate(engine, document(), page(), { scheme: () => 'http' }).headers.getSetCookie().length, 0);
});

test('behind a proxy, a redirect to the URL\'s own origin stays on the site', () => {
  const request = new Request('http://127.0.0.1:3000/old', { headers: { host: 'www.example.com', 'sec-fetch-dest': 'document' } });
  const to = (location) => decorate(engine, request, new Response(null, { status: 307, headers: { location } }), { scheme: 'https' }).headers.getSetCookie().length;
  assert.equal(to('http://127.0.0.1:3000/new'), 1);
  assert.equal(to('https://www.example.com/new'), 1);
  assert.equal(to('http://127.0.0.1:3000.elsewhere.example/'), 0);
  assert.equal(to('http://elsewhere.example/'), 0);
});

test('a stream is not read', async () => {
  let pulled = 0;
  const body = new ReadableStream({ pull: (controller) => { pulled += 1; controller.enqueue(new TextEncoder().encode('x')); } }, { highWaterMark: 0 });
  const response = decorate(engine, document(), new Response(body));
  assert.equal(response.headers.getSetCookie().length, 1);
  assert.equal(pulled, 0);
  await response.body.cancel();
});

for (const [name, response] of [
  ['a network error', Response.error()],
  ['a WebSocket', Object.defineProperty(page(), 'webSocket', { value: {} })],
  ['nothing', undefined],
  ['null', null],
  ['a string', 'page'],
  ['an object', { status: 200 }],
  ['an image', new Response('x', { headers: { 'content-type': 'image/png' } })],
  ['an error page', page({ status: 404 })],
]) {
  test(`what a handler returns passes as it is: ${name}`, async () => assert.equal(await wrap(engine, () => response)(document()), response));
}

for (const [name, request] of [['nothing', undefined], ['a URL', 'https://www.example.com/'], ['a request without headers', { url: 'https://www.example.com/' }], ['no URL', { url: '//' }]]) {
  test(`a request that is none: ${name}`, async () => {
    const response = page();
    assert.equal(await wrap(engine, () => response)(request), response);
  });
}

test('an error of the handler is the handler\'s', async () => {
  const error = new Error('mine');
  await assert.rejects(wrap(engine, () => { throw error; })(document()), error);
});

test('a Worker keeps its other events, its env and its ctx', async () => {
  const own = { scheduled: () => 'ran', prefix: 'p', fetch(request, env, ctx, visitor) { return Response.json([this.prefix, env, ctx, visitor.outcome]); } };
  const worker = createWorker(engine, own);
  assert.equal(worker.scheduled(), 'ran');
  assert.deepEqual(await (await worker.fetch(document(), 'env', 'ctx')).json(), ['p', 'env', 'ctx', 'issued']);
  assert.deepEqual(await (await withVisitor(engine, (...all) => Response.json(all.slice(1, 3)))(document(), 1, 2)).json(), [1, 2]);
});

test('a Worker alone takes pages from its assets', async () => {
  const env = { ASSETS: { fetch: async () => page() } };
  assert.equal((await createWorker(engine).fetch(document(), env)).headers.getSetCookie().length, 1);
});

test('workerd: pages of an origin', async (t) => {
  let more;
  const origin = await listen((req, res) => {
    if (req.url === '/login') return res.writeHead(302, ['Set-Cookie', 'session=1; Path=/', 'Set-Cookie', 'csrf=2; Path=/', 'Location', '/account']).end();
    res.setHeader('content-type', 'text/html');
    if (req.url !== '/stream') return res.end('<p>page');
    res.write('first');
    more = () => res.end('second');
  });
  const workerd = await startWorkerd(origin.port);
  const get = (path, head = '') => roundTrip(workerd.port, `GET ${path} HTTP/1.1\r\nHost: localhost:${workerd.port}\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n${head}\r\n`).then(parse);
  const cookies = ({ fields }) => fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map((field) => field[1]);
  try {
    await t.test('a page', async () => {
      const response = await get('/');
      assert.match(cookies(response)[0], /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\//);
      assert.match(response.body, /<p>page/);
    });
    await t.test('a login cookie and a redirect, of a response with immutable headers', async () => {
      const response = await get('/login');
      assert.equal(response.status, 302);
      assert.deepEqual(cookies(response).slice(0, 2), ['session=1; Path=/', 'csrf=2; Path=/']);
      assert.equal(cookies(response).length, 3);
    });
    await t.test('Cookie headers that came apart are joined with commas, and read', async () => {
      const response = await get('/', `Cookie: a=1\r\nCookie: FPD=${ID}\r\n`);
      assert.ok(cookies(response)[0].startsWith(`FPD=${ID};`));
      const signal = response.fields.find(([name]) => name.toLowerCase() === 'x-visitor')[1];
      assert.match(signal, /^renewed;/);
    });
    await t.test('a stream: the first part is there before the second is written', async () => {
      const socket = connect(workerd.port, '127.0.0.1');
      socket.write(`GET /stream HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`);
      let text = '';
      for await (const chunk of socket) {
        text += chunk;
        if (text.includes('first') && more) { more(); more = null; }
      }
      assert.match(text, /set-cookie: FPD=/i);
      assert.match(text, /first[^]*second/);
    });
  } finally {
    await workerd.stop();
    await origin.stop();
  }
});
