/** What a run of the contract through the platforms has to come to. */

import assert from 'node:assert/strict';

import { loadCases } from './cases.mjs';
import { platforms } from './platforms.mjs';
import { wayOf } from './portable.mjs';

export const cases = loadCases();

const ways = new Map();
for (const platform of platforms) ways.set(platform, await wayOf(platform));

/** Each platform passes all cases but those left out, and leaves out no other number of them. */
export function check(tallies) {
  for (const [platform, { passed, failed, leftOut: got }] of Object.entries(tallies)) {
    assert.deepEqual(failed, [], platform);
    assert.deepEqual(got, ways.get(platform).leftOut, platform);
    const skipped = Object.values(got).reduce((sum, count) => sum + count, 0);
    assert.equal(passed + skipped, cases.length, platform);
  }
  assert.deepEqual(Object.keys(tallies), platforms);
}
