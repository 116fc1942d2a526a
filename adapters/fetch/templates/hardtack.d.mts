import type { FetchOptions, Handler } from './fetch.mjs';

export type { Visitor } from './host.mjs';

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash: string;

/** Wraps a handler `(request, context, visitor)`: its pages get the cookie. */
export function wrap<Context = unknown, Rest extends unknown[] = unknown[]>(
  handler: Handler<Context, Rest>,
  options?: FetchOptions,
): (request: Request, context?: Context, ...rest: Rest) => Promise<Response>;

/** A response that is already there, or a copy that carries the cookie. */
export function decorate(request: Request, response: Response, options?: FetchOptions): Response;
