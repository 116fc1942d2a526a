/** A case over a socket: the request's bytes out, the response's bytes in, nothing in between that tidies them. */

import { connect } from 'node:net';

/** Fields that Node adds to a response of its own accord. */
export const OF_NODE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'x-powered-by', 'upgrade']);

/** `{status, fields: [[name, value]], body}`, each character a byte. */
export async function exchangeOverSocket(port, { method, scheme, host, path, request }) {
  const head = [`${method} ${path} HTTP/1.1`];
  if (host !== '') head.push(`Host: ${host}`);
  head.push(`X-Forwarded-Proto: ${scheme}`, 'Connection: close');
  for (const [name, value] of request) head.push(`${name}: ${value}`);
  return parse(await roundTrip(port, `${head.join('\r\n')}\r\n\r\n`));
}

export function roundTrip(port, text) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(text, 'latin1')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

export function parse(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no response: ${JSON.stringify(text.slice(0, 200))}`);
  const [first, ...lines] = text.slice(0, end).split('\r\n');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  return { status: Number(first.split(' ')[1]), fields, body: text.slice(end + 4) };
}

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'];

/** Why an exchange cannot be had over a Node server's socket; null where it can. */
export function notOverSocket({ method, path, host, request, response, status }) {
  if (!METHODS.includes(method)) return 'a method that the HTTP parser refuses';
  if (!/^\/[\x21-\x7e]*$/.test(path)) return 'a path that is no request target';
  if (status < 200 || status > 999) return 'a status that ends no exchange';
  if (!isWireValue(host)) return 'a value that HTTP refuses or trims';
  const fields = [...request, ...response];
  return fields.every(([, value]) => isWireValue(value)) ? null : 'a value that HTTP refuses or trims';
}

const isWireValue = (value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && !/^[\t ]|[\t ]$/.test(value);
