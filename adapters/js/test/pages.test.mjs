/**
 * The programs on the pages of the platforms, run as they are written, beside what `hardtack build` writes. A page
 * whose platform has a test that reads its programs is left to that one.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { build, snippets } from './artifact.mjs';
import { blobFor } from './cases.mjs';
import { packageRoot } from './platforms.mjs';
import { answered, bin, freePort, stop } from './processes.mjs';
import { parse, roundTrip } from './wire.mjs';
import { copied, described, startWorker } from './workerd.mjs';

const LANGUAGES = '(?:js|ts|tsx)';
const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));

before(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const platform of ['cloudflare', 'fetch', 'node']) build(platform, folder);
  copyFileSync(join(packageRoot, 'js/engine/engine.wasm'), join(folder, 'engine.wasm'));
  writeFileSync(join(folder, 'policy.bin'), blobFor({}, 'www.example.com'));
  mkdirSync(join(folder, 'node_modules'));
  const packages = { express: 'node_modules/express', next: 'node_modules/next', '@types': 'node_modules/@types', hardtack: '.' };
  for (const [name, path] of Object.entries(packages)) symlinkSync(join(packageRoot, path), join(folder, 'node_modules', name));
  symlinkSync(join(folder, 'dist/node'), join(folder, 'node_modules/hardtack-site'));
});

after(() => rmSync(folder, { recursive: true }));

/** Who runs each program of a page, in the order of the page. */
const RUNS = {
  cloudflare: [ownWorker],
  fetch: [
    async (text) => {
      const edits = { 'wrap(handler);': 'export const wrapped = wrap(handler);', 'decorate(request, ': 'export const decorated = decorate(request, ' };
      globalThis.handler = page;
      Object.assign(globalThis, { request: request(), response: page() });
      const { wrapped, decorated } = await imported(text, { edits });
      checkResponse(await wrapped(request()));
      checkResponse(await decorated);
    },
    async (text) => checkResponse(await (await imported(text)).default.fetch(request())),
    async (text) => checkResponse(await (await imported(text, { name: 'netlify/edge-functions/visitor.mjs' })).default(request(), { next: async () => page() })),
    // Next.js resolves its own names without their ending.
    async (text) => checkResponse(await (await imported(text, { edits: { "'next/server'": "'next/server.js'" } })).proxy(request())),
  ],
  js: [
    (text) => serves(text, { 8080: '{port}' }, LOCAL),
    async (text) => {
      const { handler } = await imported(`${ENGINE}import { createHandler } from 'hardtack/lambda-edge';\n${text}`);
      const { headers } = await handler({ Records: [{ cf: VIEWER_RESPONSE }] });
      checkCookies(headers['set-cookie'].map(({ value }) => value), SECURE);
    },
    engineWorker,
    async (text) => {
      globalThis.Deno = { serve: (handler) => (globalThis.served = handler) };
      await imported(`${ENGINE}import { wrap } from 'hardtack/fetch';\n${text}`);
      checkResponse(await globalThis.served(request()));
    },
    (text) => serves(`import { visitor } from 'hardtack/node';\n${ENGINE}${application(text)}`, {}, PROXIED),
  ],
  node: [
    (text) => serves(text, { 3000: '{port}' }, LOCAL),
    (text) => {
      typed(text);
      return serves(text, { 3000: '{port}' }, LOCAL);
    },
    (text) => serves(`import { visitor } from 'hardtack-site';\n${application(text)}`, {}, PROXIED),
  ],
};

for (const [platform, runs] of Object.entries(RUNS)) {
  runs.forEach((run, index) => test(`program ${index + 1} of ${platform}/README.md`, () => run(snippets(platform, LANGUAGES)[index])));
}

test('no program of a page is left out', () => {
  const platforms = readdirSync(packageRoot).filter((name) => existsSync(join(packageRoot, name, 'README.md')));
  for (const platform of platforms) {
    const programs = snippets(platform, LANGUAGES).length;
    assert.ok(programs === (RUNS[platform]?.length ?? 0) || readsItself(platform), `${platform}/README.md has ${programs} programs: list each in RUNS`);
  }
});

/** Whether a platform's own test reads the programs of its page. */
function readsItself(platform) {
  const tests = join(packageRoot, platform, 'test');
  return existsSync(tests) && readdirSync(tests).some((file) => file.endsWith('.test.mjs') && readFileSync(join(tests, file), 'utf8').includes(`snippets('${platform}'`));
}

// What the pages leave to the reader.

const ENGINE = `import { createEngine } from 'hardtack';
import { readFileSync } from 'node:fs';
const engine = createEngine(readFileSync('${join(folder, 'engine.wasm')}'), readFileSync('${join(folder, 'policy.bin')}'));
`;
const application = (text) => `import express from 'express';
const app = express();
${text}
app.get('/', (req, res) => res.send('<p>' + req.visitor.id));
app.listen({port});
`;
const page = () => new Response('<p>Hello', { headers: { 'content-type': 'text/html' } });
const request = () => new Request('https://www.example.com/', { headers: { 'sec-fetch-dest': 'document', accept: 'text/html' } });
const fieldsOf = (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));
const VIEWER_RESPONSE = {
  config: { eventType: 'viewer-response', distributionId: 'E1', requestId: 'r' },
  request: { method: 'GET', uri: '/', querystring: '', clientIp: '192.0.2.1', headers: fieldsOf({ Host: 'www.example.com', 'Sec-Fetch-Dest': 'document' }) },
  response: { status: '200', statusDescription: 'OK', headers: fieldsOf({ 'Content-Type': 'text/html' }) },
};

// What a visitor gets.

const SECURE = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/;
const ON_LOOPBACK = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Lax$/;
const LOCAL = { head: 'Host: localhost\r\n', cookie: ON_LOOPBACK };
const PROXIED = { head: 'Host: www.example.com\r\nX-Forwarded-Proto: https\r\n', cookie: SECURE };

function checkCookies(cookies, expected) {
  assert.equal(cookies.length, 1, cookies.join('\n'));
  assert.match(cookies[0], expected);
}

const checkResponse = (response) => checkCookies(response.headers.getSetCookie(), SECURE);

/** Writes a program into the folder, with `edits` of what a test has to change. */
function written(text, edits = {}, name = `program-${Math.random().toString(36).slice(2)}.mjs`) {
  for (const [from, to] of Object.entries(edits)) {
    assert.ok(text.includes(from), `the program has ${from}`);
    text = text.replace(from, to);
  }
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const imported = (text, { edits, name } = {}) => import(written(text, edits, name));

/** Compiles a program as strict TypeScript. */
function typed(text) {
  const path = written(text, {}, 'typed.mts');
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
  const { status, stdout, error } = spawnSync(bin('tsc'), [...options, path], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, `${error ?? ''}${stdout}`);
}

/** Runs a server on a free port in place of its own, and requests its page. */
async function serves(text, edits, { head, cookie }) {
  const port = await freePort();
  const path = written(text, edits);
  writeFileSync(path, readFileSync(path, 'utf8').replace('{port}', String(port)));
  const child = spawn(process.execPath, [path], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const { fields } = await answered(child, port, `GET / HTTP/1.1\r\n${head}Sec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`);
    checkCookies(fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map((field) => field[1]), cookie);
  } finally {
    await stop(child);
  }
}

/** A Worker around one's own, beside the folder that is built. */
function ownWorker(text) {
  const built = readdirSync(join(folder, 'dist/cloudflare')).filter((name) => /\.(mjs|wasm)$/.test(name) && name !== 'worker.mjs');
  return works(text, (into) => {
    mkdirSync(join(into, 'dist/cloudflare'), { recursive: true });
    const files = built.map((name) => `dist/cloudflare/${name}`);
    for (const file of files) copyFileSync(join(folder, file), join(into, file));
    return files;
  });
}

/** A Worker of the package's modules. Its binding for assets is one that answers with a page. */
function engineWorker(text) {
  const imports = "import { createEngine } from './js/host.mjs';\nimport { createWorker } from './cloudflare/cloudflare.mjs';\n";
  const assets = "{ fetch: () => new Response('<p>', { headers: { 'content-type': 'text/html' } }) }";
  assert.ok(text.includes('env.ASSETS'), 'the Worker asks its assets');
  return works(imports + text.replace('env.ASSETS', `(${assets})`), (into) => {
    for (const file of ['engine.wasm', 'policy.bin']) copyFileSync(join(folder, file), join(into, file));
    return [...copied(into, ['js/host.mjs', 'cloudflare/cloudflare.mjs']), 'engine.wasm', 'policy.bin'];
  });
}

async function works(text, layOut) {
  const worker = await startWorker((into) => {
    writeFileSync(join(into, 'own.mjs'), text);
    return ['own.mjs', ...layOut(into)].map(described);
  });
  try {
    const head = `Host: localhost:${worker.port}\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`;
    const { fields } = parse(await roundTrip(worker.port, `GET / HTTP/1.1\r\n${head}`));
    checkCookies(fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map((field) => field[1]), ON_LOOPBACK);
  } finally {
    await worker.stop();
  }
}
