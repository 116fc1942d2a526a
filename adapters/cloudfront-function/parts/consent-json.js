//[json
// JSON, and the object literals that some scripts store instead: names without quotes, and single quotes. `JSON.parse`
// would refuse those, and take what the core does not. Words become tokens that begin with a quote; an escaped
// character stands for itself. Nothing, where the text is not one value.
function parsed(text) {
  const all = text.match(/[\0- ]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|(?:[^\0- ,:{}[\]"'\\]|\\[\s\S])+|[,:{}[\]]/g) || [];
  const tokens = all.filter((one) => one > ' ').map((one) => (/^[,:{}[\]]$/.test(one) ? one : '"' + one.replace(/^(["'])([\s\S]*)\1$/, '$2').replace(/\\([\s\S])/g, '$1')));
  return all.join('').length === text.length && behind(tokens, 0) === tokens.length ? tokens : ['"'];
}

function quoted(text) {
  return parsed(disclosed(text));
}

// Where the next value begins; -1 where there is none
function behind(tokens, start) {
  let at = start;
  let depth = 0;
  do {
    const token = tokens[at];
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (!token || (token[0] !== '"' && !depth)) return -1;
    at += 1;
  } while (depth > 0);
  return depth < 0 ? -1 : at;
}

// Where the value of a member begins; -1 where there is none
function member(tokens, start, name) {
  let at = start;
  if (tokens[at] !== '{') return -1;
  do {
    at += 1;
    if (tokens[at][0] !== '"' || tokens[at + 1] !== ':') return -1;
    if (tokens[at] === '"' + name) return at + 2;
    at = behind(tokens, at + 2);
  } while (tokens[at] === ',');
  return -1;
}

// The same for a path of names, in which a star stands for what is needed
function walk(tokens, path, need) {
  return path.split('/').reduce((at, name) => member(tokens, at, name === '*' ? need : name), 0);
}

// The words of a value or of a list; an empty one for anything else.
function held(tokens, start) {
  const list = tokens[start] === '[';
  const found = start < 0 ? [''] : [];
  let at = list ? start + 1 : start;
  while (at >= 0 && !(list && tokens[at] === ']')) {
    const isWord = tokens[at][0] === '"';
    found.push(isWord ? tokens[at] : '');
    if (!list || !isWord || tokens[at + 1] !== ',') break;
    at += 2;
  }
  return found;
}

function holds(tokens, at, text) {
  return held(tokens, at).includes('"' + text);
}

function scalar(tokens, at, source) {
  const is = (text) => holds(tokens, at, text);
  return source[4].some(is) ? -1 : +source[3].some(is);
}

//[object
// What a member says of each need; by the first path, or by the second where that leads nowhere.
function memberSays(tokens, source, path, otherwise) {
  return every(source, (need) => scalar(tokens, place(tokens, need, path, otherwise), source));
}
//]

//[place
function place(tokens, need, path, otherwise) {
  const at = walk(tokens, path, need);
  return at < 0 && otherwise ? walk(tokens, otherwise, need) : at;
}
//]

//[list
// Whether a list of what is granted names each need
function listSays(tokens, source, path, otherwise) {
  return every(source, (need) => {
    const words = held(tokens, place(tokens, need, path, otherwise));
    return words.includes('"' + need) ? 1 : words.includes('') ? 0 : -1;
  });
}
//]

//[cookiebot
function cookiebot(text, source) {
  // The visitor's region needs no consent; an old way to say no.
  if (text === '-1') return 1;
  if (text === '0') return -1;
  const tokens = quoted(text);
  const answer = memberSays(tokens, source, '*', '');
  return holds(tokens, walk(tokens, 'method'), 'implied') ? Math.min(answer, 0) : answer;
}
//]

//[axeptio
function axeptio(text, source) {
  const tokens = quoted(text);
  return holds(tokens, walk(tokens, '$$completed'), 'true') ? memberSays(tokens, source, '*', '$$googleConsentMode/*') : 0;
}
//]

//[didomi
function didomi(text, source) {
  const tokens = parsed(unbased(text));
  const disabled = walk(tokens, 'purposes/disabled');
  if (source[2].some((need) => holds(tokens, disabled, need))) return -1;
  return listSays(tokens, source, 'purposes/enabled', '');
}
//]

//[json-path
function jsonPath(text, source) {
  const tokens = quoted(text);
  return scalar(tokens, source[2].reduce((at, name) => member(tokens, at, name), 0), source);
}
//]
//]

