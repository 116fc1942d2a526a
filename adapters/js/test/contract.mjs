/** One case held against what a host did. Imports nothing of Node, so that workerd and Deno run the same file. */

import { createEngine } from '../host.mjs';

export async function tally(cases, leaveOut, run) {
  const result = { passed: 0, failed: [], leftOut: {} };
  for (const one of cases) {
    const reason = leaveOut(one.exchange);
    if (reason) {
      result.leftOut[reason] = (result.leftOut[reason] ?? 0) + 1;
      continue;
    }
    const problem = difference(one.expect, await run(one));
    if (problem === null) result.passed += 1;
    else result.failed.push(`${one.id}: ${problem}`);
  }
  return result;
}

/** An engine with the case's policy, time and entropy. */
export function engineFor(module, { blob, now, entropy }) {
  const bytes = fromHex(entropy);
  return createEngine(module, fromHex(blob), {
    now: () => now,
    entropy: (batch) => batch.forEach((_, i) => (batch[i] = bytes[i % bytes.length])),
  });
}

/**
 * What a response carries more than the origin's, in the words of the contract: what was appended counts among the
 * headers. Throws where the origin's was changed. `sent` and `seen`: the request's fields before and behind us, where
 * there is something behind.
 */
export function observedIn({ given, got, engine, lines, sent, seen }) {
  const cookies = values(got, 'set-cookie');
  const originCookies = values(given, 'set-cookie');
  same(cookies.slice(0, originCookies.length), originCookies, "the origin's cookies");
  const set = got.flatMap(([name, value]) => (name === 'set-cookie' ? [] : added(name, value, values(given, name))));
  const names = set.map(([name]) => name);
  const remove = given.map(([name]) => name.toLowerCase()).filter((name) => values(got, name).length === 0);
  const edited = ['set-cookie', ...names, ...remove];
  const rest = (list) => list.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => !edited.includes(name));
  same(rest(got), rest(given), "the origin's fields");
  return {
    outcome: engine.outcome,
    reason: engine.reason,
    id: engine.id,
    set_cookie: cookies.slice(originCookies.length),
    headers: set,
    remove: [...new Set(remove)],
    origin: seen && forOrigin(sent, seen),
    log: lines.length > 0 ? lines.join('\n') : null,
  };
}

/** What a line says that the origin's of the same name do not; hosts of the Fetch standard join what is appended. */
function added(name, value, before) {
  if (before.includes(value)) return [];
  const joined = `${before.join(', ')}, `;
  return [[name, before.length > 0 && value.startsWith(joined) ? value.slice(joined.length) : value]];
}

function forOrigin(sent, seen) {
  const names = new Set([...sent, ...seen].map(([name]) => name.toLowerCase()));
  const changed = [...names].filter((name) => values(sent, name).join() !== values(seen, name).join());
  return changed.map((name) => [name, values(seen, name)[0] ?? null]);
}

export const values = (fields, name) => fields.filter((field) => field[0].toLowerCase() === name).map((field) => field[1]);

function same(got, expected, what) {
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    throw new Error(`${what} changed: ${JSON.stringify(expected)} to ${JSON.stringify(got)}`);
  }
}

function difference(expected, got) {
  // Hosts keep headers by name; in what order they go out does not matter.
  const lower = (list) => list.map(([name, value]) => [name.toLowerCase(), value]).sort();
  const { append = [], remove = [], origin = [] } = expected;
  const all = { ...expected, headers: lower([...expected.headers, ...append]), remove, origin: lower(origin) };
  delete all.append;
  for (const key of Object.keys(all)) {
    const mine = key === 'headers' ? lower([...got.headers, ...(got.append ?? [])]) : got[key];
    // A host that runs after the origin has nothing to tell it.
    if (key === 'origin' && mine === undefined) continue;
    if (JSON.stringify(mine) !== JSON.stringify(all[key])) {
      return `${key} should be ${JSON.stringify(all[key])}, and is ${JSON.stringify(mine)}`;
    }
  }
  return null;
}

function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
