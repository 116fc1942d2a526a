/**
 * A framework's example: its `site/`, the programs of its page beside it, the packages that it needs, and what
 * `hardtack build` writes. All of it lies in `target/frameworks/NAME`, where the packages stay.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runBuild, snippets } from '../../js/test/artifact.mjs';
import { packageRoot } from '../../js/test/platforms.mjs';
import { answered, freePort, stop } from '../../js/test/processes.mjs';

const PACKAGES = ['node_modules', 'package.json', 'package-lock.json'];
const kept = fileURLToPath(new URL('../../../target/frameworks/', import.meta.url));

/**
 * Makes the example of a framework anew, and returns its folder. The visitor's cookie is `FPD`; where the page has two
 * ways, it is `SERVER` from the one in a Node server, so that it shows which of the two set it.
 */
export function prepare(framework) {
  const folder = join(kept, framework);
  const source = join(packageRoot, 'frameworks', framework);
  mkdirSync(folder, { recursive: true });
  readdirSync(folder).filter((name) => !PACKAGES.includes(name)).forEach((name) => rmSync(join(folder, name), { recursive: true }));
  install(source, folder);
  if (existsSync(join(source, 'site'))) cpSync(join(source, 'site'), folder, { recursive: true });
  for (const [name, text] of programsOf(framework)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const commands = snippets(`frameworks/${framework}`, 'sh').join('').split('\n');
  const builds = commands.filter((command) => command.startsWith('hardtack build '));
  const policyOf = (command) => (builds.length > 1 && command.includes(' node ') ? '[cookie]\nname = "SERVER"\n' : '');
  builds.forEach((command) => runBuild(command, folder, policyOf(command)));
  commands.filter((command) => command.startsWith('npm install ')).forEach((command) => link(folder, command.split(' ')[2]));
  return folder;
}

/** As `npm install` links a folder. */
function link(folder, built) {
  const { name } = JSON.parse(readFileSync(join(folder, built, 'package.json'), 'utf8'));
  const path = join(folder, 'node_modules', name);
  rmSync(path, { force: true });
  symlinkSync(join(folder, built), path);
}

/** The packages, in the versions of the lock file, unless they are there. */
function install(source, folder) {
  const files = ['package.json', 'package-lock.json'];
  const done = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(done) && files.every((name) => statSync(join(source, name)).mtimeMs <= statSync(done).mtimeMs)) return;
  for (const name of files) cpSync(join(source, name), join(folder, name));
  // Not `npm ci`: it refuses a lock file that does not name the binaries of other systems, too.
  const options = ['--no-save', '--no-progress', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...options], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  utimesSync(done, new Date(), new Date());
}

/** The programs of a framework's page, by the path in their first line. */
export function programsOf(framework) {
  const blocks = snippets(`frameworks/${framework}`, '(?:js|ts|tsx)');
  return new Map(blocks.map((text) => [/^\/\/ ([\w./-]+)/.exec(text)?.[1], text]).filter(([name]) => name));
}

/** Runs a program of the example in this Node until it ends. What it says is told only if it fails. */
export function run(folder, program, words, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed in ${folder}:\n${stdout}${stderr}`);
}

/** Runs a server of the example in this Node while it is used. */
export async function serving(folder, words, use, env = {}) {
  const port = await freePort();
  const given = { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env };
  const child = spawn(process.execPath, words.map((word) => word.replace('{port}', port)), { cwd: folder, env: given, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await answered(child, port, 'GET /account HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n');
    await use(port);
  } finally {
    await stop(child);
  }
}
