/** The page's programs, run as written, beside what `hardtack build hono` writes: in Node, Deno and workerd. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { build, snippets } from '../../js/test/artifact.mjs';
import { packageRoot } from '../../js/test/platforms.mjs';
import { answered, bin, freePort, listen, stop } from '../../js/test/processes.mjs';
import { parse, roundTrip } from '../../js/test/wire.mjs';
import { copied, described, startWorker } from '../../js/test/workerd.mjs';

const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
/** The page's programs by the name in their first line. */
const programs = new Map(snippets('hono', 'js').map((text) => [/\/\/ (\w+\.mjs)/.exec(text)[1], text]));
const run = new Set();

before(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  build('hono', folder, '[signals]\nrequest_header = "x-visitor"\n');
});

after(() => rmSync(folder, { recursive: true }));

/** Writes a program into the folder, with `edits` of what a test has to change, and returns its path. */
function written(name, edits = {}) {
  let text = programs.get(name);
  for (const [from, to] of Object.entries(edits)) {
    assert.ok(text.includes(from), `${name} has ${from}`);
    text = text.replace(from, to);
  }
  run.add(name);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const app = async (name, edits) => (await import(written(name, edits))).default;
const HEADERS = { 'sec-fetch-dest': 'document', accept: 'text/html' };
const page = () => new Request('https://www.example.com/', { headers: HEADERS });
const WIRE = 'Host: www.example.com\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n';
const cookies = ({ fields }) => fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map((field) => field[1]);

/** One cookie, whose id the page shows. */
function check([cookie, ...others], body) {
  assert.match(cookie, /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  assert.deepEqual(others, []);
  assert.ok(body.includes(`<p>${cookie.slice(4, 40)}`), body);
}

test('app.mjs shows the id that it sets', async () => {
  const response = await (await app('app.mjs')).fetch(page());
  check(response.headers.getSetCookie(), await response.text());
});

test('server.mjs serves Node', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, [written('server.mjs', { 3000: String(port) })], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const response = await answered(child, port, `GET / HTTP/1.1\r\n${WIRE}`);
    check(cookies(response), response.body);
  } finally {
    await stop(child);
  }
});

test('worker.mjs is a Worker, in workerd', async () => {
  written('worker.mjs');
  const built = readdirSync(join(folder, 'dist/hono')).filter((name) => /\.(mjs|wasm)$/.test(name));
  const worker = await startWorker((into) => {
    const files = ['worker.mjs', ...built.map((name) => `dist/hono/${name}`)];
    mkdirSync(join(into, 'dist/hono'), { recursive: true });
    for (const file of files) copyFileSync(join(folder, file), join(into, file));
    return [...files, ...copied(into, ['node_modules/hono/dist/index.js']), { name: 'hono', from: 'worker.mjs', path: 'node_modules/hono/dist/index.js' }].map(described);
  });
  try {
    const response = parse(await roundTrip(worker.port, `GET / HTTP/1.1\r\nHost: localhost:${worker.port}\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`));
    assert.match(cookies(response).join('\n'), /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.ok(response.body.includes(`<p>${cookies(response)[0].slice(4, 40)}`), response.body);
  } finally {
    await worker.stop();
  }
});

test('gateway.mjs tells the origin the id, on the first page already', async () => {
  const seen = [];
  const origin = await listen((req, res) => {
    seen.push(req.url, req.headers['x-visitor']);
    res.setHeader('set-cookie', 'session=1').setHeader('content-type', 'text/html').end('<p>origin');
  });
  try {
    const gateway = await app('gateway.mjs', { 8080: String(origin.port) });
    const request = new Request('https://www.example.com/shop?page=2', { headers: { ...HEADERS, 'x-visitor': 'made-up' } });
    const response = await gateway.fetch(request);
    const [session, cookie] = response.headers.getSetCookie();
    assert.equal(session, 'session=1');
    assert.deepEqual(seen, ['/shop?page=2', `issued;reason=new_visitor;id="${cookie.slice(4, 40)}"`]);
    assert.equal(await response.text(), '<p>origin');
  } finally {
    await origin.stop();
  }
});

test('the command of the page shows the cookie of app.mjs, in Deno', async () => {
  const port = await freePort();
  const child = deno(written('app.mjs'), port);
  try {
    await answered(child, port, `GET / HTTP/1.1\r\n${WIRE}`);
    const command = snippets('hono', 'sh').at(-1);
    assert.ok(command.includes('localhost:8000'), command);
    const shown = execFileSync('sh', ['-c', command.replace('localhost:8000', `localhost:${port}`)], { encoding: 'utf8' });
    assert.match(shown, /^set-cookie: FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Lax\r?\n$/);
  } finally {
    await stop(child);
  }
});

test('live.mjs upgrades to a WebSocket beside pages, in Deno', async () => {
  const port = await freePort();
  const child = deno(written('live.mjs'), port);
  const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  // A frame that closes, so that the server ends the connection.
  const close = '\x88\x80\x00\x00\x00\x00';
  try {
    const response = await answered(child, port, `GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`);
    assert.match(cookies(response).join('\n'), /^FPD=/);
    const live = parse(await roundTrip(port, `GET /live HTTP/1.1\r\n${upgrade}${close}`));
    assert.equal(live.status, 101);
    assert.deepEqual(cookies(live), []);
  } finally {
    await stop(child);
  }
});

/** An application in Deno. It ends after a minute, so that a connection that is not answered ends, too. */
function deno(program, port) {
  const args = ['serve', '--quiet', '--no-lock', '--node-modules-dir=manual', '--allow-read', '--host', '127.0.0.1', '--port', String(port), program];
  return spawn(bin('deno'), args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 60_000, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } });
}

test('every program of the page was run', () => assert.deepEqual([...run].sort(), [...programs.keys()].sort()));
