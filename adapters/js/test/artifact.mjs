/** What a user of a platform has: the folder that `hardtack build` writes, and the page that explains it. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from './platforms.mjs';

/**
 * Builds a platform into `dist/` of a folder, by the first command of its page, and from `policy`, the text of a policy
 * file, which is put there, too.
 */
export function build(platform, folder, policy = '') {
  const [command] = snippets(platform, 'sh')[0].split('#');
  const [program, ...words] = command.trim().split(/\s+/);
  if (program !== 'hardtack') throw new Error(`the first command of ${platform}/README.md is ${command}`);
  const file = join(folder, 'hardtack.toml');
  writeFileSync(file, policy);
  const cargo = ['run', '-q', '-p', 'hardtack-cli', '--bin', 'hardtack', '--'];
  const line = [...words, '--policy', file, '-q', '-o', join(folder, 'dist')];
  const { status, stderr, error } = spawnSync('cargo', [...cargo, ...line], { cwd: packageRoot, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.trim()} failed: ${error ?? stderr} (install Rust from https://rustup.rs)`);
}

/** The blocks of code of a platform's page in one language, in turn. */
export function snippets(platform, language) {
  const page = readFileSync(join(packageRoot, platform, 'README.md'), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);
}
