/** The page's programs, run as written, beside what `hardtack build fetch` writes: in Node, Deno and Bun. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { build, snippets } from '../../js/test/artifact.mjs';
import { packageRoot } from '../../js/test/platforms.mjs';
import { answered, bin, freePort, stop } from '../../js/test/processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
/** The page's programs by the path in their first line; one shows the two functions and is no program. */
const programs = new Map(snippets('fetch', 'js').map((text) => [/^\/\/ ([\w./-]+\.m?js)/.exec(text)?.[1], text]).filter(([name]) => name));

before(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  build('fetch', folder);
  for (const [name, text] of programs) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});

after(() => rmSync(folder, { recursive: true }));

const HEADERS = { 'sec-fetch-dest': 'document', accept: 'text/html' };
const page = () => new Request('https://www.example.com/', { headers: HEADERS });
const imported = (name) => import(join(folder, name));
const COOKIE = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/;
const LOCAL = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Lax$/;

test('the page\'s programs', () => assert.deepEqual([...programs.keys()].sort(), ['api/page.js', 'netlify/edge-functions/visitor.js', 'proxy.js', 'serve.mjs']));

test('api/page.js answers with the cookie', async () => {
  const response = await (await imported('api/page.js')).default.fetch(page());
  assert.match(response.headers.getSetCookie().join(), COOKIE);
});

test('netlify/edge-functions/visitor.js adds it to what comes next', async () => {
  const next = async () => new Response('<p>page', { headers: { 'content-type': 'text/html', 'set-cookie': 'session=1' } });
  const { default: visitor, config } = await imported('netlify/edge-functions/visitor.js');
  const [session, cookie] = (await visitor(page(), { next })).headers.getSetCookie();
  assert.equal(session, 'session=1');
  assert.match(cookie, COOKIE);
  assert.equal(config.onError, 'bypass');
});

const WIRE = 'GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n';
const DENO = ['serve', '--quiet', '--no-lock', '--node-modules-dir=manual', '--host', '127.0.0.1', '--port'];
for (const [name, words] of Object.entries({ deno: (port) => [...DENO, String(port)], bun: () => ['run'] })) {
  test(`serve.mjs in ${name}`, async () => {
    const port = await freePort();
    const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', PORT: String(port) };
    const child = spawn(bin(name), [...words(port), join(folder, 'serve.mjs')], { stdio: ['ignore', 'ignore', 'inherit'], env });
    try {
      const { fields, body } = await answered(child, port, WIRE);
      assert.match(fields.find(([field]) => field.toLowerCase() === 'set-cookie')[1], LOCAL);
      assert.match(body, /<p>Hello/);
    } finally {
      await stop(child);
    }
  });
}

test('proxy.js lets the page pass, with the cookie', async () => {
  // Next resolves its own modules with a bundler; Node wants their whole names.
  const text = programs.get('proxy.js').replace("'next/server'", "'next/server.js'");
  writeFileSync(join(folder, 'proxy.mjs'), text);
  const { proxy } = await imported('proxy.mjs');
  const response = await proxy(page());
  assert.equal(response.headers.get('x-middleware-next'), '1');
  assert.match(response.headers.getSetCookie().join(), COOKIE);
});
