/** What a user of a platform has: the folder that `hardtack build` writes, and the page that says what to do with it. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from './platforms.mjs';

/** Builds a platform into `dist/` of a folder, with the command that this repository has. */
export function build(platform, folder, host = 'www.example.com') {
  const cargo = ['run', '-q', '-p', 'hardtack-cli', '--bin', 'hardtack', '--'];
  const line = ['build', platform, '--host', host, '-q', '-o', join(folder, 'dist')];
  const { status, stderr, error } = spawnSync('cargo', [...cargo, ...line], { cwd: packageRoot, encoding: 'utf8' });
  if (status !== 0) throw new Error(`hardtack build ${platform} failed: ${error ?? stderr} (install Rust from https://rustup.rs)`);
}

/** The blocks of code of a platform's page in one language, in turn. */
export function snippets(platform, language) {
  const page = readFileSync(join(packageRoot, platform, 'README.md'), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
