/**
 * The Node middleware: however and whenever a listener writes its head, the cookie joins it and nothing else changes.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import * as http2 from 'node:http2';
import { Readable } from 'node:stream';
import { test } from 'node:test';

import express from 'express';

import { createEngine } from '../../js/host.mjs';
import { visitor, wrap } from '../node.mjs';
import { blobsFor, fromHex, wasm } from '../../js/test/cases.mjs';
import { listen } from '../../js/test/processes.mjs';
import { parse, roundTrip } from '../../js/test/wire.mjs';

const [plain, signalling, open] = blobsFor(
  [{}, { signals: { response_header: 'x-visitor' } }, { scope: { error_pages: true } }].map((policy) => ({ policy, host: 'www.example.com' })),
).map(fromHex);
const engineOf = (blob) => createEngine(wasm, blob, { log: () => {} });
const engine = engineOf(plain);
const options = { trustProxy: true };

const HEAD = 'Host: www.example.com\r\nX-Forwarded-Proto: https\r\nAccept: text/html\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n';
const COOKIE = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/;

async function respond(listener, { line = 'GET / HTTP/1.1', head = HEAD, using = engine, ...rest } = {}) {
  const server = await listen(wrap(using, listener, { ...options, ...rest }));
  try {
    return parse(await roundTrip(server.port, `${line}\r\n${head}`));
  } finally {
    await server.stop();
  }
}

const named = ({ fields }, name) => fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);

/** The origin's cookies in order, ours last, and the given status. */
function check(name, listener, { origin = [], status = 200, ...given } = {}) {
  test(name, async () => {
    const response = await respond(listener, given);
    const cookies = named(response, 'set-cookie');
    assert.equal(response.status, status);
    assert.deepEqual(cookies.slice(0, origin.length), origin);
    assert.equal(cookies.length, origin.length + 1);
    assert.match(cookies.at(-1), COOKIE);
  });
}

function checkNone(name, listener, { status = 200, origin = [], ...given } = {}) {
  test(name, async () => {
    const response = await respond(listener, given);
    assert.equal(response.status, status);
    assert.deepEqual(named(response, 'set-cookie'), origin);
  });
}

const two = ['a=1', 'b=2'];
check('end alone', (_, res) => res.end('x'));
check('write, then end', (_, res) => { res.write('x'); res.end('y'); });
check('flushHeaders', (_, res) => { res.flushHeaders(); res.end('x'); });
check('a stream', (_, res) => { Readable.from(['x', 'y']).pipe(res); });
check('setHeader, one cookie', (_, res) => { res.setHeader('Set-Cookie', 'a=1'); res.end(); }, { origin: ['a=1'] });
check('setHeader, a list of cookies', (_, res) => { res.setHeader('Set-Cookie', two); res.end(); }, { origin: two });
check('appendHeader', (_, res) => { res.appendHeader('set-cookie', 'a=1').appendHeader('set-cookie', 'b=2'); res.end(); }, { origin: two });
check('setHeaders', (_, res) => { res.setHeaders(new Map([['set-cookie', two]])); res.end(); }, { origin: two });
check('writeHead with a status', (_, res) => { res.writeHead(200); res.end(); });
check('writeHead with a reason', (_, res) => { res.writeHead(200, 'Fine'); res.end(); });
check('writeHead with an object', (_, res) => { res.writeHead(200, { 'Content-Type': 'text/html' }); res.end(); });
check('writeHead with a cookie in an object', (_, res) => { res.writeHead(200, { 'SET-cookie': 'a=1' }); res.end(); }, { origin: ['a=1'] });
check('writeHead with cookies in an object', (_, res) => { res.writeHead(200, 'OK', { 'set-cookie': two }); res.end(); }, { origin: two });
check('writeHead with a flat list', (_, res) => { res.writeHead(200, ['Set-Cookie', 'a=1', 'X-A', 'b', 'set-cookie', 'b=2']); res.end(); }, { origin: two });
check('writeHead with a flat list without cookies', (_, res) => { res.writeHead(200, ['X-A', 'b']); res.end(); });
check('writeHead with undefined headers', (_, res) => { res.writeHead(200, undefined); res.end(); });
check('writeHead with headers in the third place only', (_, res) => { res.writeHead(200, undefined, { 'set-cookie': 'a=1' }); res.end(); }, { origin: ['a=1'] });
check('setHeader under writeHead', (_, res) => { res.setHeader('set-cookie', 'a=1'); res.writeHead(200, { 'x-a': 'b' }); res.end(); }, { origin: ['a=1'] });
check('setHeader under writeHead with a list', (_, res) => { res.setHeader('set-cookie', 'a=1'); res.writeHead(200, ['x-a', 'b']); res.end(); }, { origin: ['a=1'] });
check('writeHead over setHeader', (_, res) => { res.setHeader('set-cookie', 'old=0'); res.writeHead(200, { 'set-cookie': two }); res.end(); }, { origin: two });
check('a head that is written late', async (_, res) => { await new Promise(setImmediate); res.setHeader('set-cookie', 'a=1'); res.end('x'); }, { origin: ['a=1'] });
check('a redirect within the site', (_, res) => { res.writeHead(302, { Location: '/next' }); res.end(); }, { status: 302 });
check('304', (_, res) => { res.statusCode = 304; res.end(); }, { status: 304 });
check('HTML by setHeader', (_, res) => { res.setHeader('content-type', 'text/html; charset=utf-8'); res.end('x'); });
check('a number for a header', (_, res) => { res.writeHead(200, { 'content-length': 1 }); res.end('x'); });
check('a middleware that is there twice', wrap(engine, (_, res) => res.end(), options));
check('an application that rewrites the URL', (req, res) => { req.url = '/elsewhere'; delete req.headers.host; res.end(); });
check('error pages, where the policy says so', (_, res) => { res.writeHead(404); res.end(); }, { status: 404, using: engineOf(open) });

checkNone('an image', (_, res) => { res.writeHead(200, { 'content-type': 'image/png' }); res.end(); });
checkNone('JSON by setHeader, whatever came first', (_, res) => { res.setHeader('content-type', 'application/json'); res.end('{}'); });
checkNone('JSON by writeHead over HTML by setHeader', (_, res) => { res.setHeader('content-type', 'text/html'); res.writeHead(200, { 'content-type': 'application/json' }); res.end('{}'); });
checkNone('an error', (_, res) => { res.writeHead(500); res.end('x'); }, { status: 500 });
checkNone('a status that is set late', (_, res) => { res.statusCode = 404; res.end('x'); }, { status: 404 });
checkNone('a redirect elsewhere', (_, res) => { res.writeHead(302, { Location: 'https://elsewhere.example/' }); res.end(); }, { status: 302 });
checkNone('HEAD', (_, res) => res.end(), { line: 'HEAD / HTTP/1.1' });
checkNone('the origin sets the cookie', (_, res) => { res.setHeader('set-cookie', 'FPD=mine'); res.end(); }, { origin: ['FPD=mine'] });
checkNone('plain http', (_, res) => res.end(), { trustProxy: false });
checkNone('plain http, says the proxy', (_, res) => res.end(), { head: HEAD.replace('https', 'http') });
checkNone('a broken engine', (_, res) => res.end('x'), { using: engineOf(new Uint8Array(3)) });

test('a head that Node refuses is undone, and the error page is decided anew', async () => {
  const response = await respond((_, res) => {
    assert.throws(() => { res.setHeader('set-cookie', 'a=1'); res.writeHead(200, { 'x-bad': 'a\nb' }); }, { code: 'ERR_INVALID_CHAR' });
    res.removeHeader('x-bad');
    res.statusCode = 500;
    res.end('error');
  });
  assert.equal(response.status, 500);
  assert.deepEqual(named(response, 'set-cookie'), ['a=1']);
});

test('a signal header takes the place of the origin\'s, in every form', async () => {
  const forms = [
    (res) => { res.setHeader('X-Visitor', 'forged'); res.end(); },
    (res) => { res.writeHead(200, { 'X-VISITOR': 'forged' }); res.end(); },
    (res) => { res.writeHead(200, ['X-Visitor', 'forged', 'x-visitor', 'twice']); res.end(); },
  ];
  for (const form of forms) {
    const values = named(await respond((_, res) => form(res), { using: engineOf(signalling) }), 'x-visitor');
    assert.equal(values.length, 1);
    assert.match(values[0], /^issued;reason=new_visitor/);
  }
});

test('headers given to writeHead are not changed', async () => {
  const mine = Object.freeze({ 'set-cookie': Object.freeze(['a=1']) });
  for (let i = 0; i < 2; i += 1) {
    const response = await respond((_, res) => { res.writeHead(200, mine); res.end(); });
    assert.equal(named(response, 'set-cookie').length, 2);
  }
});

test('the handler knows the visitor before it answers, and what came of it after', async () => {
  let seen;
  let before;
  const response = await respond((req, res) => {
    seen = req.visitor;
    before = { ...seen };
    res.end('x');
  });
  assert.deepEqual([before.outcome, before.reason], ['issued', 'new_visitor']);
  assert.ok(named(response, 'set-cookie')[0].startsWith(`FPD=${before.id};`));
  assert.deepEqual(seen, before);
  await respond((req, res) => { seen = req.visitor; res.writeHead(404); res.end(); });
  assert.deepEqual(seen, { id: null, outcome: 'skipped', reason: 'error_status' });
});

test('a request that somebody made up, with headers alone, is read', () => {
  const req = { method: 'GET', url: '/', headers: { host: 'www.example.com', 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'document', cookie: 'FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13' } };
  visitor(engine, options)(req, { writeHead() {} }, () => {});
  assert.equal(req.visitor.outcome, 'renewed');
});

test('whatever is no request passes', () => {
  for (const [req, res] of [[{}, {}], [null, null], [{ headers: null }, { writeHead: null }], [{ headers: { cookie: 7 } }, { writeHead() {} }]]) {
    let passed = false;
    visitor(engine, options)(req, res, () => { passed = true; });
    assert.ok(passed);
  }
});

test('the first byte is not held back: it is read before the second is written', async () => {
  let more;
  const app = express();
  app.use(visitor(engine, options));
  app.get('/', async (_, res) => {
    res.type('html').write('first');
    await new Promise((resolve) => { more = resolve; });
    res.end('second');
  });
  const server = await listen(app);
  try {
    const req = httpRequest(`${server.url}/`, { headers: { host: 'www.example.com', 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'document' } }).end();
    const [response] = await once(req, 'response');
    const [chunk] = await once(response, 'data');
    assert.equal(chunk.toString(), 'first');
    assert.equal(response.headers['set-cookie'].length, 1);
    // Only now may the second part be written: had the first waited for it, this line would never be reached.
    more();
    let rest = '';
    for await (const part of response) rest += part;
    assert.equal(rest, 'second');
  } finally {
    await server.stop();
  }
});

test('Express: the login cookie and the redirect survive', async () => {
  const app = express();
  app.use(visitor(engine, options));
  app.post('/login', (_, res) => res.cookie('session', 's3cret', { httpOnly: true }).redirect('/account'));
  app.get('/account', (req, res) => res.send(`<p>${req.visitor.id}`));
  app.get('/broken', () => { throw new Error('broken'); });
  app.use((_, req, res, next) => (res.headersSent ? next() : res.status(500).send('sorry')));
  const server = await listen(app);
  try {
    const login = parse(await roundTrip(server.port, `POST /login HTTP/1.1\r\nContent-Length: 0\r\n${HEAD}`));
    assert.equal(login.status, 302);
    assert.deepEqual(named(login, 'location'), ['/account']);
    const [session, ours] = named(login, 'set-cookie');
    assert.equal(session, 'session=s3cret; Path=/; HttpOnly');
    const id = ours.slice(4, 40);
    const account = parse(await roundTrip(server.port, `GET /account HTTP/1.1\r\nCookie: session=s3cret; FPD=${id}\r\n${HEAD}`));
    assert.equal(account.body, `<p>${id}`);
    assert.ok(named(account, 'set-cookie')[0].startsWith(`FPD=${id};`));
    const broken = parse(await roundTrip(server.port, `GET /broken HTTP/1.1\r\n${HEAD}`));
    assert.equal(broken.status, 500);
    assert.deepEqual(named(broken, 'set-cookie'), []);
  } finally {
    await server.stop();
  }
});

test('HTTP/2: cookies by setHeader and by writeHead stay, ours comes last', async () => {
  const listeners = {
    '/set': (_, res) => { res.setHeader('set-cookie', two); res.end('x'); },
    '/head': (_, res) => { res.writeHead(200, { 'set-cookie': two }); res.end('x'); },
    '/write': (_, res) => { res.setHeader('set-cookie', two); res.write('x'); res.end(); },
  };
  const server = http2.createServer(wrap(engine, (req, res) => listeners[req.url](req, res), options));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  try {
    for (const path of Object.keys(listeners)) {
      const stream = client.request({ ':path': path, ':authority': 'www.example.com', 'x-forwarded-proto': 'https', 'sec-fetch-dest': 'document' });
      const [headers] = await once(stream, 'response');
      stream.resume();
      assert.deepEqual(headers['set-cookie'].slice(0, 2), two, path);
      assert.match(headers['set-cookie'][2], COOKIE, path);
      await once(stream, 'close');
    }
  } finally {
    client.close();
    server.close();
  }
});
