/**
 * Every cookie that is set is one that npm's `tough-cookie`, an independent judge, keeps as it was meant; what takes it
 * back leaves nothing.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { CookieJar } from 'tough-cookie';

const COUNT = 1000;
const SEED = process.env.SEED ?? String(Date.now() % 1_000_000);
const MINUTE = 60;

test(`${COUNT} pages' cookies are kept as meant, and taken back (SEED=${SEED})`, async () => {
  for (const { url, set, expire, meant } of pages()) {
    const jar = new CookieJar(undefined, { prefixSecurity: 'strict', rejectPublicSuffixes: true, allowSpecialUseDomain: true });
    for (const line of set) await jar.setCookie(line, url, { ignoreError: false });
    const { cookies } = await jar.serialize();
    assert.deepEqual(sorted(cookies.map((cookie) => kept(cookie, meant))), sorted(meant), `${url} ${set.join('\n')}`);
    for (const line of expire) await jar.setCookie(line, url, { ignoreError: true });
    assert.deepEqual(await jar.getCookies(url), [], `${url} ${expire.join('\n')}`);
  }
});

function pages() {
  const cargo = ['run', '-q', '-p', 'hardtack', '--example', 'judged', String(COUNT), SEED];
  const { status, stdout, stderr, error } = spawnSync('cargo', cargo, { encoding: 'utf8', maxBuffer: 1 << 28, cwd: new URL('.', import.meta.url) });
  assert.equal(status, 0, String(error ?? stderr));
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

const sorted = (cookies) => [...cookies].sort((a, b) => (a.name < b.name ? -1 : 1));
const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' };

/** A cookie of the jar in the shape of what was meant. Times count to the minute. */
function kept(cookie, meant) {
  const { key, value, domain, hostOnly, path, secure, httpOnly, sameSite, maxAge } = cookie;
  const wanted = meant.find(({ name }) => name === key)?.maxAge;
  return {
    name: key,
    value,
    domain: hostOnly ? null : domain,
    path,
    maxAge: Math.abs(maxAge - wanted) < MINUTE ? wanted : maxAge,
    secure: secure ?? false,
    httpOnly: httpOnly ?? false,
    sameSite: SAME_SITE[sameSite] ?? null,
  };
}
