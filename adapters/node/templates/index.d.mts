import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import type { Next, NodeOptions } from './node.mjs';

export type { Visitor } from './host.mjs';

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

/** The checksum of the policy, as `hardtack build` prints it. */
export const policyHash: string;

/** A middleware for Express and Connect: `app.use(visitor())`, before all others. */
export function visitor(
  options?: NodeOptions,
): (req: AnyRequest, res: AnyResponse, next: Next) => void;

/** A listener of `http` or `https`, wrapped: `http.createServer(wrap(listener))`. */
export function wrap<Result = void>(
  listener: (req: IncomingMessage, res: ServerResponse) => Result,
  options?: NodeOptions,
): (req: IncomingMessage, res: ServerResponse) => Result;
/** A listener of `http2`, which names the types of its arguments, wrapped. */
export function wrap<Q extends AnyRequest, S extends AnyResponse, Result = void>(
  listener: (req: Q, res: S) => Result,
  options?: NodeOptions,
): (req: Q, res: S) => Result;
