//[consent
// Why a visitor may not be recognised; nothing where he may. In what follows, 1 is a grant, -1 a denial, and 0 neither:
// of several answers any denial wins, then any grant, which is what `|` makes of them.
function refusal(asked, sent) {
  //[gpc
  if (values(asked['sec-gpc']).some(isOne)) return 'global_privacy_control';
  //]
  //[dnt
  if (values(asked.dnt).some(isOne)) return 'do_not_track';
  //]
  //[sources
  const all = everything(sent);
  let answer = 0;
  SOURCES.forEach((source) => texts(all, source[1]).forEach((text) => {
    answer |= source[0](text, source, all);
  }));
  if (answer) return answer < 0 ? 'consent_denied' : '';
  //]
  //[region
  const country = asked['cloudfront-viewer-country'];
  const code = country && !country.multiValue ? country.value.toUpperCase() : '';
  const relayed = values(asked['sec-purpose']).some((purpose) => purpose.includes('anonymous-client-ip'));
  if (!relayed && /^(?!XX|EU|AP)[A-Z]{2}$/.test(code) && !COUNTRIES.includes(code)) return '';
  //]
  //[required
  return 'consent_pending';
  //]
}

//[headers
// Hosts that join fields of one name do so with commas.
function isOne(value) {
  return value.split(',').some((part) => part.trim() === '1');
}
//]

function hasOurs(sent) {
  return OURS.some((one) => texts(everything(sent), one[2]).length);
}

// A script of the page may have left a cookie with the domain or without it.
function forget(cookies, domain) {
  OURS.forEach((one) => {
    if (domain) add(cookies, one[0], { value: '', attributes: 'Max-Age=0' + domain + one[1] });
    add(cookies, one[0], { value: '', attributes: 'Max-Age=0' + one[1] });
  });
}

//[needs
// Of all that is needed: any denial wins, and nothing may be missing.
function every(source, read) {
  return source[2].reduce((answer, need) => Math.min(answer, read(need)), 1);
}
//]

//[words
function word(text, source) {
  const lower = lowered(text);
  return source[4].includes(lower) ? -1 : +source[3].includes(lower);
}

// No letter beyond ASCII becomes one of it.
function lowered(text) {
  return /[^ -~]/.test(text || '') ? '' : (text || '').toLowerCase();
}
//]

//[pairs
// The value of the first pair that begins so
function pair(text, separator, start) {
  const found = text.split(separator).find((one) => one.startsWith(start));
  return found && found.slice(start.length);
}
//]

//[plain
function plain(text, source) {
  return word(unescaped(text, 2), source);
}
//]

//[form
function form(text, source) {
  return every(source, (need) => word(unescaped(pair(text, '&', need + '=') || '', 2), source));
}
//]

//[onetrust
// Until the banner is closed, its groups are defaults.
function onetrust(text, source, all) {
  if (!texts(all, CLOSED).some(Boolean)) return 0;
  const groups = unescaped(pair(text, '&', 'groups=') || '', 2);
  const answer = every(source, (need) => word(pair(groups, ',', need + ':'), source));
  return pair(text, '&', 'AwaitingReconsent=') === 'true' ? Math.min(answer, 0) : answer;
}
//]

//[cookieyes
function cookieyes(text, source) {
  const pairs = unescaped(text, 2);
  if (lowered(pair(pairs, ',', 'action:')) !== 'yes') return 0;
  return every(source, (need) => word(pair(pairs, ',', need + ':'), source));
}
//]

//[readers
// Here go the readers of platforms whose answers have a general shape, such as tarteaucitron and Klaro.
//]

//[trustarc
// `permit 1,2,3` or `0,1,2:implied`: the lowest number is always there.
function trustarc(text, source) {
  const words = unescaped(text, 2).split(/[^\dA-Za-z]+/);
  if (words.includes('implied')) return 0;
  return every(source, (need) => (words.includes(need) ? 1 : words.includes('0') || words.includes('1') ? -1 : 0));
}
//]
//]

