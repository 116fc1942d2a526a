/** A rule by country holds on every host that tells the country, without an option; and no client tells it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { Hono } from 'hono';

import { createWorker } from '../../cloudflare/cloudflare.mjs';
import { wrap } from '../../fetch/fetch.mjs';
import { visitor as honoVisitor } from '../../hono/hono.mjs';
import { visitor } from '../../node/node.mjs';
import { createEngine } from '../host.mjs';
import { blobFor, wasm } from './cases.mjs';

const blob = blobFor({ consent: { required: ['EEA'], from: ['onetrust'] } }, 'www.example.com');
const lines = [];
const engine = createEngine(wasm, blob, { log: (line) => lines.push(line) });
const HEADERS = { host: 'www.example.com', 'sec-fetch-dest': 'document', 'x-forwarded-proto': 'https' };
const requestOf = (headers = {}, cf = undefined) => Object.defineProperty(new Request('https://www.example.com/', { headers: { ...HEADERS, ...headers } }), 'cf', { value: cf });
const cookiesOf = (response) => response.headers.getSetCookie().length;
const page = () => new Response('<p>page', { headers: { 'content-type': 'text/html' } });
const geo = (code) => ({ geo: { country: { code } } });

/** How many cookies a visitor gets without having been asked. */
const onFetch = (request, context, options) => wrap(engine, page, options)(request, context).then(cookiesOf);
const onWorkers = (request) => createWorker(engine, page).fetch(request).then(cookiesOf);
const onHono = async (request, env) => {
  const app = new Hono();
  app.use(honoVisitor(engine));
  app.all('*', page);
  return cookiesOf(await app.fetch(request, env));
};
const onNode = (headers, options) => {
  const req = { method: 'GET', url: '/', headers: { ...HEADERS, ...headers } };
  visitor(engine, { trustProxy: true, ...options })(req, { writeHead() {} }, () => {});
  return req.visitor.outcome === 'issued' ? 1 : 0;
};

for (const [name, inEea, elsewhere] of [
  ['Workers', () => onWorkers(requestOf({}, { country: 'FR' })), () => onWorkers(requestOf({}, { country: 'US' }))],
  ['Hono on Workers', () => onHono(requestOf({}, { country: 'FR' }), {}), () => onHono(requestOf({}, { country: 'US' }), {})],
  ['Netlify', () => onFetch(requestOf(), geo('FR')), () => onFetch(requestOf(), geo('US'))],
  ['Hono on Netlify', () => onHono(requestOf(), { context: geo('FR') }), () => onHono(requestOf(), { context: geo('US') })],
  ['an option', () => onFetch(requestOf(), {}, { country: () => 'FR' }), () => onFetch(requestOf(), {}, { country: () => 'US' })],
  ['an option on Node', () => onNode({}, { country: () => 'FR' }), () => onNode({}, { country: () => 'US' })],
]) {
  test(`the country is known: ${name}`, async () => {
    assert.equal(await inEea(), 0);
    assert.equal(await elsewhere(), 1);
  });
}

for (const [name, ask] of [
  ['nobody says', () => onFetch(requestOf())],
  ['Cloudflare does not know', () => onWorkers(requestOf({}, { country: 'XX' }))],
  ['Tor', () => onWorkers(requestOf({}, { country: 'T1' }))],
  ['Netlify does not know', () => onFetch(requestOf(), { geo: {} })],
  ['a client claims to be Vercel', () => onFetch(requestOf({ 'x-vercel-ip-country': 'US' }))],
  ['a client claims to be Vercel, on Node', () => onNode({ 'x-vercel-ip-country': 'US' })],
  ['a client claims to be Cloudflare or Netlify', () => onFetch(requestOf({ 'cf-ipcountry': 'US', 'x-country': 'US', 'x-nf-geo': 'e30=' }))],
  ['an option says nothing of use', () => onFetch(requestOf(), {}, { country: () => ({ code: 'US' }) })],
]) {
  test(`the country is not known, and consent is required: ${name}`, async () => assert.equal(await ask(), 0));
}

test('on Vercel the header is Vercel\'s own', () => {
  const module = (path) => JSON.stringify(new URL(path, import.meta.url));
  const script = `
    const { wrap } = await import(${module('../../fetch/fetch.mjs')});
    const { visitor } = await import(${module('../../node/node.mjs')});
    const { createEngine } = await import(${module('../host.mjs')});
    const { readFileSync } = await import('node:fs');
    const wasm = readFileSync(new URL(${module('../engine/engine.wasm')}));
    const engine = createEngine(wasm, Buffer.from('${Buffer.from(blob).toString('base64')}', 'base64'));
    const outcomes = [];
    for (const country of ['FR', 'US']) {
      const headers = { ...${JSON.stringify(HEADERS)}, 'x-vercel-ip-country': country };
      const response = await wrap(engine, () => new Response())(new Request('https://www.example.com/', { headers }));
      const req = { method: 'GET', url: '/', headers };
      visitor(engine, { trustProxy: true })(req, { writeHead() {} }, () => {});
      outcomes.push(response.headers.getSetCookie().length, req.visitor.outcome);
    }
    console.log(outcomes.join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, VERCEL: '1' }, encoding: 'utf8' });
  assert.equal(stdout.trim(), '0,skipped,1,issued', stderr);
});

test('an option that throws keeps no visitor from the decision, and is reported', async () => {
  const answered = { headers: { cookie: 'OptanonConsent=groups=C0001%3A1%2CC0002%3A1; OptanonAlertBoxClosed=2026-01-01' } };
  const boom = () => { throw new Error('no such header'); };
  lines.length = 0;
  assert.equal(await onFetch(requestOf(answered.headers), {}, { country: boom, scheme: boom }), 1);
  assert.equal(onNode(answered.headers, { country: boom }), 1);
  assert.deepEqual(lines, Array(3).fill('hardtack: boom failed: no such header'));
});
