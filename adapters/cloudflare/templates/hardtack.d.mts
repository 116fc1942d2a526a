import type { FetchHandler, Worker, WorkerOptions } from './cloudflare.mjs';

export type { Visitor } from './host.mjs';

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash: string;

/**
 * A Worker around one of your own, `{ fetch(request, env, ctx, visitor) }`, or around the origin or the static assets.
 */
export function createWorker<Own extends object = {}, Env = any, Context = any>(
  handler?: (Own & { fetch?: FetchHandler<Env, Context> }) | FetchHandler<Env, Context>,
  options?: WorkerOptions,
): Omit<Own, 'fetch'> & Worker<Env, Context>;
