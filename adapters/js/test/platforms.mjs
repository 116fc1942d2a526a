/** The platforms whose adapters pass the contract without a server: each has a `test/conformance.mjs` in its folder. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

const conformance = (platform) => `${platform}/test/conformance.mjs`;

/** Their folders' names, that of the host module among them. */
export const platforms = readdirSync(packageRoot)
  .filter((folder) => existsSync(join(packageRoot, conformance(folder))))
  .sort();

/** What runs the contract through all of them, as `modulesOf` takes it. */
export const conformanceModules = platforms.map(conformance);

/**
 * The modules that run where `entries` do, as paths from the package's root: first the entries, then whatever they
 * import, at any depth. `packages` is what they import by a package's name: `[{name, from, path}]`, where `from` is
 * the importing module.
 */
export function modulesOf(entries) {
  const found = new Set();
  const packages = [];
  const pending = [...entries];
  while (pending.length > 0) {
    const from = pending.shift();
    if (found.has(from)) continue;
    found.add(from);
    for (const name of importsOf(from)) {
      const path = resolved(name, from);
      if (!name.startsWith('.')) packages.push({ name, from, path });
      pending.push(path);
    }
  }
  return { modules: [...found], packages };
}

/** What a module names in its import and export statements, other modules of JavaScript only. */
function importsOf(path) {
  const source = readFileSync(join(packageRoot, path), 'utf8');
  const names = [...source.matchAll(/^(?:import |(?:import|export|\}) ?[^'"\n;=]*from )['"]([^'"]+)['"];?$/gm)].map((match) => match[1]);
  return names.filter((name) => !/\.(wasm|bin)$/.test(name));
}

function resolved(name, from) {
  if (name.startsWith('.')) return join(dirname(from), name);
  return relative(packageRoot, fileURLToPath(import.meta.resolve(name)));
}
