import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import type { Engine, Visitor } from '../js/host.mjs';

declare module 'http' {
  interface IncomingMessage {
    /** Set by hardtack's middleware. */
    visitor?: Visitor;
  }
}

declare module 'http2' {
  interface Http2ServerRequest {
    /** Set by hardtack's middleware. */
    visitor?: Visitor;
  }
}

export interface NodeOptions {
  /** Gets the policy's log lines. Default: `console.log`. */
  log?: (line: string) => void;
  /** Believe `X-Forwarded-Proto`. Only where a proxy in front always sets it. Default: false. */
  trustProxy?: boolean;
  /**
   * The visitor's country in two letters, where something in front vouches for it: never what a client can send.
   * Default: what Vercel says; elsewhere not known.
   */
  country?: (req: any) => string | null | undefined;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

/** A middleware for Express and Connect. Put it first. */
export function visitor(
  engine: Engine,
  options?: NodeOptions,
): (req: AnyRequest, res: AnyResponse, next: Next) => void;

/** What comes after the middleware. Frameworks differ in the errors that theirs takes; none is given to it. */
export type Next = () => void;

/** Wraps a listener of `http` or `https`. An Express application is one, too. */
export function wrap<Result = void>(
  engine: Engine,
  listener: (req: IncomingMessage, res: ServerResponse) => Result,
  options?: NodeOptions,
): (req: IncomingMessage, res: ServerResponse) => Result;
/** Wraps a listener of `http2`, which names the types of its arguments. */
export function wrap<Q extends AnyRequest, S extends AnyResponse, Result = void>(
  engine: Engine,
  listener: (req: Q, res: S) => Result,
  options?: NodeOptions,
): (req: Q, res: S) => Result;
