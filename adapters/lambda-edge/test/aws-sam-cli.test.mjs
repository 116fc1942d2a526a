/** The sample events of AWS's own command line: what is no viewer-response of a page comes back as it was. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { createEngine } from '../../js/host.mjs';
import { createHandler } from '../lambda-edge.mjs';
import { blobsFor, fromHex, wasm } from '../../js/test/cases.mjs';

const folder = new URL('./aws-sam-cli/events/', import.meta.url);
const [blob] = blobsFor([{ policy: {}, host: 'd123.cf.net' }]).map(fromHex);
const engine = createEngine(new WebAssembly.Module(wasm), blob, { log: () => {} });
const lines = [];
const handler = createHandler(engine, { log: (line) => lines.push(line) });

const files = readdirSync(folder);
const sample = (file) =>
  JSON.parse(readFileSync(new URL(file, folder), 'utf8').replaceAll('{{{method}}}', 'GET').replaceAll('{{{uri}}}', '/test'));
const cfOf = (event) => event.Records[0].cf;

test('there are twelve, two of them with a response', () => {
  assert.equal(files.length, 12);
  assert.equal(files.filter((file) => cfOf(sample(file)).response).length, 2);
});

for (const file of files) {
  test(`${file} as it is: what it brought is handed back untouched`, async () => {
    const { request, response } = cfOf(sample(file));
    assert.deepEqual(await handler(sample(file)), response ?? request);
  });

  test(`${file} for a browser's navigation, with a response: one cookie`, async () => {
    const event = sample(file);
    const cf = cfOf(event);
    cf.response ??= { status: '200', statusDescription: 'OK', headers: {} };
    cf.request ??= { method: 'GET', uri: '/test', headers: { host: [{ key: 'Host', value: 'd123.cf.net' }] } };
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
    cf.request.headers['user-agent'] = [{ key: 'User-Agent', value: agent }];
    cf.request.headers['sec-fetch-dest'] = [{ key: 'Sec-Fetch-Dest', value: 'document' }];
    cf.request.headers['sec-fetch-mode'] = [{ key: 'Sec-Fetch-Mode', value: 'navigate' }];
    const before = structuredClone(cf.response.headers);
    const { headers } = await handler(event);
    assert.match(headers['set-cookie'][0].value, /^FPD=[0-9a-f-]{36}; Max-Age=63072000; Domain=cf\.net; /);
    assert.equal(headers['set-cookie'].length, 1);
    assert.equal(headers['cache-control'][0].value, 'private');
    delete headers['set-cookie'];
    delete headers['cache-control'];
    assert.deepEqual(headers, before);
  });
}

test('an event without a response is logged', async () => {
  lines.length = 0;
  await handler(sample('CloudFrontABTest.json'));
  assert.equal(lines.length, 1);
});
