//[json
// JSON, and the object literals that some scripts store instead: names without quotes, and single quotes. `JSON.parse`
// would refuse those, and take what the core does not. Words become tokens that begin with a quote; an escaped
// character stands for itself. Nothing, where the text is not one value.
function parsed(text) {
  const all = text.match(/[\0- ]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|(?:[^\0- ,:{}[\]"'\\]|\\[\s\S])+|[,:{}[\]]/g) || [];
  const tokens = all.filter((one) => one > ' ').map((one) => (/^[,:{}[\]]$/.test(one) ? one : '"' + one.replace(/^(["'])([\s\S]*)\1$/, '$2').replace(/\\([\s\S])/g, '$1')));
  return all.join('').length === text.length && behind(tokens, 0) === tokens.length ? tokens : [''];
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

// Where the value of a member begins, or the element of a list with a number from 0 to 9; -1 where there is none
function member(tokens, start, name) {
  const isList = tokens[start] === '[' && /^\d$/.test(name);
  if (!isList && tokens[start] !== '{') return -1;
  let at = start;
  let left = isList ? +name : -1;
  do {
    at += 1;
    if (left === 0) return at;
    left -= 1;
    if (!isList) {
      if (tokens[at][0] !== '"' || tokens[at + 1] !== ':') return -1;
      if (tokens[at] === '"' + name) return at + 2;
      at += 2;
    }
    at = behind(tokens, at);
  } while (tokens[at] === ',');
  return -1;
}

// The same for a path of names, in which a star stands for what is needed; nothing where it leads nowhere
function walked(tokens, path, need) {
  const at = path.reduce((at, step) => member(tokens, at, step === '*' ? need : step), 0);
  return at < 0 ? undefined : at;
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

//[in-json
// Words are compared without regard to case, and names as they are.
function says(tokens, at, word) {
  return held(tokens, at).map(lowered).includes('"' + word);
}

function scalar(tokens, at, source) {
  const is = (word) => says(tokens, at, word);
  return source[4].some(is) ? -1 : +source[3].some(is);
}

function inTokens(tokens, source) {
  if (!tokens[0]) return 0;
  const walk = (path, need) => walked(tokens, path, need);
  // No word stands for a list with something in it.
  const is = (at, word, need) => (word === '*' ? held(tokens, at).includes('"' + need) : word ? says(tokens, at, word) : tokens[at] === '[' && tokens[at + 1] !== ']');
  //[json-list
  if (source[9]) return shaped(source, walk, is, (at, need) => (at === undefined ? source[10] : listed(tokens, at, need, source)));
  //]
  //[json-word
  return shaped(source, walk, is, (at) => (at === undefined ? source[6] : scalar(tokens, at, source)));
  //]
}

//[json-list
// Whether what is granted has this in it: a list, also one within a string, or an object with a member of the name that
// is neither a denial nor empty.
function listed(tokens, at, need, source) {
  if (tokens[at] === '{') {
    const value = member(tokens, at, need);
    const empty = value < 0 || ['[]', '{}'].includes(tokens[value] + tokens[value + 1]) || ['', 'null'].some((word) => says(tokens, value, word));
    return empty || scalar(tokens, value, source) < 0 ? source[6] : 1;
  }
  const list = tokens[at].startsWith('"[') ? parsed(tokens[at].slice(1)) : tokens.slice(at);
  const words = held(list, 0);
  return words.includes('"' + need) ? 1 : words.includes('') || list[0] !== '[' ? 0 : source[6];
}
//]

function inJson(text, source) {
  return inTokens(parsed(disclosed(text)), source);
}

//[prefixed
// JSON behind something else begins at the first brace.
function inPrefixedJson(text, source) {
  return inTokens(parsed(disclosed(text).replace(/^[^{]*/, '')), source);
}
//]

//[base64-json
function inBase64Json(text, source) {
  return inTokens(parsed(unbased(text)), source);
}
//]
//]

//[string
// A string of the IAB within JSON, or the value itself
function inString(text, source) {
  const tokens = parsed(disclosed(text));
  const at = walked(tokens, source[5][0], '');
  return at === undefined ? text : tokens[at].slice(1).replace(/[^\w.+\/-][\s\S]*/, '');
}
//]
//]
