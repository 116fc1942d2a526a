/** Functions in njs, the closest engine to CloudFront's that can be had: Debian's package. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const folder = mkdtempSync(join(tmpdir(), 'hardtack-njs-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs a function on some events in one process. What it logs and what it returns come back, line by line. */
export function inNjs(text, events) {
  const file = join(folder, 'function.js');
  const asked = events.map(({ event, now }) => JSON.stringify({ event, now }));
  const answers = join(folder, 'answers');
  // Not printed: njs cuts what is longer than 2,048 bytes.
  const driver = `
const $answers = ${JSON.stringify(answers)};
const $events = ${JSON.stringify(asked)};
let $now = 0;
Date.now = () => $now * 1000 + 999;
const $said = [];
console.log = (line) => $said.push(line);
$events.forEach((line) => {
  const asked = JSON.parse(line);
  $now = asked.now;
  const response = handler(asked.event);
  require('fs').appendFileSync($answers, JSON.stringify({ response: response, said: $said.splice(0, $said.length) }) + '\\n');
});`;
  writeFileSync(answers, '');
  writeFileSync(file, `${text}\n${driver}\n`);
  const { status, stdout, stderr, error } = spawnSync('njs', [file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw new Error(`no njs: ${error.message} (apt-get install njs)`);
  assert.equal(status, 0, stdout.slice(0, 2000) + stderr);
  return readFileSync(answers, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
}
