//[bits
// The number in some bits of base64url text, 36 at most; not a number where the text is shorter or holds something
// else.
function bits(text, at, len) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/';
  const end = at + len;
  let number = 0;
  let six = Math.floor(at / 6);
  while (six * 6 < end) {
    const digit = digits.indexOf(text[six] || '.');
    if (digit < 0) return NaN;
    number = number * 64 + (digit > 63 ? digit - 2 : digit);
    six += 1;
  }
  return Math.floor(number / 2 ** (six * 6 - end)) % 2 ** len;
}

// 1 where the vendors that are listed from a bit on, as single bits or as ranges, include this one; 0 is always there.
function lists(core, start, vendor) {
  if (!vendor) return 1;
  const most = bits(core, start, 16);
  if (bits(core, start + 16, 1) === 0) return vendor <= most ? bits(core, start + 16 + vendor, 1) : most * 0;
  let at = start + 29;
  for (let left = bits(core, start + 17, 12); left > 0; left -= 1) {
    const isRange = bits(core, at, 1);
    const first = bits(core, at + 1, 16);
    at += isRange ? 33 : 17;
    const last = isRange ? bits(core, at - 16, 16) : first;
    if (isNaN(isRange + first + last)) return NaN;
    if (first <= vendor && vendor <= last) return 1;
  }
  return bits(core, start + 16, 13) * 0;
}

//[tcf
// IAB TCF: after 13 months people are to be asked again.
function tcf(text, source) {
  const segments = text.split('.');
  const core = segments.shift();
  const created = bits(core, 42, 36);
  // Where the law knows no purpose 1, the visitor was not asked about it.
  const untold = bits(core, 200, 1);
  let purposes = bits(core, 152, 24);
  let sum = created + untold + purposes;
  purposes |= untold << 23;
  if (bits(core, 0, 6) !== 2 || bits(core, 138, 1) !== 1) return 0;
  segments.forEach((segment) => {
    const kind = bits(segment, 0, 3);
    const publishers = kind === 3 && !source[3] ? bits(segment, 3, 24) : 0;
    sum += kind + publishers;
    purposes = publishers || purposes;
  });
  const granted = (source[2] & ~purposes) === 0 ? lists(core, 213, source[3]) : 0;
  if (isNaN(sum + granted)) return 0;
  return granted ? +(now() * 10 <= created + 342144000) : -1;
}
//]
//]

//[fundingchoices
function fundingChoices(text, source) {
  return tcf(inString(text, source), source);
}
//]

//[us-privacy
// `1YNN`: version, notice given, opted out of sale, covered by the industry's agreement
function usPrivacy(text) {
  return /^1[ -~][Yy][ -~]$/.test(text) ? -1 : 0;
}

//[usp-cookie
function uspCookie(text, source) {
  return usPrivacy(inString(text, source));
}
//]
//]

//[gpp
// IAB GPP: the header names the sections that follow. An id is written as its distance from the one before, in
// Fibonacci coding.
function gpp(text, source) {
  const sections = text.split('~');
  const header = sections.shift();
  const entries = bits(header, 12, 12);
  let sum = entries;
  let answer = 0;
  let at = 24;
  let last = 0;
  const take = () => {
    const bit = bits(header, at, 1);
    at += 1;
    sum += bit;
    return bit;
  };
  const goes = () => {
    let before = 0;
    let one = 1;
    let two = 2;
    while (one <= 10000) {
      const bit = take();
      if (bit + before === 2) return true;
      if (bit === 1) last += one;
      before = bit;
      two += one;
      one = two - one;
    }
    return false;
  };
  if (bits(header, 0, 6) !== 3) return 0;
  for (let i = 0; i < entries; i += 1) {
    const isRange = take() === 1;
    let id = goes() ? last : NaN;
    let whole = id === id && (!isRange || goes());
    for (; whole && id <= last; id += 1) {
      whole = sections.length > 0;
      if (whole) answer |= section(id, sections.shift(), source);
    }
    if (!whole) return Math.min(answer, 0);
  }
  return isNaN(sum) ? Math.min(answer, 0) : answer;
}

function section(id, text, source) {
  if (id === 2) return tcf(text, source);
  if (id === 5) return canadian(text.split('.')[0], source);
  //[us
  if (id === 6) return usPrivacy(text);
  if (id > 6 && id < 28) return state(id, text.split('.'));
  //]
  return 0;
}

// Express consent is a grant, implied consent is neither grant nor denial.
function canadian(core, source) {
  const express = bits(core, 151, 24);
  const implied = bits(core, 175, 24);
  const vendor = lists(core, 199, source[3]);
  if (isNaN(express + implied + vendor)) return 0;
  if (vendor && (source[2] & ~express) === 0) return 1;
  return (source[2] & ~(express | implied)) === 0 ? 0 : -1;
}

//[us
// The choices that follow the notices, whose number differs from state to state: a choice that is 1 objects. So does
// Global Privacy Control, in a segment of its own.
function state(id, segments) {
  const first = id === 7 ? 18 : id === 11 || id === 18 ? 14 : id > 23 ? 16 : 12;
  const choices = bits(segments[0], first, id === 7 ? 6 : 4);
  const controlled = id < 25 && segments.slice(1).some((segment) => bits(segment, 0, 3) === 3);
  return !isNaN(choices) && (choices & ~(choices >> 1) & 21 || controlled) ? -1 : 0;
}
//]
//]
