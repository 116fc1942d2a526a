/**
 * How the contract goes through a viewer-response event. Imports nothing of Node, so that workerd and Deno run it, too.
 */

import { observedIn } from '../../js/test/contract.mjs';
import { createHandler } from '../lambda-edge.mjs';

/** The way for `adapters/js/test/portable.mjs`. The counts are exact: a case that is left out must not go unnoticed. */
export const WAY = {
  leaveOut: notInLambda,
  leftOut: { 'a value that is no UTF-8': 50, 'viewer events are https': 79, 'a field that CloudFront lets no function change': 3 },
  run: throughLambda,
};

async function throughLambda({ exchange }, engine) {
  const lines = [];
  const country = () => exchange.country;
  const handler = createHandler(engine, { log: (line) => lines.push(line), country });
  const event = lambdaEvent(exchange);
  const given = flat(event.Records[0].cf.response.headers);
  const response = await handler(event);
  if (response !== event.Records[0].cf.response) throw new Error('another response');
  if (response.status !== String(exchange.status)) throw new Error('another status');
  return observedIn({ given, got: flat(response.headers), engine, lines });
}

const flat = (headers) => Object.entries(headers).flatMap(([name, list]) => list.map(({ value }) => [name, value]));

function lambdaEvent({ method, host, path, request, status, response }) {
  const [uri, querystring = ''] = path.split(/\?(.*)/s);
  const requestHeaders = host === '' ? request : [['Host', host], ...request];
  const cf = {
    config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-response', requestId: 'xGN7KWpVEmB9Dp7ctcVFQC4E-nrcOcEKS3QyAez--06dV7TEXAMPLE==' },
    request: { clientIp: '203.0.113.178', method: utf8(method), uri: utf8(uri), querystring: utf8(querystring), headers: lists(requestHeaders) },
    response: { status: String(status), statusDescription: '', headers: lists(response) },
  };
  return { Records: [{ cf }] };
}

function lists(fields) {
  const headers = {};
  for (const [key, value] of fields) (headers[key.toLowerCase()] ??= []).push({ key, value: utf8(value) });
  return headers;
}

function notInLambda({ scheme, method, host, path, request, response }) {
  if (scheme === 'http') return 'viewer events are https';
  const texts = [method, host, path, ...request.flat(), ...response.flat()];
  if (response.some(([name]) => /^x-accel-/i.test(name))) return 'a field that CloudFront lets no function change';
  return texts.every(isUtf8) ? null : 'a value that is no UTF-8';
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const bytesOf = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const utf8 = (text) => strict.decode(bytesOf(text));

function isUtf8(text) {
  try {
    utf8(text);
    return true;
  } catch {
    return false;
  }
}
