// hardtack {version} for Lambda@Edge, viewer-response. Policy {hash}: the cookie {cookie}, {domains}.
import { readFileSync } from 'node:fs';

import { createEngine } from './host.mjs';
import { createHandler } from './lambda-edge.mjs';

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash = '{hash}';

const policy = Buffer.from('{policy}', 'base64');
const engine = createEngine(readFileSync(new URL('engine.wasm', import.meta.url)), policy);

export const handler = createHandler(engine);
