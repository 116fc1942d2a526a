/**
 * A Next.js application with the package as npm packs it: `proxy.js` before the pages, and a custom server around them.
 */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { blobFor, wasm } from '../../js/test/cases.mjs';
import { answered, bin, freePort, stop } from '../../js/test/processes.mjs';
import { parse, roundTrip } from '../../js/test/wire.mjs';

const packageRoot = new URL('../../', import.meta.url).pathname;
const app = join(packageRoot, 'fetch/test/next');
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };

before(() => {
  install();
  execFileSync(bin('next'), ['build', app], { env, stdio: ['ignore', 'ignore', 'inherit'] });
});

after(() => rmSync(join(app, '.next'), { recursive: true, force: true }));

/** The package as a user gets it, and what `hardtack build` makes. */
function install() {
  const target = join(app, 'node_modules/hardtack');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', target], { cwd: packageRoot, stdio: ['ignore', 'pipe', 'ignore'] }));
  execFileSync('tar', ['xzf', join(target, filename), '-C', target, '--strip-components=1']);
  mkdirSync(join(app, 'hardtack'), { recursive: true });
  writeFileSync(join(app, 'hardtack/engine.wasm'), wasm);
  writeFileSync(join(app, 'hardtack/policy.bin'), blobFor({ signals: { request_header: 'x-signal' } }, 'www.example.com'));
  writeFileSync(join(app, 'hardtack/server.bin'), blobFor({ cookie: { name: 'SERVER' } }, 'www.example.com'));
}

const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const ATTRIBUTES = '; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax';
const named = ({ fields }, name) => fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);

/** The id in the one cookie of that name, which has all its attributes. */
function idIn(response, name = 'FPD') {
  const cookies = named(response, 'set-cookie').filter((cookie) => cookie.startsWith(`${name}=`));
  assert.equal(cookies.length, 1, cookies.join('\n'));
  const [id, rest] = [cookies[0].slice(name.length + 1).slice(0, 36), cookies[0].slice(name.length + 37)];
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(rest, ATTRIBUTES);
  return id;
}

const get = async (port, path, head = '') =>
  parse(await roundTrip(port, `GET ${path} HTTP/1.1\r\nHost: www.example.com\r\nX-Forwarded-Proto: https\r\nAccept: text/html\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n${head}\r\n`));

test('next start with proxy.js', async (t) => {
  await serving(bin('next'), (port) => ['start', app, '--port', String(port), '--hostname', '127.0.0.1'], async (port) => {
    await both(t, port);
    await t.test('the page knows the visitor on the first visit', async () => {
      const response = await get(port, '/');
      assert.ok(response.body.replaceAll('<!-- -->', '').includes(`visitor ${idIn(response)}.`), response.body);
    });
    await t.test('the application hears of the visitor, and nothing that a client made up', async () => {
      const response = await get(port, '/seen', 'Sec-GPC: \u00e9\r\nX-Signal: forged\r\nX_Signal: forged\r\n');
      assert.deepEqual(JSON.parse(/\[.*\]/.exec(response.body)[0]), [['x-signal', `issued;reason=new_visitor;id="${idIn(response)}"`]]);
    });
    await t.test('a redirect of the proxy carries it', async () => {
      const response = await get(port, '/old');
      assert.equal(response.status, 307);
      idIn(response);
    });
  });
});

test('a custom server', async (t) => {
  // The proxy runs in it, too; a cookie of another name tells the two apart.
  await serving(process.execPath, () => ['server.mjs'], (port) => both(t, port, 'SERVER'));
});

async function both(t, port, name = 'FPD') {
  await t.test('a page gets the cookie', async () => {
    const response = await get(port, '/account');
    assert.equal(response.status, 200);
    assert.match(response.body, /account/);
    idIn(response, name);
  });
  await t.test('login cookies and a redirect survive', async () => {
    const response = await get(port, '/login');
    assert.equal(response.status, 303);
    assert.deepEqual(named(response, 'location'), ['/account']);
    const cookies = named(response, 'set-cookie');
    assert.ok(cookies.includes('session=s3cret; Path=/; HttpOnly'), cookies.join('\n'));
    assert.ok(cookies.includes('csrf=t0ken; Path=/'), cookies.join('\n'));
    idIn(response, name);
  });
  await t.test('a returning visitor keeps the id', async () => {
    const response = await get(port, '/account', `Cookie: session=s3cret; ${name}=${ID}\r\n`);
    assert.equal(idIn(response, name), ID);
  });
}

async function serving(program, argumentsFor, use) {
  const port = await freePort();
  const child = spawn(program, argumentsFor(port), { cwd: app, env: { ...env, PORT: String(port), POLICY: 'hardtack/server.bin' }, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await answered(child, port, 'GET /account HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await use(port);
  } finally {
    await stop(child);
  }
}
