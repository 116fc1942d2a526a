//[file
// A viewer-response function for CloudFront Functions, runtime cloudfront-js-2.0, with everything that hardtack can do
// there: this file and those beside it, one after the other. `hardtack build cloudfront-function` puts a policy's
// values in and takes out what the policy does not use: a part of the code that begins with `//[name` and ends with
// `//]` is there for the feature of that name. What a returning visitor's page comes by is written for njs: no array
// and no closure is made there, and `search` is asked, which unlike `test` makes no match object.
//]
const crypto = require('crypto');

//[policy
const SECRET = '6d61726b65642066656174757265732c20616e64206e6f20737472696e672021';
const NAME = 'FPD';
const LIFE = 'Max-Age=63072000';
const REST = '; Path=/; Secure; HttpOnly; SameSite=Lax';
const ID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const MINE = /[;,][ \t]*FPD=([^;,]*)/g;
const HOSTS = { '.example.com': '; Domain=example.com', '.www.example.com': '; Domain=example.com' };
const SITE = /^(?=[^:]{1,253}(?::|$))(?:(?!xn-(?:-[a-z\d-]*)?-\.)[a-z\d-]{1,63}\.)*?(example\.com)(?::\d*)?$/i;
const EXCLUDED = ['/admin/*'];
const COVERED = /^\//;
const BROWSER = /^Mozilla\/5\.0 \(X11; Linux x86_64\) Gecko\/20100101 Firefox\/[\d.]+$/;
const BOTS = [/crawl/, /[^a-z](?:curl|wget)/, /bots?(?![a-z])/];
const PREVIEWS = /whatsapp|externalhit/;
const PEOPLES = /([^a-z])(?:(?:firefox|msie)(?![a-z])|gecko\/)|android(?![a-z])(?:[^)]*?build\/[^;)]*|[^)]*)/g;
const ALSO = ['acmeprobe'];
const PEOPLE = ['acmeapp/'];
const HEADER = 'x-visitor';
const KEYS = ['6d61726b65642066656174757265732c20616e64206e6f20737472696e672021'];
const SEAL = 'hardtack-seal-v1\0FPD\0';
const UNSEALED_UNTIL = 0;
const MARKER = 'FPD_renewed';
const MARKED = /[;,][ \t]*FPD_renewed=([^;,]*)/g;
const PERIOD = 2592000;
const MARKER_REST = '; Path=/; Secure; HttpOnly; SameSite=Lax';
const SCRIPT_COOKIE = 'FPD_script';
const SCRIPT_COOKIE_REST = '; Path=/; Secure; SameSite=Lax';
const LEGACY = [[/[;,][ \t]*_ga=([^;,]*)/g, '^GA1.', '>.'], [/[;,][ \t]*_sp_id([^;,]*)/g, '>=', '<.']];
const COUNTRIES = 'AT BE';
const OURS = [['FPD', REST, MINE], ['FPD_renewed', MARKER_REST, MARKED]];
const YES = ['granted', 'allow', 'true', 'yes', '1'];
const NO = ['denied', 'deny', 'false', 'no', '0'];
const SOURCES = [
  [klaro, /[;,][ \t]*klaro=(?=((?:[^;,]|,(?![ \t]*[\w.$-]+=))*))/g, ['matomo'], YES, NO],
  [tcf, /[;,][ \t]*euconsent-v2=(?=((?:[^;,]|,(?![ \t]*[\w.$-]+=))*))/g, 8454144, 0],
];
//]
//[documents
const HTML = /^(?:text\/html|application\/xhtml\+xml)[ \t]*(?:;|$)/i;
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
    //[caches
    // The header shows the id where no cookie does.
    if (told[0] === 'kept') keepToOne(response.headers);
    //]
    response.headers[HEADER] = { value: signal(event.request.headers, told) };
    //]
    //[timing
    add(response.headers, 'server-timing', { value: 'hardtack;desc="' + told[0] + ' ' + told[1] + '"' });
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
  const request = event.request;
  const asked = request.headers;
  const given = response.headers;
  const sent = request.cookies;
  const had = response.cookies;
  const cookies = had || {};
  const to = asked.host;
  const host = to ? to.value : '';
  const status = response.statusCode;
  //[exclude
  if (EXCLUDED.some((pattern) => matches(pattern.split('*'), request.uri))) return tell('skipped', 'excluded_path');
  //]
  //[path
  if (request.uri.search(COVERED) < 0) return tell('skipped', 'outside_cookie_path');
  //]
  if (request.method !== 'GET' && request.method !== 'POST') return tell('skipped', 'method');
  //[documents
  if (!isPage(asked)) return tell('skipped', 'not_document');
  //]
  //[consent
  const no = refusal(asked, sent);
  if (no === 'consent_pending' || (no && !hasOurs(sent))) return tell('skipped', no);
  //]
  //[bots
  const agent = asked['user-agent'];
  const bot =
    //[consent
    !no &&
    //]
    agent &&
    //[browsers
    (agent.multiValue || agent.value.search(BROWSER) < 0) &&
    //]
    values(agent).map(botOf).find(Boolean);
  if (bot) return tell('skipped', bot);
  //]
  if (status !== 200) {
    if (status < 200) return tell('skipped', 'informational_status');
    if (status > 399) return tell('skipped', 'error_status');
    if (status > 299 && values(given.location).some((to) => leaves(to, host))) return tell('skipped', 'offsite_redirect');
  }
  //[documents
  const type = given['content-type'];
  if (type && (type.multiValue || type.value.search(HTML) < 0) && !values(type).every(isHtml)) return tell('skipped', 'not_html');
  //]
  if (cookies[NAME]) return tell('skipped', 'origin_cookie');
  const domain =
    //[domain
    HOSTS['.' + host] || domainOf(host) ||
    //]
    '';
  //[consent
  if (no) {
    //[caches
    keepToOne(given);
    //]
    forget(cookies, domain);
    if (!had) response.cookies = cookies;
    return tell('forgotten', no);
  }
  //]
  const own = sent[NAME];
  const value = own && own.value;
  let id = value && admits(value) ? value : elsewhere(sent);
  //[never
  if (id) return tell('kept', 'renewal_off', id);
  //]
  //[when-due
  if (id && isFresh(sent)) return tell('kept', 'not_due', id);
  //]
  //[tell
  let told = ['renewed', 'returning_visitor'];
  //]
  if (!id) {
    //[tell
    told = stranger(texts(everything(sent), MINE));
    //]
    //[adopt
    const old = adopted(everything(sent));
    //[tell
    if (old) told = ['adopted', old[1]];
    //]
    if (old) id = old[0];
    else
    //]
    id = mint(entropy(event));
  }
  //[caches
  keepToOne(given);
  //]
  cookies[NAME] = { value: id, attributes: LIFE + domain + REST };
  //[when-due
  add(cookies, MARKER, { value: '' + now(), attributes: 'Max-Age=' + PERIOD + domain + MARKER_REST });
  //]
  //[script
  add(cookies, SCRIPT_COOKIE, { value: id, attributes: LIFE + domain + SCRIPT_COOKIE_REST });
  //]
  if (!had) response.cookies = cookies;
  //[tell
  return tell(told[0], told[1], id);
  //]
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
  const to = asked['sec-fetch-dest'];
  const by = asked['sec-fetch-mode'];
  // As most pages are asked for, and as nearly all else is
  if (to && !to.multiValue) {
    if (by && to.value === 'document' && by.value === 'navigate' && !by.multiValue) return true;
    if (to.value !== 'document' && to.value !== 'empty') return false;
  }
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
  // Apps' web views put the app's name there.
  const script = values(asked['x-requested-with']).some((by) => /^xmlhttprequest$/i.test(by));
  return dest === undefined ? html && !script : dest === 'document';
}

// text/html with a weight above zero
function listsHtml(accept) {
  return /(?:^|,)[ \t]*text\/html[ \t]*(?:;(?![ \t]*q=0[0.]*[ \t]*(?:[;,]|$))[^;,]*)*(?:,|$)/i.test(accept);
}

function isHtml(type) {
  return type.search(HTML) === 0;
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
  const domain = domainOf(host);
  if (domain) return domain;
  //]
  return host.replace(/^(\[[^\]]*\]|[^:[]*):\d*$/, '$1');
}

//[domain
function domainOf(host) {
  const domain = SITE.exec(host);
  return domain ? '; Domain=' + domain[1].toLowerCase() : '';
}
//]

function values(field) {
  return field ? (field.multiValue || [field]).map((one) => one.value) : [];
}

// All cookies as one header; hosts may have folded several into one.
function everything(cookies) {
  const pairs = (name) => values(cookies[name]).map((value) => ';' + name + '=' + value).join('');
  return Object.keys(cookies).map(pairs).join('');
}

// What a pattern finds of them, without blanks and quotes
function texts(all, pattern) {
  const found = [];
  let match = pattern.exec(all);
  while (match) {
    found.push(trimmed(match[1]).replace(/^"(.*)"$/, '$1'));
    match = pattern.exec(all);
  }
  return found;
}

// `trim` takes more for blanks than HTTP does.
function trimmed(text) {
  return /[^\t -~]/.test(text) ? text : text.trim();
}

// The first valid id wins, wherever it stands and in whatever case.
function elsewhere(sent) {
  return texts(everything(sent), MINE).map((one) => one.toLowerCase()).find(admits) || '';
}

function admits(text) {
  //[sealed
  if (now() >= UNSEALED_UNTIL && !isSealed(text)) return false;
  //]
  return text.search(ID) === 0;
}

//[sealed
// All keys and all digits are looked at, whichever differ.
function isSealed(id) {
  let sealed = false;
  KEYS.forEach((key) => {
    const seal = sealOf(key, id);
    let difference = 0;
    for (let i = 0; i < 12; i += 1) difference |= seal.charCodeAt(i) ^ id.charCodeAt(24 + i);
    if (difference === 0) sealed = true;
  });
  return sealed;
}

// The last 12 digits of an id, by all before
function sealOf(key, id) {
  const covered = Buffer.from(id.slice(0, 23).replace(/-/g, ''), 'hex');
  return crypto.createHmac('sha256', Buffer.from(key, 'hex')).update(SEAL).update(covered).digest('hex').slice(0, 12);
}
//]

//[when-due
// Whether the id was renewed not long ago. Edges are not all set to the same second.
function isFresh(sent) {
  const fresh = (at) => /^\d{1,12}$/.test(at) && +at <= now() + 300 && now() < +at + PERIOD;
  const own = sent[MARKER];
  return (own && fresh(own.value)) || texts(everything(sent), MARKED).some(fresh);
}
//]

//[clock
function now() {
  return Math.floor(Date.now() / 1000);
}
//]

// A UUID v4 (RFC 9562) of 16 bytes in hex
function mint(hex) {
  const variant = '89ab'[parseInt(hex[16], 16) & 3];
  let id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-' + variant + '$4-$5');
  //[sealed
  id = id.slice(0, 24) + sealOf(KEYS[0], id);
  //]
  return id;
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
