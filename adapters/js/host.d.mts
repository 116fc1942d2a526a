// What follows is generated from the core's lists: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`.
/** What came of a decision. */
export type Outcome =
  | 'issued'
  | 'renewed'
  | 'kept'
  | 'adopted'
  | 'replaced'
  | 'forgotten'
  | 'skipped';

/** Why. */
export type Reason =
  | 'new_visitor'
  | 'returning_visitor'
  | 'renewal_off'
  | 'not_due'
  | 'taken_over'
  | 'derived'
  | 'malformed_id'
  | 'unaccepted_version'
  | 'unsealed'
  | 'consent_denied'
  | 'consent_pending'
  | 'global_privacy_control'
  | 'do_not_track'
  | 'crawler'
  | 'link_preview'
  | 'excluded_path'
  | 'outside_cookie_path'
  | 'method'
  | 'plain_http'
  | 'not_document'
  | 'informational_status'
  | 'error_status'
  | 'offsite_redirect'
  | 'not_html'
  | 'origin_cookie';

/** The header fields among the parts of an exchange, for `put`. */
export const ACCEPT: 16;
export const COOKIE: 17;
export const SEC_FETCH_DEST: 18;
export const SEC_FETCH_MODE: 19;
export const X_REQUESTED_WITH: 20;
export const SEC_PURPOSE: 21;
export const PURPOSE: 22;
export const X_MOZ: 23;
export const SEC_GPC: 24;
export const DNT: 25;
export const USER_AGENT: 26;
export const UPGRADE_INSECURE_REQUESTS: 27;
export const CONTENT_TYPE: 32;
export const LOCATION: 33;
export const SET_COOKIE: 34;
export const CACHE_CONTROL: 35;
export const CDN_CACHE_CONTROL: 36;
export const CLOUDFLARE_CDN_CACHE_CONTROL: 37;
export const VERCEL_CDN_CACHE_CONTROL: 38;
export const NETLIFY_CDN_CACHE_CONTROL: 39;
export const SURROGATE_CONTROL: 40;
export const EDGE_CONTROL: 41;
export const X_ACCEL_EXPIRES: 42;
export const DENO_CDN_CACHE_CONTROL: 43;
// End of what is generated.

/**
 * A visitor: as the request shows them at first, and brought up to date when the response is decided. `id` is null, and
 * the outcome `skipped`, where the exchange is out of scope. `reason` is empty where there was no decision.
 */
export interface Visitor {
  id: string | null;
  outcome: Outcome;
  reason: Reason | '';
}

export interface EngineOptions {
  /**
   * Gets one line for each exchange that could not be decided, and for an engine that could not be made. Default:
   * `console.error`.
   */
  log?: (line: string) => void;
  /** Unix time in seconds. Default: the system's clock. */
  now?: () => number;
  /** Fills bytes from a cryptographic source. Default: `crypto.getRandomValues`. */
  entropy?: (bytes: Uint8Array) => void;
  /**
   * Names of request headers that no client may send, beside the policy's own: an engine that could not be made knows
   * none. `hardtack build` tells it those of the policy.
   */
  reserved?: readonly string[];
}

/** One exchange at a time: `begin`, `put` for each part, `decide`, then the results. Nothing here throws. */
export interface Engine {
  /** Why this engine decides nothing; null while all is well. */
  readonly error: unknown;
  /** The last decision's outcome. */
  readonly outcome: Outcome;
  /** The last decision's reason. */
  readonly reason: Reason | '';
  /** The last decision's id; null where the exchange was skipped. */
  readonly id: string | null;
  /** The last decision's log line; null where the policy asks for none. */
  readonly logLine: string | null;
  /** The header's name of the edit that `nextEdit` went to, where it is about any other header than `Set-Cookie`. */
  readonly name: string;
  /** The value of the edit that `nextEdit` went to. */
  readonly value: string;
  /** The header fields that the policy reads, and their tags; others need not be handed over. */
  readonly requestFields: ReadonlyMap<string, number>;
  readonly responseFields: ReadonlyMap<string, number>;
  /** Whether there are headers that no client may send. */
  readonly reserves: boolean;
  /** Whether no client may send a header of this name, or of one that an application behind CGI takes for it. */
  isReserved(name: string): boolean;
  /** Begins an exchange. `entropy`: the 16 bytes that the visitor was recognised with. */
  begin(isHttps: boolean, status: number, entropy?: Uint8Array): void;
  /**
   * Adds a part: each character a byte, or UTF-8 where one of them is none. False where the engine cannot take it;
   * `decide` then says no.
   */
  put(tag: number, text: string): boolean;
  /** Adds a part as text that was decoded from UTF-8. */
  putUtf8(tag: number, text: string): boolean;
  /** Decides. False: there is no decision, and the response stays as it is. */
  decide(): boolean;
  /** The request half of a decision. The edits are those to the request, for the origin. */
  onRequest(): boolean;
  /** Only the visitor's id, whatever the request is for. There are no edits. */
  read(): boolean;
  /** Goes to the next edit and returns its kind; 0 where there is none left. */
  nextEdit(): 0 | 1 | 2 | 3 | 4;
  /** 16 random bytes, for `onRequest` and `decide` of one exchange. */
  drawEntropy(): Uint8Array;
  /** Tells the log one line. */
  report(line: string): void;
}

/** Header fields: name and value, as `put` takes them. */
export type Fields = Iterable<readonly [name: string, value: string]>;

export interface Exchange {
  scheme: 'http' | 'https';
  method: string;
  host: string;
  path: string;
  /** Two letters, where the platform vouches for them. */
  country?: string;
  request: Fields;
  status: number;
  response: Fields;
}

export interface Decision {
  outcome: Outcome;
  reason: Reason | '';
  id: string | null;
  /** `Set-Cookie` values to append, after the origin's. */
  setCookie: string[];
  /** Other headers to set, in place of those of the same name. */
  headers: [name: string, value: string][];
  /** Other headers to append, after those of the same name. */
  append: [name: string, value: string][];
  /** Headers to remove. */
  remove: string[];
  logLine: string | null;
}

/**
 * Compiles the engine, where it is not compiled yet, and gives it its policy. Does not throw: an engine that could not
 * be made has its `error` set, has told `log`, and decides nothing.
 */
export function createEngine(wasm: Bytes | CompiledModule, policyBlob: Bytes, options?: EngineOptions): Engine;

/** `BufferSource`, under a name that needs no browser's types. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** A `WebAssembly.Module`, of which Node's types and browsers' have no name in common; to both it is any object. */
export type CompiledModule = object;

/** What went wrong, in one line of bounded length. */
export function messageOf(error: unknown): string;

/** Decides an exchange that is given as plain values. Null where there is no decision. */
export function decideExchange(engine: Engine, exchange: Exchange): Decision | null;

/** Parts of an exchange, for `put`. */
export const METHOD: 1;
export const HOST: 2;
export const PATH: 3;
export const COUNTRY: 4;

/** The header fields that a decision may read, in lower case, and their tags. */
export const REQUEST_FIELDS: ReadonlyMap<string, number>;
export const RESPONSE_FIELDS: ReadonlyMap<string, number>;

/** The words of the two closed lists, in the engine's order. */
export const OUTCOMES: readonly Outcome[];
export const REASONS: readonly Reason[];

/** Kinds of edits, as `nextEdit` returns them. */
export const APPEND_SET_COOKIE: 1;
export const SET_HEADER: 2;
export const APPEND_HEADER: 3;
export const REMOVE_HEADER: 4;
