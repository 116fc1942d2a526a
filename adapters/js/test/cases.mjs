/** The contract: all cases of `conformance/`, defaults filled in, each with its policy as a blob. */

import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const root = new URL('../../../', here);

export const wasm = readFileSync(new URL('../engine/engine.wasm', here));

/** `{id, policy, exchange, now, entropy, expect, blob}`; `blob` and `entropy` in hex. */
export function loadCases() {
  // `test/run` makes this file once for all processes.
  const prepared = process.env.HARDTACK_CASES;
  return prepared ? JSON.parse(readFileSync(prepared, 'utf8')) : withBlobs(caseFiles().flatMap(casesOf));
}

/** A blob for each policy (in the policy file's shape), its domains resolved for the host. */
export function blobsFor(wanted) {
  const input = wanted.map(({ policy, host, seal_keys }) => JSON.stringify({ policy, host, seal_keys })).join('\n');
  const cargo = ['run', '-q', '-p', 'hardtack-engine', '--example', 'blobs'];
  const { status, stdout, stderr, error } = spawnSync('cargo', cargo, { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`no policy blobs: ${error ?? stderr} (install Rust from https://rustup.rs)`);
  return stdout.trimEnd().split('\n').map(checked);
}

export function blobFor(policy, host) {
  return fromHex(blobsFor([{ policy, host }])[0]);
}

export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function checked(line) {
  if (line.startsWith('!')) throw new Error(`no policy blob: ${line.slice(1)}`);
  return line;
}

function withBlobs(cases) {
  const keys = new Map();
  const wantedOf = ({ policy, exchange, seal_keys }) => ({ policy, host: exchange.host, seal_keys });
  for (const one of cases) {
    const wanted = wantedOf(one);
    keys.set(JSON.stringify(wanted), wanted);
  }
  const blobs = blobsFor([...keys.values()]);
  const blobOf = new Map([...keys.keys()].map((key, i) => [key, blobs[i]]));
  return cases.map((one) => ({ ...one, blob: blobOf.get(JSON.stringify(wantedOf(one))) }));
}

function caseFiles() {
  const folder = new URL('conformance/cases/', root);
  return readdirSync(folder).sort().map((name) => ({ topic: name.replace('.json', ''), ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')), file: name }));
}

function casesOf({ file, defaults, cases }) {
  return cases.map((one) => {
    const { name, why: _, ...rest } = merged(defaults, one);
    return { id: `${file.replace('.json', '')}: ${name}`, ...rest };
  });
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Objects merge key by key at every depth; anything else replaces. */
function merged(under, over) {
  if (!isObject(under) || !isObject(over)) return over;
  const result = { ...under };
  for (const key of Object.keys(over)) result[key] = key in under ? merged(under[key], over[key]) : over[key];
  return result;
}
