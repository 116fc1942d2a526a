/** The page's programs, run as written, with the package that `hardtack build node` writes. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { build, snippets } from '../../js/test/artifact.mjs';
import { packageRoot } from '../../js/test/platforms.mjs';
import { answered, freePort, stop } from '../../js/test/processes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
const [withExpress, withHttp, behindProxy] = snippets('node', 'js');

before(() => {
  build('node', folder);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(folder, 'dist/node'), join(folder, 'node_modules/hardtack-site'));
  symlinkSync(join(packageRoot, 'node_modules/express'), join(folder, 'node_modules/express'));
});

after(() => rmSync(folder, { recursive: true }));

/** Runs a program on a free port in place of its 3000, and returns what it answers to a browser. */
async function answerOf(text, head) {
  const port = await freePort();
  assert.ok(text.includes('3000'), text);
  writeFileSync(join(folder, 'server.mjs'), text.replace('3000', port));
  const child = spawn(process.execPath, [join(folder, 'server.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const { fields, body } = await answered(child, port, `GET / HTTP/1.1\r\n${head}Sec-Fetch-Dest: document\r\nConnection: close\r\n\r\n`);
    return { cookie: fields.find(([name]) => name.toLowerCase() === 'set-cookie')[1], body };
  } finally {
    await stop(child);
  }
}

const LOCAL = /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Path=\/; HttpOnly; SameSite=Lax$/;

test('Express', async () => {
  const { cookie, body } = await answerOf(withExpress, 'Host: localhost\r\n');
  assert.match(cookie, LOCAL);
  assert.equal(body, `<p>${cookie.slice(4, 40)}`);
});

test('node:http', async () => assert.match((await answerOf(withHttp, 'Host: localhost\r\n')).cookie, LOCAL));

test('Express behind a proxy', async () => {
  const text = withExpress.replace('app.use(visitor());\n', behindProxy);
  assert.notEqual(text, withExpress);
  const { cookie } = await answerOf(text, 'Host: www.example.com\r\nX-Forwarded-Proto: https\r\n');
  assert.match(cookie, /; Domain=example\.com; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});
