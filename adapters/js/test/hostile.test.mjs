/**
 * Requests as no browser sends them, over raw sockets through real hosts: any bytes and any Unicode in header values,
 * forged headers under all their names, heads larger than the engine takes, odd methods, paths and hosts. Whatever
 * comes, the visitor gets the page, the origin hears of the visitor from the engine only, and the engine goes on.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { wrap } from '../../node/node.mjs';
import { createEngine } from '../host.mjs';
import { blobFor, wasm } from './cases.mjs';
import { page } from './hostile-page.mjs';
import { bin, listen, stop } from './processes.mjs';
import { parse } from './wire.mjs';
import { startWorkerd } from './workerd.mjs';

const REQUESTS = 1000;
const SIGNALS = { signals: { response_header: 'x-visitor', request_header: 'x-visitor-id' } };
const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const FORGED = 'f0f0f0f0-0000-4000-8000-00000000dead';

let seed = Number(process.env.SEED ?? 20_261_130) || 1;
const first = seed;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];
const many = (most, make) => Buffer.concat(Array.from({ length: 1 + below(most) }, make));

/** Bytes for a header's value. */
const noise = () => pick(NOISES)();
const NOISES = [
  () => many(12, () => Buffer.from([0x80 + below(0x80)])),
  () => many(12, () => Buffer.from(String.fromCodePoint(0x20 + below(0x10ffdf)), 'utf8')),
  () => many(12, () => Buffer.from(pick(['\u20ac', '\u00e9', '\u00ff', '\u0100', '\ufeff', '\ufffd', '\u2028', '\u{1f36a}', '\u{10ffff}']), 'utf8')),
  // Halves of surrogate pairs, as some encoders write them, and other sequences that are no UTF-8.
  () => many(4, () => Buffer.from([0xed, 0xa0 + below(0x20), 0x80 + below(0x40)])),
  () => many(4, () => Buffer.from(pick([[0xc0, 0xaf], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xff], [0xfe]]))),
  () => many(40, () => Buffer.from([0x21 + below(0x5e)])),
];
// What no value may hold is no value's noise.
const clean = (bytes) => bytes.filter((byte) => byte > 0x20 && byte !== 0x7f && byte !== 0x2c && byte !== 0x3b);

const OTHER_NAMES = ['x_visitor_id', 'X_Visitor-Id', 'x-visitor_id', 'x.visitor.id'];
/** A head as its lines, and whether the engine can be expected to decide, and the host to pass it on. */
function hostile() {
  const lines = [
    line('Cookie', pick([`FPD=${ID}; a=`, `b=c; FPD=${ID}; a=`]), clean(noise())),
    line('Sec-Fetch-Dest', 'document', ''),
    // No letters: they might spell the name of a bot.
    line('User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0 ', noise().filter((byte) => byte >= 0x80)),
    line('Accept', 'text/html,', clean(noise())),
    line(pick(['X-Own', 'Referer', 'Accept-Language', 'Sec-GPC', 'DNT', 'Purpose']), '', clean(noise())),
  ];
  for (const name of ['X-Visitor-Id', pick(OTHER_NAMES)]) {
    if (random() < 0.8) lines.splice(below(lines.length), 0, line(name, `renewed;id="${FORGED}"`, pick([Buffer.alloc(0), clean(noise())])));
  }
  const kind = below(60);
  if (kind === 0) lines.push(line('X-Large', 'x'.repeat(300_000), ''));
  if (kind === 1) lines[below(lines.length)] = line('Cookie', `FPD=${ID}; a=${'\u00e9'.repeat(150_000)}`, '');
  if (kind === 2) for (let i = 0; i < 10_000; i += 1) lines.push(line(`X-${i}`, 'x', ''));
  if (kind === 3) lines.push(...Array.from({ length: 1000 }, () => line('Cookie', 'a=b; ', clean(noise()))));
  const target = kind === 4 ? `/${encodeURIComponent('\u20ac'.repeat(below(50)))}/..//%00%ff?a=\u00e9` : '/';
  const method = kind === 5 ? pick(['POST', 'PUT', 'OPTIONS', 'PATCH', 'PROPFIND', 'DELETE']) : 'GET';
  const host = kind === 6 ? pick(['a b', 'user:pass@localhost', '[::1', 'xn--', '..', '%zz', 'www.exa_mple.com', '\u00e9.example.com', 'a:99999999', '']) : 'localhost';
  const head = [Buffer.from(`${method} ${target} HTTP/1.1`, 'latin1'), line('Host', host, ''), line('Connection', 'close', ''), line('Content-Length', '0', ''), ...lines];
  return { bytes: Buffer.concat(head.flatMap((one) => [one, Buffer.from('\r\n')]).concat(Buffer.from('\r\n'))), isOdd: kind < 7, isPlain: method === 'GET' && host === 'localhost' && kind > 3 };
}

const line = (name, text, bytes) => Buffer.concat([Buffer.from(`${name}: ${text}`, 'latin1'), Buffer.from(bytes)]);

function exchange(port, bytes) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    // A host may refuse a head before it has read it all.
    const ended = () => (chunks.length > 0 ? resolve(Buffer.concat(chunks).toString('latin1')) : reject(new Error('no answer')));
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk)).on('error', ended).on('close', ended);
  });
}

/** What came of all requests: `refused` by the host before there was a request for anybody. */
async function storm(port) {
  const tally = { pages: 0, refused: 0, renewed: 0, undecided: 0, off: [], forged: [], undelivered: [] };
  const one = async () => {
    const { bytes, isOdd, isPlain } = hostile();
    const shown = bytes.subarray(0, 600).toString('latin1');
    const response = await exchange(port, bytes).then(parse).catch((error) => ({ status: 0, fields: [], body: error.message }));
    const values = (name) => response.fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);
    if (response.body.includes(FORGED)) tally.forged.push(shown);
    if (response.status !== 200) return isOdd ? (tally.refused += 1) : tally.undelivered.push(`${response.status} ${response.body} ${shown}`);
    tally.pages += 1;
    if (values('x-visitor').length === 0) {
      tally.undecided += 1;
      if (!isOdd) tally.off.push(shown);
    } else if (isPlain) {
      if (values('set-cookie').some((cookie) => cookie.startsWith(`FPD=${ID};`)) && response.body.includes(ID)) tally.renewed += 1;
      else tally.off.push(`${JSON.stringify(response)} ${shown}`);
    }
  };
  for (let i = 0; i < REQUESTS; i += 10) await Promise.all(Array.from({ length: 10 }, one));
  return tally;
}

/** Prints the counts; nothing is forged, every page is there, and the engine decides as ever. */
async function check(t, port) {
  const { off, forged, undelivered, ...counts } = await storm(port);
  t.diagnostic(`${REQUESTS} requests (SEED=${first}): ${off.length} engines switched off, ${forged.length} forged headers through, ${undelivered.length} pages not delivered; ${JSON.stringify(counts)}`);
  for (const list of [off, forged, undelivered]) assert.deepEqual(list.slice(0, 3), []);
  assert.ok(counts.renewed > REQUESTS / 2, JSON.stringify(counts));
}

const asServer = (listener) => createServer({ maxHeaderSize: 1 << 20 }, listener);
const answer = (req, res) => {
  const entries = req.rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, req.rawHeaders[i + 1]]]));
  const { body, type } = page(entries);
  res.setHeader('content-type', type).end(body);
};
const quiet = { log: () => {} };

test('Node', async (t) => {
  const server = await listen(wrap(createEngine(wasm, blobFor(SIGNALS, 'localhost'), quiet), answer), asServer);
  try {
    await check(t, server.port);
  } finally {
    await server.stop();
  }
});

test('workerd, before an origin', async (t) => {
  const origin = await listen(answer, asServer);
  const workerd = await startWorkerd(origin.port, 'ignore');
  try {
    await check(t, workerd.port);
  } finally {
    await workerd.stop();
    await origin.stop();
  }
});

test('Deno', async (t) => {
  const main = new URL('./hostile-deno.mjs', import.meta.url).pathname;
  const blob = Buffer.from(blobFor(SIGNALS, 'localhost')).toString('base64');
  const args = ['run', '--no-lock', '--allow-read', '--allow-net=127.0.0.1', main, blob];
  const child = spawn(bin('deno'), args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } });
  try {
    const port = await new Promise((resolve, reject) => {
      createInterface(child.stdout).on('line', (text) => text.startsWith('port ') && resolve(Number(text.slice(5))));
      child.once('exit', (code) => reject(new Error(`deno ended with ${code}`)));
    });
    await check(t, port);
  } finally {
    await stop(child);
  }
});
