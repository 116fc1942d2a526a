import type { MiddlewareHandler } from 'hono';

import type { FetchOptions } from '../fetch/fetch.mjs';
import type { Engine, Visitor } from '../js/host.mjs';

declare module 'hono' {
  interface ContextVariableMap {
    /** Set by hardtack's middleware. */
    visitor: Visitor;
  }
}

/** The middleware of an engine. Put it first. */
export function visitor(engine: Engine, options?: FetchOptions): MiddlewareHandler;
