/**
 * Viewer-response events of exchanges in the contract's form, and what came out of them.
 *
 * Source: "CloudFront Functions event structure" in Amazon CloudFront's developer guide. It does not say how a Cookie
 * header is taken apart; this splits at semicolons, and a name from its value at the first equals sign, and takes
 * blanks away from both ends.
 */

/** Why CloudFront could not hand an exchange to a function; nothing where it could. */
export function impossible({ method, scheme, host, path, request, response, status }, policy = {}) {
  const bytes = [method, host, path, ...request.flat(), ...response.flat()].join('');
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(bytes)) return 'control characters never get through CloudFront';
  if (scheme !== 'https') return 'the event does not tell the scheme, which is taken to be https';
  if (host === '' || /^[ \t]|[ \t]$/.test(host)) return 'CloudFront serves no request without a host';
  if (!path.startsWith('/') || /[\t ]/.test(path)) return 'not a path';
  if (/[^\0-\x7f]/.test(path) && text(path) === path) return 'bytes of a path that are no UTF-8 are converted before the function sees them';
  if (policy.adopt?.derive && request.some(([name, value]) => name.toLowerCase() === 'cookie' && /[^\0-\x7f]/.test(value) && text(value) === value)) return 'an id is derived from bytes that are no UTF-8';
  if (policy.adopt?.beginnings?.some((beginning) => isRegrouped(request, beginning))) return 'an event has one entry for each name, and numbers first: cookies that fit one star may be in another order';
  if (!/^[!#$%&'*+.^_`|~A-Za-z\d-]+$/.test(method)) return 'not a method';
  if ([...request, ...response].some(([name]) => !/^[!#$%&'*+.^_`|~A-Za-z\d-]+$/.test(name))) return 'not a header name';
  if (response.some(([name]) => /^x-accel-/i.test(name))) return 'a field that CloudFront lets no function change';
  if (status < 200 || status > 599) return 'no final status';
}

/** The event. `context.entropy` is for functions that were built for tests. */
export function eventOf(exchange, entropy) {
  const { method, host, path, request, response, status, country } = exchange;
  const platform = country ? [['cloudfront-viewer-country', country]] : [];
  return {
    version: '1.0',
    context: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-response', requestId: 'EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==', entropy },
    viewer: { ip: '192.0.2.1' },
    request: { method: text(method), uri: text(path.replace(/[?#].*$/, '')), querystring: {}, headers: headersOf([['host', host], ...request.filter(([name]) => name.toLowerCase() !== 'cloudfront-viewer-country'), ...platform], 'cookie'), cookies: cookiesOf(request) },
    response: { statusCode: status, statusDescription: 'OK', headers: headersOf(response, 'set-cookie'), cookies: setCookiesOf(response) },
  };
}

/** What the function has added: in the words of the contract. */
export function observed(event, exchange) {
  const before = eventOf(exchange).response;
  const { headers, cookies } = event.response;
  return {
    set_cookie: added(cookies, before.cookies).map(([name, one]) => `${name}=${one.value}; ${one.attributes}`),
    headers: added(headers, before.headers).map(([name, one]) => [name, one.value]),
    lost: lost(headers, before.headers, (name) => REWRITTEN.test(name)).concat(lost(cookies, before.cookies, () => false)),
  };
}

/** Fields that are set anew; others are added to. */
const REWRITTEN = /^(?!server-timing$)/;

const listed = (field) => (field === undefined ? [] : (field.multiValue ?? [field]));

/** What is there now and was not before: the whole of a field that begins otherwise, else what has been added. */
function added(fields, before) {
  return Object.keys(fields).flatMap((name) => {
    const [now, then] = [listed(fields[name]), listed(before[name])];
    const grown = now.length > then.length && then.every((one, i) => one.value === now[i].value);
    const news = grown ? now.slice(then.length) : same(now, then) ? [] : now;
    return news.map((one) => [name, one]);
  });
}

/** The names of those that are gone, or that hold something else where they must not. */
function lost(fields, before, mayChange) {
  return Object.keys(before).filter((name) => {
    const now = listed(fields[name]);
    return now.length === 0 || (!mayChange(name) && listed(before[name]).some((one, i) => !same(one, { ...now[i] , multiValue: undefined })));
  });
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function headersOf(fields, left) {
  const headers = {};
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (key !== left) add(headers, key, { value: text(trimmed(value)) });
  }
  return headers;
}

function cookiesOf(request) {
  const cookies = {};
  for (const [key, rest] of pairsOf(request)) {
    if (key !== '' || rest !== '') add(cookies, key, { value: rest });
  }
  return cookies;
}

function pairsOf(request) {
  const headers = request.filter(([name]) => name.toLowerCase() === 'cookie');
  return headers.flatMap(([, value]) => value.split(';')).map(parted);
}

/** Whether an event has the cookies in another order in which a name with this beginning stands, folded ones too. */
function isRegrouped(request, beginning) {
  const names = pairsOf(request).filter((pair) => pair.join('=').includes(beginning)).map(([name]) => name);
  const entries = Object.keys(Object.fromEntries(names.map((name) => [name, true])));
  return names.join(';') !== entries.flatMap((entry) => names.filter((name) => name === entry)).join(';');
}

function setCookiesOf(response) {
  const cookies = {};
  for (const [name, line] of response) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    const end = line.indexOf(';');
    const [pair, attributes] = end < 0 ? [line, ''] : [line.slice(0, end), trimmed(line.slice(end + 1))];
    const [key, value] = parted(pair);
    add(cookies, trimmed(key), { value, attributes });
  }
  return cookies;
}

/** One value is an object; from the second on, all of them are a list in it. */
function add(fields, key, one) {
  const there = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (there === undefined) fields[key] = one;
  else if (there.multiValue) there.multiValue.push(one);
  else fields[key] = { ...there, multiValue: [there, one] };
}

function parted(pair) {
  const at = pair.indexOf('=');
  return at < 0 ? ['', text(trimmed(pair))] : [text(pair.slice(0, at).replace(/^[ \t]+/, '')), text(trimmed(pair.slice(at + 1)))];
}

const trimmed = (value) => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** Functions see UTF-8; what is not is taken for ISO-8859-1 and converted. */
function text(latin1) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(latin1, (c) => c.charCodeAt(0)));
  } catch {
    return latin1;
  }
}
