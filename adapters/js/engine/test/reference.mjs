/**
 * A second host for the engine, as plain as can be and written from the description of its interface in `src/lib.rs`
 * alone: what the package's own host does faster is compared with this.
 */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';

const here = new URL('.', import.meta.url);
const conformance = new URL('../../../../conformance/', here);

/** The module's bytes; `ENGINE` names another one than the committed. */
export const wasm = readFileSync(process.env.ENGINE ?? new URL('../engine.wasm', here));

// What follows is generated from the core's lists: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`.
export const OUTCOMES = [
  'issued',
  'renewed',
  'kept',
  'adopted',
  'replaced',
  'forgotten',
  'skipped',
];
export const REASONS = [
  'new_visitor',
  'returning_visitor',
  'renewal_off',
  'not_due',
  'taken_over',
  'derived',
  'malformed_id',
  'unaccepted_version',
  'unsealed',
  'consent_denied',
  'consent_pending',
  'global_privacy_control',
  'do_not_track',
  'crawler',
  'link_preview',
  'excluded_path',
  'outside_cookie_path',
  'method',
  'plain_http',
  'not_document',
  'informational_status',
  'error_status',
  'offsite_redirect',
  'not_html',
  'origin_cookie',
];
const REQUEST_TAGS = {
  'accept': 16,
  'cookie': 17,
  'sec-fetch-dest': 18,
  'sec-fetch-mode': 19,
  'x-requested-with': 20,
  'sec-purpose': 21,
  'purpose': 22,
  'x-moz': 23,
  'sec-gpc': 24,
  'dnt': 25,
  'user-agent': 26,
  'upgrade-insecure-requests': 27,
};
const RESPONSE_TAGS = {
  'content-type': 32,
  'location': 33,
  'set-cookie': 34,
  'cache-control': 35,
  'cdn-cache-control': 36,
  'cloudflare-cdn-cache-control': 37,
  'vercel-cdn-cache-control': 38,
  'netlify-cdn-cache-control': 39,
  'surrogate-control': 40,
  'edge-control': 41,
  'x-accel-expires': 42,
  'deno-cdn-cache-control': 43,
};
// End of what is generated.

/** A fresh instance. */
export function instantiate(bytes = wasm) {
  return new Engine(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
}

class Engine {
  constructor(exports) {
    this.exports = exports;
  }

  /** Returns the error's number, 0 for none. */
  load(blob) {
    return this.exports.load(this.write(blob));
  }

  /** Asks `decide`, `on_request` or `read`; returns the answer's bytes, none where there is no answer. */
  ask(question, input) {
    const length = this.exports[question](this.write(input));
    return new Uint8Array(this.exports.memory.buffer, this.exports.output(), length).slice();
  }

  write(bytes) {
    new Uint8Array(this.exports.memory.buffer, this.exports.input(), this.exports.capacity()).set(bytes);
    return bytes.length;
  }
}

/** Every case of the contract, with the defaults of its file. */
export function cases() {
  const folder = new URL('cases/', conformance);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort();
  return files.flatMap((file) => {
    const { defaults, cases } = JSON.parse(readFileSync(new URL(file, folder)));
    return cases.map((one) => ({ file, ...merged(defaults, one) }));
  });
}

/** The ids of cases that do not hold yet anywhere. */
export function knownFailures() {
  return JSON.parse(readFileSync(new URL('known-failures.json', conformance)));
}

/** The policies' blobs, each for the host of its case. */
export function blobs(cases) {
  const lines = cases.map(({ policy, exchange, seal_keys }) => JSON.stringify({ policy, host: exchange.host, seal_keys }));
  const output = example('blobs', [], { input: `${lines.join('\n')}\n` });
  return output.trimEnd().split('\n').map((line) => {
    if (line.startsWith('!')) throw new Error(line.slice(1));
    return Buffer.from(line, 'hex');
  });
}

/** Starts one of the crate's examples, and waits for its end elsewhere. */
export function startExample(name, args) {
  return promisify(execFile)('cargo', command(name, args), settings());
}

function example(name, args, options) {
  return execFileSync('cargo', command(name, args), { ...settings(), ...options });
}

function command(name, args) {
  return ['run', '--quiet', '--locked', '-p', 'hardtack-engine', '--example', name, '--', ...args];
}

function settings() {
  return { cwd: new URL('..', here), encoding: 'utf8', maxBuffer: 1 << 26 };
}

/** An exchange of the contract as it goes into the input buffer. */
export function encode({ exchange, now, entropy }) {
  const bytes = [exchange.scheme === 'https' ? 1 : 0, 0, ...little(exchange.status, 2), ...little(now, 8)];
  bytes.push(...Buffer.from(entropy, 'hex'));
  const part = (tag, text) => {
    bytes.push(tag, ...little(text.length, 4));
    for (const character of text) bytes.push(character.charCodeAt(0));
  };
  part(1, exchange.method);
  part(2, exchange.host);
  part(3, exchange.path);
  if (exchange.country) part(4, exchange.country);
  const fields = (list, tags) => {
    for (const [name, value] of list) {
      const tag = tags[name.toLowerCase()];
      if (tag !== undefined) part(tag, value);
    }
  };
  fields(exchange.request, REQUEST_TAGS);
  fields(exchange.response, RESPONSE_TAGS);
  return Uint8Array.from(bytes);
}

const uuid = (bytes) => Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** An answer in the words of the contract; null where there is none. */
export function decode(answer) {
  if (answer.length === 0) return null;
  const [outcome, reason, flags, edits] = answer;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
  let at = 4;
  const text = (length) => Buffer.from(answer.subarray(at, (at += length))).toString('utf8');
  const short = () => text(view.getUint16((at += 2) - 2, true));
  const observed = { outcome: OUTCOMES[outcome], reason: REASONS[reason] ?? null, id: null, set_cookie: [], headers: [], append: [], remove: [], log: null };
  if (flags & 1) observed.id = uuid(answer.subarray(at, (at += 16)));
  if (flags & 2) observed.log = text(view.getUint32((at += 4) - 4, true));
  for (let edit = 0; edit < edits; edit += 1) {
    const kind = answer[at++];
    if (kind === 1) observed.set_cookie.push(short());
    else if (kind === 2) observed.headers.push([short(), short()]);
    else if (kind === 3) observed.append.push([short(), short()]);
    else if (kind === 4) observed.remove.push(short());
    else throw new Error(`an edit of the kind ${kind}`);
  }
  if (at !== answer.length) throw new Error(`${answer.length - at} bytes too many`);
  return observed;
}

function little(number, length) {
  return Array.from({ length }, (_, at) => Math.floor(number / 256 ** at) % 256);
}

function merged(under, over) {
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isObject(under) || !isObject(over)) return over;
  const result = { ...under };
  for (const key of Object.keys(over)) result[key] = key in under ? merged(under[key], over[key]) : over[key];
  return result;
}
