/**
 * Moves header bytes into the WebAssembly engine and its edits out again. Everything else in this package builds on it.
 *
 * One engine serves one thread, one exchange at a time: `begin`, `put` for each part, `decide`, then read the results.
 * Nothing of that waits, so exchanges cannot mix. No step throws: what goes wrong is told to `log` in one line, and the
 * engine then says that there is no decision, which means: leave the response as it is.
 */

/** The version of the engine's interface that this module speaks. */
const ABI = 3;

/** What a part of an exchange is: the first argument of `put`. */
export const METHOD = 1;
export const HOST = 2;
export const PATH = 3;
export const COUNTRY = 4;

// What follows is generated from the core's lists: `HARDTACK_UPDATE=1 cargo test -p hardtack-engine --test words`.
export const ACCEPT = 16;
export const COOKIE = 17;
export const SEC_FETCH_DEST = 18;
export const SEC_FETCH_MODE = 19;
export const X_REQUESTED_WITH = 20;
export const SEC_PURPOSE = 21;
export const PURPOSE = 22;
export const X_MOZ = 23;
export const SEC_GPC = 24;
export const DNT = 25;
export const USER_AGENT = 26;
export const UPGRADE_INSECURE_REQUESTS = 27;
export const CONTENT_TYPE = 32;
export const LOCATION = 33;
export const SET_COOKIE = 34;
export const CACHE_CONTROL = 35;
export const CDN_CACHE_CONTROL = 36;
export const CLOUDFLARE_CDN_CACHE_CONTROL = 37;
export const VERCEL_CDN_CACHE_CONTROL = 38;
export const NETLIFY_CDN_CACHE_CONTROL = 39;
export const SURROGATE_CONTROL = 40;
export const EDGE_CONTROL = 41;
export const X_ACCEL_EXPIRES = 42;
export const DENO_CDN_CACHE_CONTROL = 43;

/**
 * The header fields that a decision may read, in lower case. Those that the engine's policy reads are its
 * `requestFields` and `responseFields`; others need not be handed over.
 */
export const REQUEST_FIELDS = new Map([
  ['accept', ACCEPT],
  ['cookie', COOKIE],
  ['sec-fetch-dest', SEC_FETCH_DEST],
  ['sec-fetch-mode', SEC_FETCH_MODE],
  ['x-requested-with', X_REQUESTED_WITH],
  ['sec-purpose', SEC_PURPOSE],
  ['purpose', PURPOSE],
  ['x-moz', X_MOZ],
  ['sec-gpc', SEC_GPC],
  ['dnt', DNT],
  ['user-agent', USER_AGENT],
  ['upgrade-insecure-requests', UPGRADE_INSECURE_REQUESTS],
]);
export const RESPONSE_FIELDS = new Map([
  ['content-type', CONTENT_TYPE],
  ['location', LOCATION],
  ['set-cookie', SET_COOKIE],
  ['cache-control', CACHE_CONTROL],
  ['cdn-cache-control', CDN_CACHE_CONTROL],
  ['cloudflare-cdn-cache-control', CLOUDFLARE_CDN_CACHE_CONTROL],
  ['vercel-cdn-cache-control', VERCEL_CDN_CACHE_CONTROL],
  ['netlify-cdn-cache-control', NETLIFY_CDN_CACHE_CONTROL],
  ['surrogate-control', SURROGATE_CONTROL],
  ['edge-control', EDGE_CONTROL],
  ['x-accel-expires', X_ACCEL_EXPIRES],
  ['deno-cdn-cache-control', DENO_CDN_CACHE_CONTROL],
]);

/** The words of the engine's two closed lists, in its order. */
export const OUTCOMES = [
  'issued',
  'renewed',
  'kept',
  'adopted',
  'replaced',
  'forgotten',
  'skipped',
];
export const REASONS = [
  'new_visitor',
  'returning_visitor',
  'renewal_off',
  'not_due',
  'taken_over',
  'derived',
  'malformed_id',
  'unaccepted_version',
  'unsealed',
  'consent_denied',
  'consent_pending',
  'global_privacy_control',
  'do_not_track',
  'crawler',
  'link_preview',
  'excluded_path',
  'outside_cookie_path',
  'method',
  'plain_http',
  'not_document',
  'informational_status',
  'error_status',
  'offsite_redirect',
  'not_html',
  'origin_cookie',
];
// End of what is generated.

/** Kinds of edits: what `nextEdit` returns; 0 after the last one. */
export const APPEND_SET_COOKIE = 1;
export const SET_HEADER = 2;
export const APPEND_HEADER = 3;
export const REMOVE_HEADER = 4;

/**
 * Compiles the engine, where it is not compiled yet, and gives it its policy. Does not throw: an engine that could not
 * be made has its `error` set, has told `log`, and decides nothing.
 */
export function createEngine(wasm, policyBlob, options = {}) {
  return new Engine(wasm, policyBlob, options);
}

/**
 * Decides an exchange that is given as plain values, with text as `put` takes it. Returns null where there is no
 * decision.
 */
export function decideExchange(engine, exchange) {
  engine.begin(exchange.scheme !== 'http', exchange.status);
  engine.put(METHOD, exchange.method);
  engine.put(HOST, exchange.host);
  engine.put(PATH, exchange.path);
  if (exchange.country) engine.put(COUNTRY, exchange.country);
  putFields(engine, exchange.request, engine.requestFields);
  putFields(engine, exchange.response, engine.responseFields);
  return engine.decide() ? observed(engine) : null;
}

/**
 * What a function of the site's says of an exchange; undefined where there is none or it throws. What a client sends
 * makes some throw, and must not keep a visitor from the decision.
 */
export function answerOf(engine, ask, ...about) {
  if (typeof ask !== 'function') return ask;
  try {
    return ask(...about);
  } catch (error) {
    engine.report(`hardtack: ${ask.name || 'an option'} failed: ${messageOf(error)}`);
    return undefined;
  }
}

/** Hands over the country, if what the host says can be one. */
export function putCountry(engine, country) {
  if (typeof country === 'string' && country !== '') engine.put(COUNTRY, country);
}

/**
 * Whether this is Vercel, which writes `X-Vercel-IP-Country` itself; anywhere else a client could have sent it. Deno
 * would ask its user whether the environment may be read.
 */
export const ON_VERCEL = typeof globalThis.Deno === 'undefined' && globalThis.process?.env?.VERCEL === '1';

const HEAD = 28;
const ENTROPY = 12;
const ENTROPY_LENGTH = 16;
/** How many characters are copied one by one; longer text goes through an encoder, which costs more to call. */
const SHORT = 24;
/** How much of an error's message is logged: it may quote what a client sent. */
const LONGEST_MESSAGE = 200;
/** How many parts are remembered: those that are the same for most visitors come first. */
const REMEMBERED = 16;
/** Outcomes, by number, of which none holds a new id: the random bytes are as good as before. */
const UNMINTED = OUTCOMES.map((outcome) => ['renewed', 'kept', 'forgotten', 'skipped'].includes(outcome));
const READS_TIME = 1 << 31;
const HAS_ID = 1;
const HAS_LOG = 2;
/** The bytes of an id, whose text is 36 characters long (RFC 9562 §4). */
const UUID_LENGTH = 16;

/** Where there is one, it reads and writes at an offset without an object for each call. */
const { Buffer } = globalThis;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

class Engine {
  /** Why this engine decides nothing; null while all is well. */
  error = null;
  /** The results of the last decision. */
  outcome = 'skipped';
  reason = '';
  /** The last edit that `nextEdit` found: the header's name, where it has one, and its value. */
  name = '';
  value = '';
  /** The fields that the policy reads; others need not be handed over. */
  requestFields = REQUEST_FIELDS;
  responseFields = RESPONSE_FIELDS;
  /**
   * Of the request's, the ones that only some policies read, as names and tags in turn: an array, because it is walked
   * for every event.
   */
  rareRequestFields = [];
  /** Whether the policy reads the response's fields for caches, which go all together. */
  readsCaches = false;
  /** Whether there are headers that no client may send, so that requests have to be looked through for them. */
  reserves = false;

  #module = null;
  #policy;
  /** The headers that no client may send, as `comparable` has them. */
  #reserved;
  #log;
  #now;
  /** Whether the policy reads the time, which costs more to ask for than most of what it reads. */
  #readsTime = true;
  #entropy;
  #exports = null;
  #decide = nothing;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));
  #input = 0;
  #output = 0;
  #limit = 0;
  #at = 0;
  /** The parts that stand in the input from the last exchange, while this one's are the same. */
  #texts = new Array(REMEMBERED).fill('');
  #tags = new Uint8Array(REMEMBERED);
  #ends = new Uint32Array(REMEMBERED);
  #known = 0;
  #part = 0;
  #refused = '';
  /** Whether the 16 random bytes in the input may have become an id. */
  #spent = true;
  #flags = 0;
  #edits = 0;
  #editAt = 0;
  #logAt = 0;

  constructor(wasm, policyBlob, options) {
    this.#log = options.log ?? ((line) => console.error(line));
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#entropy = new Entropy(options.entropy);
    this.#policy = policyBlob;
    this.#reserve(options.reserved ?? []);
    try {
      this.#module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
      this.#start();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Begins an exchange. `entropy`, 16 bytes, is for an exchange whose visitor was recognised with them. */
  begin(isHttps, status, entropy = undefined) {
    if (this.#bytes.length === 0) this.#look();
    this.#refused = this.#bytes.length === 0 ? 'no engine' : '';
    if (this.#refused !== '') return;
    const at = this.#input;
    this.#at = at + HEAD;
    this.#part = 0;
    const view = this.#view;
    view.setUint32(at, (isHttps ? 1 : 0) | (status << 16), true);
    if (this.#readsTime) this.#putTime(at + 4);
    if (!(status >= 0 && status <= 0xffff)) this.#refused = 'a status that is none';
    if (entropy !== undefined) this.#lend(entropy);
    else if (this.#spent) this.#draw();
  }

  /**
   * Whether a header of this name tells the origin who the visitor is, so that no client may send it: the header of
   * `signals.request_header`, and every name that a gateway protocol such as CGI or WSGI gives the application as the
   * same variable, `X_Visitor` for `X-Visitor`.
   */
  isReserved(name) {
    return this.reserves && this.#reserved.has(comparable(name));
  }

  /**
   * Adds a part as a host hands out header values: Node and most hosts of the Fetch standard make a character of each
   * byte, and workerd decodes UTF-8. A value whose characters all fit into a byte is one byte for each; any other can
   * only come from a host that decodes, and is encoded again, a lone surrogate as U+FFFD. What is the same for most
   * visitors should come first: parts that stand there from the last exchange are not written again.
   */
  put(tag, text) {
    return this.#isThere(tag, text) || this.#remember(tag, text, this.#write(tag, text, false));
  }

  /** Adds a part as text that was decoded from UTF-8, as Lambda@Edge hands out header values. */
  putUtf8(tag, text) {
    return this.#isThere(tag, text) || this.#remember(tag, text, this.#write(tag, text, true));
  }

  /** Decides. False: there is no decision, and the response stays as it is. */
  decide() {
    return this.#run(this.#decide);
  }

  /** The request half: who the visitor is, before there is a response. The edits are those to the request. */
  onRequest() {
    return this.#run(this.#exports?.on_request);
  }

  /** The visitor's id, whatever the request is for: for calls and pixels, which get no cookie. There are no edits. */
  read() {
    return this.#run(this.#exports?.read);
  }

  /** The visitor's id; null where there is none. */
  get id() {
    if ((this.#flags & HAS_ID) === 0) return null;
    const start = this.#output + 4;
    const hex = hexOf(this.#bytes.subarray(start, start + UUID_LENGTH));
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The log line; null where the policy asks for none. */
  get logLine() {
    if ((this.#flags & HAS_LOG) === 0) return null;
    const start = this.#logAt + 4;
    return decoder.decode(this.#bytes.subarray(start, start + this.#view.getUint32(this.#logAt, true)));
  }

  /** Goes to the next edit and returns its kind; 0 where there is none left. */
  nextEdit() {
    if (this.#edits === 0) return 0;
    this.#edits -= 1;
    const kind = this.#bytes[this.#editAt];
    this.#editAt += 1;
    if (kind !== APPEND_SET_COOKIE) this.name = this.#text();
    this.value = kind === REMOVE_HEADER ? '' : this.#text();
    return kind;
  }

  /** 16 bytes, for an exchange that is decided in two steps. */
  drawEntropy() {
    const bytes = new Uint8Array(ENTROPY_LENGTH);
    this.#entropy.into(new DataView(bytes.buffer), 0);
    return bytes;
  }

  /** Tells the log one line. A log that throws is nobody's problem but its own. */
  report(line) {
    try {
      this.#log(line);
    } catch {
      // Nothing is left to tell it to.
    }
  }

  #start() {
    this.#exports = new WebAssembly.Instance(this.#module, {}).exports;
    const { abi, input, output, decide, fields } = this.#exports;
    this.#decide = decide;
    if (abi() !== ABI) throw new Error(`the engine speaks version ${abi()} of its interface, and this module ${ABI}`);
    this.#input = input() >>> 0;
    this.#output = output() >>> 0;
    this.#look();
    this.#load(asBytes(this.#policy));
    const mask = fields();
    this.#readsTime = (mask & READS_TIME) !== 0;
    const isRead = ([, tag]) => (mask & bitOf(tag)) !== 0;
    this.requestFields = new Map([...REQUEST_FIELDS].filter(isRead));
    this.responseFields = new Map([...RESPONSE_FIELDS].filter(isRead));
    this.rareRequestFields = [...this.requestFields].filter(([, tag]) => tag > X_REQUESTED_WITH && tag !== UPGRADE_INSECURE_REQUESTS).flat();
    this.readsCaches = this.responseFields.has('cache-control');
    // Loading may have moved the memory.
    this.#look();
    this.#reserve(this.#headersForOrigin());
  }

  /** The headers that the policy sets on requests for the origin, whatever the request: so an empty one tells them. */
  #headersForOrigin() {
    const names = [];
    this.#bytes.fill(0, this.#input, this.#input + HEAD);
    if (this.#exports.on_request(HEAD) === 0) return names;
    this.#result();
    while (this.nextEdit() !== 0) names.push(this.name);
    this.outcome = 'skipped';
    this.reason = '';
    return names;
  }

  #reserve(names) {
    this.#reserved = new Set([...(this.#reserved ?? []), ...names.map(comparable)]);
    this.reserves = this.#reserved.size > 0;
  }

  #load(policy) {
    const { capacity, load } = this.#exports;
    if (policy.length > capacity()) throw new Error(`a policy of ${policy.length} bytes`);
    this.#bytes.set(policy, this.#input);
    const problem = load(policy.length);
    if (problem !== 0) throw new Error(`the engine refuses the policy, error ${problem}`);
  }

  #look() {
    if (this.#exports === null) return;
    const { memory, capacity } = this.#exports;
    this.#bytes = Buffer ? Buffer.from(memory.buffer) : new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
    this.#limit = this.#input + capacity();
    this.#known = 0;
    this.#spent = true;
  }

  #fail(error) {
    this.error = error;
    this.#exports = null;
    this.#bytes = new Uint8Array(0);
    this.report(`hardtack: no visitor gets an id: ${messageOf(error)}`);
  }

  #putTime(at) {
    const now = this.#now();
    this.#view.setUint32(at, now, true);
    this.#view.setUint32(at + 4, now / 0x1_0000_0000, true);
  }

  /** New random bytes for an id that is to be minted. */
  #draw() {
    try {
      this.#entropy.into(this.#view, this.#input + ENTROPY);
      this.#spent = false;
    } catch (error) {
      this.#refuse(`no entropy: ${messageOf(error)}`);
    }
  }

  #lend(entropy) {
    this.#bytes.set(entropy, this.#input + ENTROPY);
    this.#spent = true;
  }

  #refuse(why) {
    this.#refused ||= why;
    return -1;
  }

  /** Whether the part stands where it belongs from the last exchange. The first that does not ends that. */
  #isThere(tag, text) {
    const part = this.#part;
    if (part >= this.#known || this.#texts[part] !== text || this.#tags[part] !== tag) return false;
    this.#at = this.#ends[part];
    this.#part = part + 1;
    return true;
  }

  /** What stands behind this part is another exchange's from now on. */
  #remember(tag, text, end) {
    if (end < 0) return false;
    const part = this.#part;
    this.#at = end;
    this.#known = Math.min(part, this.#known);
    // Cookies are as good as never the same, nor is what follows them.
    if (tag === COOKIE) this.#part = REMEMBERED;
    if (tag === COOKIE || part >= REMEMBERED) return true;
    this.#tags[part] = tag;
    this.#texts[part] = text;
    this.#ends[part] = end;
    this.#part = part + 1;
    this.#known = part + 1;
    return true;
  }

  /** Writes a part and returns where it ends, or -1. */
  #write(tag, text, isUtf8) {
    if (typeof text !== 'string') return this.#refuse('a value that is no string');
    const at = this.#at;
    const start = at + 5;
    if (start + text.length > this.#limit) return this.#refuse('more than the engine takes');
    let length = text.length > SHORT ? this.#encode(text, start) : this.#copy(text, start, 0x7f);
    if (length !== text.length) length = isUtf8 ? -1 : this.#copy(text, start, 0xff);
    if (length < 0) length = this.#encode(text, start);
    if (length < 0) return this.#refuse('more than the engine takes');
    this.#bytes[at] = tag;
    this.#view.setUint32(at + 1, length, true);
    return start + length;
  }

  /** Writes a byte for each character; returns their number, or -1 where one is above `most`. */
  #copy(text, start, most) {
    const bytes = this.#bytes;
    const { length } = text;
    let all = 0;
    for (let i = 0; i < length; i += 1) {
      const code = text.charCodeAt(i);
      all |= code;
      bytes[start + i] = code;
    }
    return all > most ? -1 : length;
  }

  /** Writes text as UTF-8; returns the number of bytes, or -1 where they do not fit. */
  #encode(text, start) {
    if (Buffer && start + 3 * text.length <= this.#limit) return this.#bytes.utf8Write(text, start);
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(start, this.#limit));
    return read === text.length ? written : -1;
  }

  #run(run) {
    this.#flags = 0;
    this.#edits = 0;
    const wereSpent = this.#spent;
    this.#spent = true;
    if (this.#refused !== '') return this.#leave(this.#refused);
    try {
      const length = run(this.#at - this.#input);
      if (length === 0) return this.#leave('the engine cannot read it');
      this.#result();
      this.#spent = wereSpent || UNMINTED[this.#bytes[this.#output]] !== true;
      return true;
    } catch (error) {
      this.#restart(error);
      return false;
    }
  }

  #leave(why) {
    if (this.error === null) this.report(`hardtack: left a response as it is: ${why}`);
    return false;
  }

  #result() {
    const bytes = this.#bytes;
    const at = this.#output;
    const flags = bytes[at + 2];
    this.outcome = OUTCOMES[bytes[at]] ?? 'skipped';
    this.reason = REASONS[bytes[at + 1]] ?? '';
    this.#flags = flags;
    this.#edits = bytes[at + 3];
    this.#logAt = at + 4 + (flags & HAS_ID ? UUID_LENGTH : 0);
    this.#editAt = flags & HAS_LOG ? this.#logAt + 4 + this.#view.getUint32(this.#logAt, true) : this.#logAt;
  }

  /** An engine that has trapped may not be left in order: the next exchange gets a new one. */
  #restart(error) {
    this.report(`hardtack: left a response as it is: ${messageOf(error)}`);
    try {
      this.#start();
    } catch (again) {
      this.#fail(again);
    }
  }

  #text() {
    const at = this.#editAt;
    const length = this.#bytes[at] | (this.#bytes[at + 1] << 8);
    this.#editAt = at + 2 + length;
    return this.#ascii(at + 2, length);
  }

  #ascii(start, length) {
    if (Buffer) return this.#bytes.latin1Slice(start, start + length);
    return decoder.decode(this.#bytes.subarray(start, start + length));
  }
}

/** Bytes from the system's random source, drawn in batches, each used once. */
class Entropy {
  #fill;
  #batch = new Uint8Array(4096);
  #words = new Uint32Array(this.#batch.buffer);
  #next = this.#words.length;

  constructor(fill) {
    // Asked for at the first exchange: Workers have no randomness while a module loads.
    this.#fill = fill ?? ((bytes) => crypto.getRandomValues(bytes));
  }

  into(view, at) {
    const words = this.#words;
    if (this.#next === words.length) {
      this.#fill(this.#batch);
      this.#next = 0;
    }
    const from = this.#next;
    this.#next = from + 4;
    for (let i = 0; i < 4; i += 1) view.setUint32(at + 4 * i, words[from + i], true);
  }
}

/** The bit of a field in the engine's answer: requests' fields come first. */
const bitOf = (tag) => 1 << (tag < CONTENT_TYPE ? tag - ACCEPT : tag - CONTENT_TYPE + REQUEST_FIELDS.size);

function nothing() {
  return 0;
}

function hexOf(bytes) {
  if (Buffer) return bytes.hexSlice();
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function asBytes(source) {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  throw new TypeError('the policy is no bytes');
}

function putFields(engine, fields, wanted) {
  for (const [name, value] of fields) {
    const tag = wanted.get(name.toLowerCase());
    if (tag !== undefined) engine.put(tag, value);
  }
}

function observed(engine) {
  const { outcome, reason, id, logLine } = engine;
  const setCookie = [];
  const headers = [];
  const append = [];
  const remove = [];
  for (let kind = engine.nextEdit(); kind !== 0; kind = engine.nextEdit()) {
    if (kind === APPEND_SET_COOKIE) setCookie.push(engine.value);
    else if (kind === SET_HEADER) headers.push([engine.name, engine.value]);
    else if (kind === APPEND_HEADER) append.push([engine.name, engine.value]);
    else if (kind === REMOVE_HEADER) remove.push(engine.name);
  }
  return { outcome, reason, id, setCookie, headers, append, remove, logLine };
}

/**
 * A header's name with a hyphen for whatever is no letter or digit: all names that are one variable to an application
 * behind CGI, FastCGI or WSGI are the same then.
 */
function comparable(name) {
  return name.toLowerCase().replace(/[^a-z\d]/g, '-');
}

/** What went wrong, in one line of bounded length. */
export function messageOf(error) {
  let text = 'an error without a message';
  try {
    text = String(error?.message ?? error);
  } catch {
    // An object that is no text, either.
  }
  return text.slice(0, LONGEST_MESSAGE).replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, ' ');
}
