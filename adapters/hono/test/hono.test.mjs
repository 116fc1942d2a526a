/** The Hono middleware: whatever answers behind it, the cookie joins the response, and Hono merges nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { stream } from 'hono/streaming';

import { createEngine } from '../../js/host.mjs';
import { blobsFor, fromHex, wasm } from '../../js/test/cases.mjs';
import { visitor } from '../hono.mjs';

const [plain, errorPages, telling] = blobsFor(
  [{}, { scope: { error_pages: true } }, { signals: { request_header: 'x-visitor', log: true } }].map((policy) => ({ policy, host: 'www.example.com' })),
).map((hex) => createEngine(wasm, fromHex(hex), { log: () => {} }));

const COOKIE = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/;
const HTML = { 'content-type': 'text/html' };
const document = (init = {}) => new Request('https://www.example.com/', { ...init, headers: { 'sec-fetch-dest': 'document', ...init.headers } });

/** An application of one handler behind the middleware; `more` adds to it before the handler. */
function appOf(handler, { engine = plain, more = () => {}, options } = {}) {
  const app = new Hono();
  app.use(visitor(engine, options));
  more(app);
  app.all('*', handler);
  return app;
}

/** The application's own cookies in order, ours last; returns the response. */
async function check(app, { cookies: own = [], status = 200, request = document() } = {}) {
  const response = await app.fetch(request);
  const cookies = response.headers.getSetCookie();
  assert.equal(response.status, status);
  assert.deepEqual(cookies.slice(0, -1), own);
  assert.match(cookies.at(-1) ?? 'no cookie', COOKIE);
  return response;
}

const withCookies = (...cookies) => new Response('<p>page', { headers: [['content-type', 'text/html'], ...cookies.map((cookie) => ['set-cookie', cookie])] });

test('c.html', async () => assert.equal(await (await check(appOf((c) => c.html('<p>page')))).text(), '<p>page'));
test("the origin's cookies stay in front, in their order", () => check(appOf(() => withCookies('b=2', 'a=1')), { cookies: ['b=2', 'a=1'] }));
test('cookies of the handler', () => {
  const handler = (c) => {
    c.header('set-cookie', 'b=2', { append: true });
    c.header('set-cookie', 'a=1', { append: true });
    return c.html('<p>page');
  };
  return check(appOf(handler), { cookies: ['b=2', 'a=1'] });
});
test('c.redirect', async () => assert.equal((await check(appOf((c) => c.redirect('/next')), { status: 302 })).headers.get('location'), '/next'));
test('an asynchronous handler', () => check(appOf(async (c) => c.html(await Promise.resolve('<p>page')))));

test('what told shared caches to store is gone, and does not come back', async () => {
  const shared = (c) => c.html('<p>page', 200, { 'cache-control': 'public, s-maxage=600, max-age=60', 'surrogate-control': 'max-age=600', 'set-cookie': 'a=1' });
  const { headers } = await check(appOf(shared), { cookies: ['a=1'] });
  assert.equal(headers.get('cache-control'), 'private, max-age=60');
  assert.equal(headers.get('surrogate-control'), 'no-store');
});

test('a response that everybody gets collects no cookie', async () => {
  const shared = withCookies('a=1');
  const app = appOf(() => shared);
  for (let i = 0; i < 3; i += 1) await check(app, { cookies: ['a=1'] });
  assert.deepEqual(shared.headers.getSetCookie(), ['a=1']);
});

test('a response of fetch, whose headers cannot be changed', async () => {
  const app = appOf(() => fetch('data:text/html,<p>page'));
  assert.equal(await (await check(app)).text(), '<p>page');
});

test('headers that other middleware sets before and after, each once', async () => {
  const more = (app) => {
    for (const name of ['one', 'two']) {
      app.use(async (c, next) => {
        c.header('x-before', name, { append: true });
        await next();
        c.header('x-after', name, { append: true });
        c.header('set-cookie', `${name}=1`, { append: true });
      });
    }
  };
  const { headers } = await check(appOf((c) => c.html('<p>page'), { more }), { cookies: ['two=1', 'one=1'] });
  assert.equal(headers.get('x-before'), 'one, two');
  assert.equal(headers.get('x-after'), 'two, one');
});

test('middleware in front may still set headers, and replace the response as Hono does', async () => {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('x-after', 'one');
    c.res = new Response('<p>another', { headers: HTML });
  });
  app.route('/', appOf(() => withCookies('a=1')));
  const response = await check(app, { cookies: ['a=1'] });
  assert.equal(response.headers.get('x-after'), 'one');
  assert.equal(await response.text(), '<p>another');
});

test('middleware behind that replaces the response', () => {
  const more = (app) =>
    app.use(async (c, next) => {
      await next();
      c.res = withCookies('b=2');
    });
  // Hono keeps the cookies of the response that is replaced, and drops those of the new one.
  return check(appOf(() => withCookies('a=1'), { more }), { cookies: ['a=1'] });
});

test('an application and its part that both use it decide once', async () => {
  const lines = [];
  const using = { engine: telling, options: { log: (line) => lines.push(line) } };
  const app = appOf((c) => c.notFound(), { ...using, more: (outer) => outer.route('/', appOf(() => withCookies('a=1'), using)) });
  await check(app, { cookies: ['a=1'] });
  assert.equal(lines.length, 1);
});

test('a stream is not read, and its first part is there before the second is written', async () => {
  let more;
  const app = appOf((c) => {
    c.header('content-type', 'text/html');
    return stream(c, async (out) => {
      await out.write('first');
      await new Promise((resolve) => { more = resolve; });
      await out.write('second');
    });
  });
  const reader = (await check(app)).body.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, 'first');
  more();
  assert.equal((await reader.read()).value, 'second');
});

const failing = (make) => () => { throw make(); };
const errors = {
  'an HTTPException': [failing(() => new HTTPException(403, { message: 'not yours' })), 403, 'not yours'],
  'an HTTPException with a response': [failing(() => new HTTPException(401, { res: new Response('who?', { status: 401, headers: { 'set-cookie': 'a=1' } }) })), 401, 'who?', ['a=1']],
  'an error that app.onError answers': [failing(() => new Error('mine')), 500, 'sorry: mine', [], (app) => app.onError((error, c) => c.html(`sorry: ${error.message}`, 500))],
  'a page that is not there': [(c) => c.notFound(), 404, '404 Not Found'],
};
for (const [name, [handler, status, body, own = [], more]] of Object.entries(errors)) {
  test(`${name}: as it is, and with a cookie only if the policy says so`, async () => {
    const asIs = await appOf(handler, { more }).fetch(document());
    assert.deepEqual([asIs.status, asIs.headers.getSetCookie(), await asIs.text()], [status, own, body]);
    const app = appOf(handler, { engine: errorPages, more: (one) => { more?.(one); one.use(html); } });
    assert.equal(await (await check(app, { cookies: own, status })).text(), body);
  });
}

/** Hono answers errors as text, which no page is. */
async function html(c, next) {
  await next();
  c.res.headers.set('content-type', 'text/html');
}

test('an Error that nobody answers, and what is thrown and is none', async () => {
  const console_ = console.error;
  console.error = () => {};
  const response = await appOf(failing(() => new Error('mine'))).fetch(document());
  console.error = console_;
  assert.deepEqual([response.status, response.headers.getSetCookie()], [500, []]);
  await assert.rejects(Promise.resolve(appOf(failing(() => 'a string')).fetch(document())), (thrown) => thrown === 'a string');
});

test('a handler that answers nothing is still an error of Hono', async () => {
  const seen = [];
  const app = appOf(() => {}, { more: (one) => one.onError((error, c) => { seen.push(error.message); return c.text('', 500); }) });
  assert.equal((await app.fetch(document())).status, 500);
  assert.match(seen.join(), /not finalized/);
});

/** The very object comes back that the handler returned. */
function checkUntouched(name, response) {
  test(`untouched: ${name}`, async () => assert.equal(await appOf(() => response).fetch(document()), response));
}
checkUntouched('the response of a WebSocket, of Workers', Object.defineProperty(new Response('', { headers: HTML }), 'webSocket', { value: {} }));
checkUntouched('the response of an upgrade, of status 101', Object.defineProperty(new Response('', { headers: HTML }), 'status', { value: 101 }));
checkUntouched('an image', new Response('x', { headers: { 'content-type': 'image/png' } }));
checkUntouched('a network error', Response.error());

test('the visitor that handlers see is the one in the cookie, and is brought up to date', async () => {
  let seen;
  let early;
  const response = await check(appOf((c) => {
    seen = c.get('visitor');
    early = { ...c.var.visitor };
    return c.html('<p>page');
  }));
  assert.ok(response.headers.get('set-cookie').startsWith(`FPD=${early.id};`));
  assert.deepEqual(seen, early);
  const image = appOf((c) => { seen = c.get('visitor'); return c.body('x', 200, { 'content-type': 'image/png' }); });
  await image.fetch(document());
  assert.deepEqual([seen.outcome, seen.reason], ['skipped', 'not_html']);
});

test('the origin gets the id from the first page on, and nothing that the client made up', async () => {
  const seen = [];
  const handler = async (c) => {
    seen.push(c.req.header('x-visitor'), c.req.raw.headers.get('x-visitor'), await c.req.text());
    return c.html('<p>page');
  };
  const request = document({ method: 'POST', body: 'posted', headers: { 'x-visitor': 'made-up' } });
  const response = await check(appOf(handler, { engine: telling, options: { log: () => {} } }), { request });
  const id = response.headers.get('set-cookie').slice(4, 40);
  const told = `issued;reason=new_visitor;id="${id}"`;
  assert.deepEqual(seen, [told, told, 'posted']);
});

test('without a header for the origin the request is the very same', async () => {
  const request = document();
  let seen;
  await appOf((c) => { seen = c.req.raw; return c.text(''); }).fetch(request);
  assert.equal(seen, request);
});

test('an engine that could not be made leaves every response alone', async () => {
  const broken = createEngine(new Uint8Array(), new Uint8Array(), { log: () => {} });
  const response = withCookies('a=1');
  assert.equal(await appOf(() => response, { engine: broken }).fetch(document()), response);
});
