// Prints the module's size, and what one decision costs in it, without the host's part: medians, and the quickest
// round, which says more on a busy machine. `node bench.mjs`
import { gzipSync } from 'node:zlib';
import { blobs, encode, instantiate, wasm } from './test/reference.mjs';

const ROUNDS = 41;
const CALLS = 20_000;

const others = Array.from({ length: 14 }, (_, at) => `cookie${at}=${'value'.repeat(6)}`).join('; ');
const ours = 'FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const page = {
  policy: {},
  exchange: {
    method: 'GET', scheme: 'https', host: 'www.example.com', path: '/articles/hello', status: 200,
    request: [['sec-fetch-dest', 'document'], ['sec-fetch-mode', 'navigate'], ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8']],
    response: [['content-type', 'text/html; charset=utf-8']],
  },
  now: 1_750_000_000,
  entropy: '00112233445566778899aabbccddeeff',
};
const visits = {
  'new visitor, no cookies': [],
  'new visitor, 600 bytes of cookies': [others.slice(0, 600)],
  'returning visitor, 600 bytes of cookies': [`${others.slice(0, 300)}; ${ours}; ${others.slice(300, 600 - ours.length - 4)}`],
  'returning visitor, 4 KB of cookies': [`${`${others}; `.repeat(7)}${ours}`],
};
const [blob] = blobs([page]);

console.log(`size                                     ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} gzipped`);
for (const [name, cookies] of Object.entries(visits)) {
  const request = [...page.exchange.request, ...cookies.map((value) => ['cookie', value])];
  const engine = instantiate();
  engine.load(blob);
  const length = engine.write(encode({ ...page, exchange: { ...page.exchange, request } }));
  const { decide } = engine.exports;
  report(name, measured(() => decide(length)));
}

/** Nanoseconds for each call, by round, sorted. */
function measured(run) {
  const round = () => {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call += 1) run();
    return Number(process.hrtime.bigint() - start) / CALLS;
  };
  round();
  return Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
}

function report(name, times) {
  const [median, best] = [times[ROUNDS >> 1], times[0]].map(Math.round);
  console.log(`${name.padEnd(40)} ${median} ns, at best ${best}`);
}
