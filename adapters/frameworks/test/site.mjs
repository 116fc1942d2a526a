/**
 * What every framework's example has to show over HTTP. Each has the same few routes:
 *
 *     /           a page that sets a cookie of its own and shows the visitor's id
 *     /login      sets two cookies and redirects to /account
 *     /stream     a page whose second half waits until /release is asked for
 *     /cached     a page that shared caches are told to keep
 *     /logo.svg   a file
 *     /missing    is not there
 */

import assert from 'node:assert/strict';
import { connect } from 'node:net';

import { parse, roundTrip } from '../../js/test/wire.mjs';

const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const ATTRIBUTES = '; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax';
/** As a proxy hands a browser's request on that ends TLS. */
const HEAD = [
  'Host: www.example.com',
  'X-Forwarded-Proto: https',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Accept: text/html',
  'Sec-Fetch-Dest: document',
  'Connection: close',
  '',
].join('\r\n');

/**
 * Asks a site for all of them. `cookie` is the visitor's; `attributes`, how the framework writes those of its own; and
 * `showsVisitor`, whether the page has the id in it.
 */
export async function checkSite(t, port, { cookie = 'FPD', attributes = '; Path=/; HttpOnly', showsVisitor = true } = {}) {
  const get = (path, head) => pageOf(port, path, head);
  const idIn = (response) => idOf(response, cookie);

  await t.test('a page gets one cookie beside its own', async () => {
    const response = await get('/');
    assert.equal(response.status, 200);
    const id = idIn(response);
    assert.deepEqual(others(response, cookie), [`seen=1${attributes}`]);
    if (showsVisitor) assert.ok(textOf(response).includes(`visitor ${id}.`), response.body);
  });
  await t.test('a redirect after a login keeps its cookies', async () => {
    const response = await get('/login');
    assert.ok([302, 303].includes(response.status), String(response.status));
    assert.deepEqual(named(response, 'location'), ['/account']);
    assert.deepEqual(others(response, cookie), [`csrf=t0ken${attributes}`, `session=s3cret${attributes}`]);
    idIn(response);
  });
  await t.test('a stream begins before it ends, with the cookie', async () => {
    const response = await streamed(port);
    idIn(response);
    assert.match(response.body, /first[^]*second/);
  });
  await t.test('no shared cache keeps a page with the cookie', async () => {
    const response = await get('/cached');
    idIn(response);
    assert.doesNotMatch(named(response, 'cache-control').join(', '), /public|s-maxage/);
  });
  await t.test('a file gets none', async () => {
    const response = await get('/logo.svg');
    assert.equal(response.status, 200);
    assert.match(response.body, /<svg/);
    assert.deepEqual(named(response, 'set-cookie'), []);
  });
  await t.test('a page that is not there gets none', async () => {
    const response = await get('/missing');
    assert.equal(response.status, 404);
    assert.deepEqual(ours(response, cookie), []);
  });
  await t.test('a returning visitor keeps the id', async () => {
    const response = await get('/', `Cookie: session=s3cret; ${cookie}=${ID}\r\n`);
    assert.equal(idIn(response), ID);
    if (showsVisitor) assert.ok(textOf(response).includes(`visitor ${ID}.`), response.body);
  });
}

/** The answer to a browser that asks for a page. */
export const pageOf = async (port, path, head = '') => parse(await roundTrip(port, requestFor(path, head)));

/** The lines that set the visitor's cookie. */
export const ours = (response, cookie = 'FPD') => named(response, 'set-cookie').filter((line) => line.startsWith(`${cookie}=`));

const requestFor = (path, head) => `GET ${path} HTTP/1.1\r\n${HEAD}${head}\r\n`;
const named = ({ fields }, name) => fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);
/** Frameworks hide marks between texts, in comments. */
const textOf = ({ body }) => body.replaceAll(/<!--[^>]*-->/g, '');

/** The application's own lines: frameworks differ in their order. */
const others = (response, cookie) => named(response, 'set-cookie').filter((line) => !line.startsWith(`${cookie}=`) && !line.startsWith('FPD=')).sort();

/** The id in the one cookie of that name, which has all its attributes. */
function idOf(response, cookie) {
  const [line, ...more] = ours(response, cookie);
  assert.ok(line && more.length === 0, `one ${cookie} in ${JSON.stringify(response.fields)}`);
  const start = cookie.length + 1;
  const id = line.slice(start, start + 36);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(line.slice(start + 36), ATTRIBUTES);
  return id;
}

/** The second half is asked for when the first is here: a response that is held back would never begin. */
async function streamed(port) {
  const socket = connect(port, '127.0.0.1');
  socket.write(requestFor('/stream', ''));
  socket.setTimeout(20_000, () => socket.destroy(new Error('no first part of the stream within 20 seconds')));
  let text = '';
  let released = false;
  for await (const chunk of socket) {
    text += chunk.toString('latin1');
    if (released || !text.includes('first')) continue;
    assert.ok(!text.includes('second'), text);
    released = true;
    await roundTrip(port, requestFor('/release', ''));
  }
  assert.ok(released, text);
  return parse(text);
}
