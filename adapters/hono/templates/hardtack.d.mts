import type { MiddlewareHandler } from 'hono';

import type { FetchOptions } from './fetch.mjs';
// `c.get('visitor')` has its type from there.
import type {} from './hono.mjs';

export type { Visitor } from './host.mjs';

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash: string;

/** The middleware: `app.use(visitor())`, before all others. */
export function visitor(options?: FetchOptions): MiddlewareHandler;
