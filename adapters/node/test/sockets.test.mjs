/** The contract over sockets: a plain `http` server, and Express. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import express from 'express';

import { visitor, wrap } from '../node.mjs';
import { loadCases, wasm } from '../../js/test/cases.mjs';
import { engineFor, observedIn, tally } from '../../js/test/contract.mjs';
import { exchangeOverSocket, notOverSocket, OF_NODE } from '../../js/test/wire.mjs';

/** How many cases no socket can be handed, and why. Exact: a case that is left out must not go unnoticed. */
const LEFT_OUT = {
  'a method that the HTTP parser refuses': 11,
  'a path that is no request target': 23,
  'a status that ends no exchange': 8,
  'a value that HTTP refuses or trims': 25,
};

const module = new WebAssembly.Module(wasm);
const cases = loadCases();


test('all cases hold through a listener of node:http', () => check((engine, options, page) => wrap(engine, page, options)));

test('all cases hold through Express', () =>
  check((engine, options, page) => {
    const app = express().disable('x-powered-by');
    app.use(visitor(engine, options));
    app.use(page);
    return app;
  }));

async function check(listenerFor) {
  let listener;
  const server = createServer({ maxHeaderSize: 1 << 20, requireHostHeader: false }, (req, res) => listener(req, res));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const result = await tally(cases, notOverSocket, (one) => through(one, server.address().port, (next) => (listener = next), listenerFor));
    assert.deepEqual(result.failed, []);
    assert.deepEqual(result.leftOut, LEFT_OUT);
    assert.ok(result.passed > 1000);
  } finally {
    server.close();
  }
}

async function through(one, port, use, listenerFor) {
  const { exchange } = one;
  const engine = engineFor(module, one);
  const lines = [];
  let seen;
  const page = (req, res) => {
    seen = Object.entries(req.headers).filter(([name]) => !OF_WIRE.has(name));
    answer(res, exchange);
  };
  use(listenerFor(engine, { log: (line) => lines.push(line), country: () => exchange.country, trustProxy: true }, page));
  const { status, fields } = await exchangeOverSocket(port, exchange);
  assert.equal(status, exchange.status, one.id);
  const ours = fields.filter(([name]) => !OF_NODE.has(name.toLowerCase()) || exchange.response.some((field) => field[0] === name));
  const got = ours.map(([name, value]) => [name.toLowerCase(), value]);
  // Node joins, drops and trims what is repeated; only what is ours counts.
  const sent = [...new Map(seen.filter(([name]) => !isOurs(one, name)))];
  const theirs = exchange.request.filter(([name]) => isOurs(one, name.toLowerCase()));
  return observedIn({ given: exchange.response, got, engine, lines, sent: [...sent, ...theirs], seen });
}

/** Fields that the test's own client adds. */
const OF_WIRE = new Set(['host', 'x-forwarded-proto', 'connection']);

const isOurs = ({ expect }, name) => (expect.origin ?? []).some(([ours]) => ours.toLowerCase() === name);

/** The head as a flat list, the form that keeps repeated fields apart. */
function answer(res, { status, response }) {
  res.writeHead(status, response.flat());
  res.end([204, 205, 304].includes(status) ? undefined : 'a page');
}
