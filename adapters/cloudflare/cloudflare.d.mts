import type { FetchOptions } from '../fetch/fetch.mjs';
import type { Engine, Visitor } from '../js/host.mjs';

export type FetchHandler<Env = any, Context = any> = (
  request: Request,
  env: Env,
  ctx: Context,
  visitor: Visitor,
) => Response | Promise<Response>;

export interface WorkerOptions extends FetchOptions {
  /**
   * The binding to static assets that a Worker without a handler asks. Default: `ASSETS`; where there is none, the
   * origin.
   */
  assets?: string;
}

export interface Worker<Env = any, Context = any> {
  fetch(request: Request, env?: Env, ctx?: Context): Promise<Response>;
}

/** A Worker: yours with visitors, or one that passes on to the static assets or the origin. */
export function createWorker<Own extends object = {}, Env = any, Context = any>(
  engine: Engine,
  handler?: (Own & { fetch?: FetchHandler<Env, Context> }) | FetchHandler<Env, Context>,
  options?: WorkerOptions,
): Omit<Own, 'fetch'> & Worker<Env, Context>;

/** The `fetch` function alone. */
export function withVisitor<Env = any, Context = any>(
  engine: Engine,
  handler: FetchHandler<Env, Context>,
  options?: FetchOptions,
): (request: Request, env?: Env, ctx?: Context) => Promise<Response>;
