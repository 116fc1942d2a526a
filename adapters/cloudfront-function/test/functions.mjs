/** Functions as the generator makes them, run in this Node: what CloudFront's runtime has, and nothing else. */

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const root = new URL('../../../', import.meta.url);
const require = createRequire(import.meta.url);

/** For each `{policy, host}`: `{plain, telling}`, or `{refused}`. */
export function functionsFor(wanted) {
  const input = wanted.map((one) => JSON.stringify(one)).join('\n');
  return example('functions', [], input).trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** What an example of this crate prints. */
export function example(name, args, input) {
  const cargo = ['run', '-q', '-p', 'hardtack-cloudfront-function', '--example', name, '--', ...args];
  const { status, stdout, stderr, error } = spawnSync('cargo', cargo, { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`the example ${name} failed: ${error ?? stderr} (install Rust from https://rustup.rs)`);
  return stdout;
}

/** The handler of a function's text. `clock` is Unix time in milliseconds; `log` gets what it says. */
export function load(text, { clock = Date.now, log = () => {}, random = Math.random } = {}) {
  const date = { now: clock };
  const math = { floor: Math.floor, min: Math.min, random };
  const make = new Function('require', 'console', 'Date', 'Math', `'use strict';\n${text}\nreturn handler;`);
  return make(require, { log }, date, math);
}
