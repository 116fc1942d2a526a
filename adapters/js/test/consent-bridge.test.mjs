/** The page script of `docs/consent-bridge.js`, against pages that behave as the platforms' documentation says. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../../../docs/consent-bridge.js', import.meta.url), 'utf8');

/** A page that has run the script; `cookies` is what it has written. */
function page(globals = {}) {
  const cookies = [], listeners = {}, timers = [];
  const window = {
    ...globals,
    location: { protocol: 'https:' },
    document: { set cookie(line) { cookies.push(line); } },
    addEventListener: (event, listener) => { (listeners[event] ??= []).push(listener); },
    setTimeout: (call) => { timers.push(call); },
    Promise,
  };
  window.window = window;
  vm.runInNewContext(source, window);
  return {
    window,
    cookies,
    emit: (event) => (listeners[event] ?? []).forEach((listener) => listener({})),
    tick: () => timers.splice(0).forEach((call) => call()),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const words = (cookies) => cookies.map((line) => line.match(/^hardtack_consent=(\w+); Path=\/; Max-Age=15552000; SameSite=Lax; Secure$/)?.[1] ?? line);

test('a page without any platform writes nothing, and stops asking', () => {
  const { cookies, tick } = page();
  for (let i = 0; i < 60; i++) tick();
  assert.deepEqual(cookies, []);
});

const ucCmp = (given, type, name = 'Google Analytics') => ({
  getConsentDetails: async () => ({ services: { a1: { name: 'Usercentrics', category: 'essential', consent: { given: true, type: 'EXPLICIT' } }, b2: { name, category: 'marketing', consent: { given, type } } } }),
});

test('Usercentrics 3: an explicit answer is written, a default is not', async () => {
  for (const [cmp, expected] of [
    [ucCmp(true, 'EXPLICIT'), ['granted']],
    [ucCmp(false, 'EXPLICIT'), ['denied']],
    [ucCmp(true, 'IMPLICIT'), []],
    [ucCmp(true, 'EXPLICIT', 'Something else'), []],
  ]) {
    const { cookies } = page({ __ucCmp: cmp });
    await settled();
    assert.deepEqual(words(cookies), expected);
  }
});

test('Usercentrics 3: an answer that changes is written anew', async () => {
  const { window, cookies, emit } = page({ __ucCmp: ucCmp(true, 'EXPLICIT') });
  await settled();
  window.__ucCmp = ucCmp(false, 'EXPLICIT');
  emit('UC_UI_CMP_EVENT');
  await settled();
  assert.deepEqual(words(cookies), ['granted', 'denied']);
});

test('Usercentrics 2, which starts after the script', async () => {
  const { window, cookies, emit } = page();
  window.UC_UI = { getServicesBaseInfo: () => [{ name: 'Google Analytics', categorySlug: 'marketing', consent: { status: true } }] };
  emit('UC_UI_INITIALIZED');
  await settled();
  assert.deepEqual(words(cookies), ['granted']);
});

test('Osano, which starts after the script', () => {
  const { window, cookies, tick } = page();
  const saved = [];
  window.Osano = { cm: { addEventListener: (event, listener) => { if (event === 'osano-cm-consent-saved') saved.push(listener); } } };
  tick();
  saved[0]({ ESSENTIAL: 'ACCEPT', ANALYTICS: 'ACCEPT' });
  saved[0]({ ESSENTIAL: 'ACCEPT', ANALYTICS: 'DENY' });
  saved[0]({ ESSENTIAL: 'ACCEPT' });
  assert.deepEqual(words(cookies), ['granted', 'denied']);
});

test('Sourcepoint, by the TCF: answers count, an open banner does not', () => {
  let tell;
  const { cookies } = page({ __tcfapi: (command, version, listener) => { assert.deepEqual([command, version], ['addEventListener', 2]); tell = listener; } });
  const data = (eventStatus, consents, gdprApplies = true) => ({ eventStatus, gdprApplies, purpose: { consents } });
  tell(data('cmpuishown', { 1: true, 8: true }), true);
  tell(data('useractioncomplete', { 1: true, 8: true }), true);
  tell(data('tcloaded', { 1: true }), true);
  tell(data('tcloaded', {}, false), true);
  tell(null, false);
  assert.deepEqual(words(cookies), ['granted', 'denied']);
});
