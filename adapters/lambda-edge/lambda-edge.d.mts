import type { Engine } from '../js/host.mjs';

export interface HandlerOptions {
  /** Gets the policy's log lines, and one line for each event that could not be handled. Default: `console.log`. */
  log?: (line: string) => void;
  /** The visitor's country in two letters, from a header that CloudFront sets and no client can. Default: not known. */
  country?: (request: any) => string | undefined;
}

/** A response of a CloudFront event, as far as this package touches it. */
export interface CloudFrontResponse {
  status: string;
  statusDescription?: string;
  headers: Record<string, Array<{ key?: string; value: string }>>;
}

/**
 * A viewer-response handler. It returns the event's response, changed in place; where there is none, undefined. The
 * scheme is taken to be https, which viewer-response events do not tell.
 */
export function createHandler(engine: Engine, options?: HandlerOptions): (event: unknown) => Promise<CloudFrontResponse | undefined>;
