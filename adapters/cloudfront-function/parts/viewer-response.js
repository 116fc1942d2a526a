//[file
// A viewer-response function for CloudFront Functions, runtime cloudfront-js-2.0, with everything that hardtack can do
// there. It runs as it stands, which is how it is tested. `hardtack build cloudfront-function` puts a policy's values in
// and takes out what the policy does not use: a part of the code that begins with `//[name` and ends with `//]` is there
// for the feature of that name.
//]
const crypto = require('crypto');

//[policy
const SECRET = '6d61726b65642066656174757265732c20616e64206e6f20737472696e672021';
const NAME = 'FPD';
const LIFE = 'Max-Age=63072000';
const REST = '; Path=/; Secure; HttpOnly; SameSite=Lax';
const ID = /[;,][ \t]*FPD=[ \t]*("?)([\da-fA-F]{8}-[\da-fA-F]{4}-4[\da-fA-F]{3}-[89abAB][\da-fA-F]{3}-[\da-fA-F]{12})\1[ \t]*(?![^;,])/;
const ANY = /[;,][ \t]*FPD=([^;,]*)/;
const SITE = /^(?=[^:]{1,253}(?::|$))(?:(?!xn-(?:-[a-z\d-]*)?-\.)[a-z\d-]{1,63}\.)*?(example\.com)(?::\d*)?$/i;
const EXCLUDED = ['/admin/*'];
const COVERED = /^\//;
const PROGRAMS = /crawl|(?:bots?|perl)(?![a-z])|(?:^|[^a-z])(?:curl|wget)|(?:^|[^a-z])(?:node)(?![a-z])/i;
const PREVIEWS = /whatsapp|externalhit/i;
const PEOPLES = /(^|[^a-z])(?:cubot)(?![a-z])/gi;
const ALSO = ['acmeprobe'];
const PEOPLE = ['acmeapp/'];
const HEADER = 'x-visitor';
//]
let count = 0;

function handler(event) {
  const response = event.response;
  try {
    //[tell
    const told =
    //]
    decide(event, response);
    //[header
    const ahead = speculation(event.request.headers);
    response.headers[HEADER] = {
      value: told[0] + ';reason=' + told[1] + (ahead ? ';speculation=' + ahead : '') + (told[2] ? ';id="' + told[2] + '"' : ''),
    };
    //]
    //[log
    console.log(line(event.request, response, told));
    //]
  } catch (error) {
    // Whatever breaks, the visitor gets the page.
    console.log('hardtack: left a response as it is: ' + error);
  }
  return response;
}

function decide(event, response) {
  const cookies = response.cookies || {};
  const no = skips(event.request, response, cookies);
  if (no) return ['skipped', no];
  const sent = event.request.cookies;
  const own = sent[NAME];
  let found = own && ID.exec(';' + NAME + '=' + own.value);
  let all = '';
  if (!found) {
    all = everything(sent);
    found = ID.exec(all);
  }
  //[never
  if (found) return ['kept', 'renewal_off', found[2].toLowerCase()];
  //]
  const id = found ? found[2].toLowerCase() : mint(event);
  //[domain
  const domain = SITE.exec(hostOf(event.request));
  //]
  const attributes =
    LIFE +
    //[domain
    (domain ? '; Domain=' + domain[1].toLowerCase() : '') +
    //]
    REST;
  //[caches
  keepToOne(response.headers);
  //]
  cookies[NAME] = { value: id, attributes: attributes };
  response.cookies = cookies;
  //[tell
  return found ? ['renewed', 'returning_visitor', id] : stranger(all, id);
  //]
}

// Why an exchange gets no cookie; nothing where it may.
function skips(request, response, cookies) {
  const asked = request.headers;
  const given = response.headers;
  const status = response.statusCode;
  //[exclude
  if (EXCLUDED.some((pattern) => matches(pattern.split('*'), request.uri))) return 'excluded_path';
  //]
  //[path
  if (!COVERED.test(request.uri)) return 'outside_cookie_path';
  //]
  if (request.method !== 'GET' && request.method !== 'POST') return 'method';
  //[documents
  if (!isPage(asked)) return 'not_document';
  //]
  //[bots
  const program = values(asked['user-agent']).map(programOf).find(Boolean);
  if (program) return program;
  //]
  if (status < 200) return 'informational_status';
  if (status > 399) return 'error_status';
  if (status > 299 && values(given.location).some((to) => leaves(to, hostOf(request)))) return 'offsite_redirect';
  //[documents
  if (!values(given['content-type']).every(isHtml)) return 'not_html';
  //]
  if (cookies[NAME]) return 'origin_cookie';
}

//[exclude
// What stands between the stars, each as far to the left as it is found: no pattern takes long.
function matches(pieces, path) {
  const last = pieces.length - 1;
  let at = pieces[0].length;
  if (!path.startsWith(pieces[0])) return false;
  if (last === 0) return at === path.length;
  for (let i = 1; i < last; i += 1) {
    const found = path.indexOf(pieces[i], at);
    if (found < 0) return false;
    at = found + pieces[i].length;
  }
  return path.length - pieces[last].length >= at && path.endsWith(pieces[last]);
}
//]

//[documents
function isPage(asked) {
  // what all headers of a name say: nothing where they differ
  const said = (name) => {
    const all = values(asked[name]);
    return all.every((one) => one === all[0]) ? all[0] : '';
  };
  const dest = said('sec-fetch-dest');
  const mode = said('sec-fetch-mode');
  const html = values(asked.accept).some(listsHtml);
  // Behind a service worker nothing has a destination, and Firefox changes a page's mode.
  if (dest === 'empty' && html && (mode === 'navigate' || (mode === 'same-origin' && said('upgrade-insecure-requests') === '1'))) return true;
  if (mode !== undefined && mode !== 'navigate') return false;
  return dest === undefined ? html && !asked['x-requested-with'] : dest === 'document';
}

// text/html with a weight above zero
function listsHtml(accept) {
  return /(?:^|,)[ \t]*text\/html[ \t]*(?:;(?![ \t]*q=0[0.]*[ \t]*(?:[;,]|$))[^;,]*)*(?:,|$)/i.test(accept);
}

function isHtml(type) {
  return /^(?:text\/html|application\/xhtml\+xml)[ \t]*(?:;|$)/i.test(type);
}
//]

//[bots
// Which kind of program a User-Agent names, if any: by the core's table, or because it is one product and nothing else.
function programOf(agent) {
  //[agents
  const holds = (part) => agent.toLowerCase().includes(part);
  if (PEOPLE.some(holds)) return '';
  if (ALSO.some(holds)) return 'crawler';
  //]
  const text = agent.trim().replace(/^Mozilla\/5\.0 /, '');
  const product = text.replace(/^\(compatible; (.*)\)$/, '$1');
  const lone = /^[\w .-]*(?:\/v?\d{1,10}(?:\.\d{1,10})*)?$/.test(product);
  const rest = text.replace(PEOPLES, '$1 ');
  if (!text || !(lone || PROGRAMS.test(rest))) return '';
  return PREVIEWS.test(rest) ? 'link_preview' : 'crawler';
}
//]

//[tell
// Whether the browser asks ahead of its user
function speculation(asked) {
  const said = (name) => values(asked[name]).map((value) => {
    const words = value.split(/[;,]/).map((word) => word.trim());
    return ['prerender', 'prefetch'].find((word) => words.includes(word));
  }).find(Boolean);
  return said('sec-purpose') || said('purpose') || said('x-moz');
}
//]

// Reads a Location the way browsers do.
function leaves(location, host) {
  const to = location.replace(/\t/g, '').trim();
  const there = /^(?:(?:https:)?[\/\\]{2}|http:)[\/\\]*(?:[^\/\\?#]*@)?([^\/\\?#]*)/i.exec(to);
  return there ? site(there[1]) !== site(host) : /^(?!https:)[a-z][a-z\d+.-]*:/i.test(to);
}

function site(authority) {
  const host = authority.trim().toLowerCase();
  //[domain
  const domain = SITE.exec(host);
  if (domain) return domain[1];
  //]
  return host.replace(/^(\[[^\]]*\]|[^:[]*):\d*$/, '$1');
}

function hostOf(request) {
  return values(request.headers.host)[0] || '';
}

function values(field) {
  return field ? (field.multiValue || [field]).map((one) => one.value) : [];
}

// All cookies as one header; hosts may have folded several into one.
function everything(cookies) {
  const pairs = (name) => values(cookies[name]).map((value) => ';' + name + '=' + value).join('');
  return Object.keys(cookies).map(pairs).join('');
}

//[caches
// What carries a visitor's cookie is for no shared cache (RFC 9111, RFC 9213).
function keepToOne(headers) {
  const all = values(headers['cache-control']).map(directives);
  const list = [].concat.apply([], all);
  const first = (name) => list.filter((one) => one[0] === name)[0];
  const flags = ['no-cache', 'must-revalidate', 'no-transform', 'immutable', 'must-understand'].filter(first);
  const times = ['max-age', 'stale-while-revalidate', 'stale-if-error'].filter(first).map((name) => name + '=' + seconds(first(name)[1]));
  if (!all.some(forbids)) headers['cache-control'] = { value: ['private'].concat(flags, times).join(', ') };
  ['cdn', 'cloudflare-cdn', 'vercel-cdn', 'netlify-cdn', 'surrogate', 'edge'].forEach((cache) => {
    const name = cache + (/cdn/.test(cache) ? '-cache-control' : '-control');
    if (!values(headers[name]).map(directives).every(forbids)) headers[name] = { value: 'no-store' };
  });
}

function directives(value) {
  return (value.match(/(?:[^,"]|"[^"]*(?:"|$))+/g) || []).map((part) => {
    const at = part.indexOf('=');
    if (at < 0) return [part.trim().toLowerCase()];
    return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim().replace(/^"(.*)"$/, '$1')];
  });
}

function forbids(list) {
  return list.some((one) => one[0] === 'no-store' || (one[0] === 'private' && one.length < 2));
}

function seconds(text) {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  return number < 2147483648 ? number : 2147483648;
}
//]

//[tell
function stranger(cookies, id) {
  const value = ANY.exec(cookies);
  if (!value) return ['issued', 'new_visitor', id];
  const uuid = /^[ \t]*("?)[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\1[ \t]*$/i.test(value[1]);
  return ['replaced', uuid ? 'unaccepted_version' : 'malformed_id', id];
}
//]

//[log
function line(request, response, told) {
  const text = JSON.stringify({
    time: Math.floor(Date.now() / 1000),
    outcome: told[0],
    reason: told[1],
    id: told[2] || null,
    method: request.method,
    host: hostOf(request),
    path: request.uri,
    status: response.statusCode,
    // left out where there is none
    speculation: speculation(request.headers),
  });
  return text.replace(/[\x7f-\x9f]/g, (c) => '\\u00' + c.charCodeAt(0).toString(16));
}
//]

// A UUID v4 (RFC 9562) of 16 bytes in hex
function mint(event) {
  const hex = entropy(event);
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), '4' + hex.slice(13, 16), variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
}

// Math.random is seeded with the time here, and X-Amz-Cf-Id is public: only the secret makes this random.
function entropy(event) {
  //[injected
  if (event.context.entropy) return event.context.entropy;
  //]
  const viewer = event.viewer || {};
  const seen = [event.context.requestId, Date.now(), viewer.ip, Math.random(), ++count];
  return crypto.createHmac('sha256', SECRET).update(seen.join()).digest('hex');
}
