/** Writes the contract's cases, with their policies as blobs, to the file that is its argument. */

import { writeFileSync } from 'node:fs';

import { loadCases } from './cases.mjs';

writeFileSync(process.argv[2], JSON.stringify(loadCases()));
