/**
 * The contract where no server is: through each platform's own `test/conformance.mjs`. Imports nothing of Node, so that
 * workerd and Deno run the same file.
 */

import { engineFor, tally } from './contract.mjs';

/**
 * How a platform, by its folder's name, is handed a case: which it cannot be handed and why (`leaveOut`), how many
 * these are exactly (`leftOut`), and how one is run (`run`).
 */
export const wayOf = async (platform) => (await import(`../../${platform}/test/conformance.mjs`)).WAY;

/** Runs all cases through each platform: `{platform: {passed, failed: [message], leftOut: {reason: count}}}`. */
export async function runCases(module, { platforms, cases }) {
  const tallies = {};
  for (const platform of platforms) {
    const { leaveOut, run } = await wayOf(platform);
    tallies[platform] = await tally(cases, leaveOut, (one) => run(one, engineFor(module, one)));
  }
  return tallies;
}
