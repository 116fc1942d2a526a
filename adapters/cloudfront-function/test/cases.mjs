/** The contract: all cases of `conformance/`, defaults filled in. */

import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../../../conformance/cases/', import.meta.url);

export function loadCases() {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().flatMap((name) => {
    const { defaults, cases } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    return cases.map((one) => ({ ...merged(defaults, one), id: `${name.replace('.json', '')}: ${one.name}` }));
  });
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Objects merge key by key at every depth; anything else replaces. */
function merged(under, over) {
  if (!isObject(under) || !isObject(over)) return over;
  const result = { ...under };
  for (const key of Object.keys(over)) result[key] = key in under ? merged(under[key], over[key]) : over[key];
  return result;
}
