import type { Engine, Visitor } from '../js/host.mjs';

export interface FetchOptions {
  /** Gets the policy's log lines. Default: `console.log`. */
  log?: (line: string) => void;
  /** The scheme that the browser used, where it is not that of the request's URL. */
  scheme?: 'http' | 'https' | ((request: Request) => 'http' | 'https' | undefined);
  /**
   * The visitor's country in two letters, where something in front vouches for it: never what a client can send.
   * Default: what Cloudflare, Netlify (in the context) and Vercel say; elsewhere not known.
   */
  country?: (request: Request, context?: any) => string | null | undefined;
}

/** A handler: the host's second argument (context, info, server) stays the second. */
export type Handler<Context = unknown, Rest extends unknown[] = unknown[]> = (
  request: Request,
  context: Context,
  visitor: Visitor,
  ...rest: Rest
) => Response | Promise<Response>;

/** Wraps a handler. Its errors stay its own; a response that is no page passes as it is. */
export function wrap<Context = unknown, Rest extends unknown[] = unknown[]>(
  engine: Engine,
  handler: Handler<Context, Rest>,
  options?: FetchOptions,
): (request: Request, context?: Context, ...rest: Rest) => Promise<Response>;

/**
 * Decides a response that is already there. Returns it, or a copy that carries the cookie. The origin has answered
 * already: a policy with `signals.request_header` needs `wrap`.
 */
export function decorate(engine: Engine, request: Request, response: Response, options?: FetchOptions): Response;

/** An exchange between its two halves. */
export interface Visit {
  readonly visitor: Visitor;
  /**
   * The request for the origin: where the policy has a signal header, a copy with it and without any that the client
   * sent.
   */
  readonly forOrigin: Request;
}

/** The first half: who the visitor is. `context` is the host's second argument. */
export function onRequest(engine: Engine, request: Request, options?: FetchOptions, context?: unknown): Visit;

/** The second half: the response, or a copy that carries the cookie. */
export function onResponse(visit: Visit, response: Response): Response;
