/**
 * Consent strings that the IAB's own libraries write, read by the engine: what the visitor is recorded to have said is
 * what comes of it, and nothing else.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GppModel } from '@iabgpp/cmpapi';
import { Segment, SegmentEncoder, TCModel } from '@iabtcf/core';

import { createEngine, decideExchange } from '../host.mjs';
import { blobsFor, fromHex, wasm } from './cases.mjs';

const DAY = 86_400_000;
const NOW = Date.now();
const VENDOR = 755;
const module = new WebAssembly.Module(wasm);

let seed = Number(process.env.SEED ?? NOW % 2_147_483_647) || 1;
const first = seed;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const chance = (share) => random() < share;
const below = (limit) => Math.floor(random() * limit);
const pick = (list) => list[below(list.length)];
const some = (last, share) => Array.from({ length: last }, (_, i) => i + 1).filter(() => chance(share));

const policies = [
  { from: ['tcf'] },
  { from: [{ cmp: 'tcf', needs: ['1'] }] },
  { from: [{ cmp: 'tcf', needs: ['2', '24'] }] },
  { from: [{ cmp: 'tcf', vendor: VENDOR }] },
  { from: ['gpp'], us_opt_out: 'deny' },
  { from: [{ cmp: 'gpp', needs: ['2'] }] },
].map((consent) => ({ consent: { required: 'everywhere', ...consent } }));
const engines = blobsFor(policies.map((policy) => ({ policy, host: 'www.example.com' })))
  .map((blob) => createEngine(module, fromHex(blob), { now: () => Math.floor(NOW / 1000) }));

const REASON = { granted: 'new_visitor', denied: 'consent_denied', pending: 'consent_pending' };

function check(engine, cookie, expected) {
  const decision = decideExchange(engine, {
    scheme: 'https', method: 'GET', host: 'www.example.com', path: '/', status: 200, response: [],
    request: [['sec-fetch-dest', 'document'], ['cookie', cookie]],
  });
  assert.equal(decision?.reason, REASON[expected], `${cookie} (SEED=${first})`);
  assert.equal(decision.id !== null, expected === 'granted');
}

/** A visitor's choices: often all or nothing, as buttons make them. */
function choices() {
  const share = pick([0, 1, 0.5, 0.9]);
  return {
    purposes: some(24, share),
    publisher: chance(0.4) ? some(24, pick([0, 1, 0.5])) : null,
    vendors: [...some(pick([0, 40, 1200]), pick([0.01, 0.5, 0.97])), ...(chance(0.5) ? [VENDOR] : [])],
    serviceSpecific: chance(0.9),
    purposeOneTreatment: chance(0.1),
    date: new Date(NOW - below(800) * DAY),
  };
}

function encode(choice) {
  const model = new TCModel();
  Object.assign(model, {
    cmpId: 2 + below(4000), cmpVersion: 1 + below(90), consentScreen: below(60), vendorListVersion: 1 + below(4000),
    consentLanguage: pick(['EN', 'DE', 'FR']), publisherCountryCode: pick(['DE', 'LU', 'AA']), policyVersion: pick([2, 4, 5]),
    isServiceSpecific: choice.serviceSpecific, purposeOneTreatment: choice.purposeOneTreatment, useNonStandardTexts: chance(0.5),
    created: choice.date, lastUpdated: choice.date,
  });
  model.purposeConsents.set(choice.purposes);
  model.purposeLegitimateInterests.set(some(24, 0.5).filter((purpose) => purpose > 1));
  model.specialFeatureOptins.set(some(2, 0.5));
  model.vendorConsents.set(choice.vendors);
  model.vendorLegitimateInterests.set(some(30, 0.5));
  model.vendorsDisclosed.set(some(300, 0.5));
  model.publisherConsents.set(choice.publisher ?? []);
  model.publisherLegitimateInterests.set(some(24, 0.3));
  const others = [...(choice.publisher ? [Segment.PUBLISHER_TC] : []), ...(chance(0.3) ? [Segment.VENDORS_DISCLOSED] : [])];
  if (chance(0.5)) others.reverse();
  return [Segment.CORE, ...others].map((segment) => SegmentEncoder.encode(model, segment)).join('.');
}

function expected(choice, needs, vendor) {
  if (!choice.serviceSpecific) return 'pending';
  let purposes = choice.purposeOneTreatment ? [1, ...choice.purposes] : choice.purposes;
  if (!vendor && choice.publisher?.length) purposes = choice.publisher;
  const granted = needs.every((need) => purposes.includes(need)) && (!vendor || choice.vendors.includes(vendor));
  if (!granted) return 'denied';
  // The string's own unit, a tenth of a second.
  return Math.floor(NOW / 1000) * 10 > Math.round(choice.date / 100) + 396 * 864_000 ? 'pending' : 'granted';
}

test('TCF strings of @iabtcf/core', () => {
  const seen = { granted: 0, denied: 0, pending: 0 };
  for (let i = 0; i < 3000; i += 1) {
    const choice = choices();
    const cookie = `euconsent-v2=${encode(choice)}`;
    [[[1, 8]], [[1]], [[2, 24]], [[1, 8], VENDOR]].forEach(([needs, vendor], at) => {
      const answer = expected(choice, needs, vendor);
      seen[answer] += 1;
      check(engines[at], cookie, answer);
    });
  }
  for (const [answer, count] of Object.entries(seen)) assert.ok(count > 500, `only ${count} ${answer}`);
});

const STATES = ['usca', 'usva', 'usco', 'usut', 'usct', 'usfl', 'usmt', 'usor', 'ustx', 'usde', 'usia', 'usne', 'usnh', 'usnj', 'ustn', 'usmn', 'usmd', 'usin', 'usky', 'usri'];
const WITHOUT_GPC = ['usva', 'usut', 'usfl', 'usin', 'usky', 'usri'];

/** Sections for a few jurisdictions, and what each of them says. */
function sections() {
  const model = new GppModel(), answers = { us: [], purposes: null };
  if (chance(0.5)) {
    const consents = Array.from({ length: 24 }, () => chance(pick([0.1, 0.9])));
    model.setFieldValue('tcfeuv2', 'PurposeConsents', consents);
    model.setFieldValue('tcfeuv2', 'IsServiceSpecific', true);
    answers.purposes = consents.flatMap((granted, i) => (granted ? [i + 1] : []));
  }
  if (chance(0.2)) {
    const sale = pick(['Y', 'N', '-']);
    model.setFieldValue('uspv1', 'OptOutSale', sale);
    answers.us.push(sale === 'Y');
  }
  for (const name of ['usnat', ...STATES]) {
    if (!chance(0.12)) continue;
    const late = ['usmd', 'usin', 'usky', 'usri'].includes(name);
    const choice = () => pick([0, 1, 2, 2]);
    model.setFieldValue(name, 'MspaCoveredTransaction', late ? 1 : pick([1, 2]));
    const fields = name === 'usnat' ? ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut'] : ['SaleOptOut', name === 'usca' ? 'SharingOptOut' : 'TargetedAdvertisingOptOut'];
    for (const field of fields) {
      const value = choice();
      model.setFieldValue(name, field, value);
      answers.us.push(value === 1);
    }
    if (!WITHOUT_GPC.includes(name)) {
      const gpc = chance(0.2);
      model.setFieldValue(name, 'Gpc', gpc);
      answers.us.push(gpc);
    }
  }
  return { model, answers };
}

test('GPP strings of @iabgpp/cmpapi', () => {
  const seen = { granted: 0, denied: 0, pending: 0 };
  let strings = 0;
  while (strings < 2000) {
    const { model, answers } = sections();
    let text;
    try {
      text = model.encode();
    } catch {
      continue; // A value that the library refuses in this section.
    }
    strings += 1;
    const europe = (needs) => {
      if (!answers.purposes) return 'pending';
      return needs.every((need) => answers.purposes.includes(need)) ? 'granted' : 'denied';
    };
    const answer = answers.us.includes(true) ? 'denied' : europe([1, 8]);
    seen[answer] += 1;
    check(engines[4], `__gpp=${text}`, answer);
    check(engines[5], `__gpp=${text}`, europe([2]));
  }
  for (const [answer, count] of Object.entries(seen)) assert.ok(count > 20, `only ${count} ${answer}`);
});
