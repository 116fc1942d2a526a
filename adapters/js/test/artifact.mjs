/** What a user of a platform has: the folder that `hardtack build` writes, and the page that explains it. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from './platforms.mjs';

/**
 * Builds a platform into `dist/` of a folder, by the first command of its page, and from `policy`, the text of a policy
 * file, which is put there, too.
 */
export const build = (platform, folder, policy) => runBuild(snippets(platform, 'sh')[0], folder, policy);

/** Runs a page's `hardtack build` in a folder. */
export function runBuild(command, folder, policy = '') {
  const [program, ...words] = command.split('#')[0].trim().split(/\s+/);
  if (program !== 'hardtack') throw new Error(`a page's first command is ${command}`);
  writeFileSync(join(folder, 'hardtack.toml'), policy);
  const cargo = ['run', '-q', '--manifest-path', join(packageRoot, '../Cargo.toml'), '-p', 'hardtack-cli', '--bin', 'hardtack', '--'];
  const { status, stderr, error } = spawnSync('cargo', [...cargo, ...words, '-q'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error ?? stderr} (install Rust from https://rustup.rs)`);
}

/** The blocks of code of a platform's page in one language, in turn. */
export function snippets(platform, language) {
  const page = readFileSync(join(packageRoot, platform, 'README.md'), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
