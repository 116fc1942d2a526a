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

//[shaped
// For each need, what stands beside the answer first, then what the first path that leads anywhere leads to. Of a
// source, 5 has the paths, 6 what it means that something is missing, and 7 what stands beside: effect, word, path.
// Where there is a list, 6 is what it means that it lacks something, and 10 that there is none.
function shaped(source, walk, is, says) {
  return every(source, (need) => {
    let most = 1;
    //[beside
    for (let i = 0; i < source[7].length; i += 1) {
      const one = source[7][i];
      const effect = one[0];
      const at = walk(one[2], need);
      if ((at !== undefined && is(at, one[1], need)) !== (effect === '+')) {
        if (effect === '=') return 1;
        if (effect === '!') return -1;
        if (effect === '-') most = 0;
        else if (effect === '.') break;
        else return 0;
      }
    }
    //]
    const at = source[5].map((path) => walk(path, need)).find((one) => one !== undefined);
    return Math.min(says(at, need), most);
  });
}
//]

//[text
// Text: a word, or pairs or fields between the separators in 8. Those of a form are told apart before they are
// decoded; where it was encoded as a whole, as many levels are taken off first as bring the second mark to light.
function inText(text, source) {
  const marks = source[8];
  const root = marks[0] === '&' ? text : unescaped(text, 2);
  const walk = (path, need) => path.reduce((at, step, i) => field(at, marks.slice(2 * i, 2 * i + 2), step === '*' ? need : step), root);
  //[text-list
  if (source[9]) {
    const lists = (at, word) => at.split(/[^\w-]+/).includes(word);
    return shaped(source, walk, (at, word, need) => lists(at, word === '*' ? need : word), (at, need) => (at === undefined ? source[10] : lists(at, need) ? 1 : source[6]));
  }
  //]
  //[text-word
  return shaped(source, walk, (at, word) => lowered(at) === word, (at) => (at === undefined ? source[6] : word(at, source)));
  //]
}

// The value of the first pair of a name; without a second mark, fields are counted.
function field(text, marks, name) {
  if (text === undefined || !marks) return undefined;
  const form = marks[0] === '&';
  const levels = form && marks[1] && disclosing(text, (plain) => plain.includes(marks[1])) || 0;
  const fields = unescaped(text, levels).split(marks[0]);
  if (!marks[1]) return /^\d$/.test(name) ? fields[+name] : undefined;
  const start = name + marks[1];
  const found = fields.find((one) => one.startsWith(start));
  const value = found && found.slice(start.length);
  return form && found ? unescaped(value, 2 - levels) : value;
}

//[text-word
function word(text, source) {
  const lower = lowered(text);
  return source[4].includes(lower) ? -1 : +source[3].includes(lower);
}
//]
//]

//[lowered
// No letter beyond ASCII becomes one of it.
function lowered(text) {
  return /[^ -~]/.test(text) ? '' : text.toLowerCase();
}
//]

//[onetrust
// Until the banner is closed, its groups are defaults.
function onetrust(text, source, all) {
  return texts(all, CLOSED).some(Boolean) ? inText(text, source) : 0;
}
//]
//]

