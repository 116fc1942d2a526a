//[adopt
// The id that a visitor has in another cookie, and how it was come by.
function adopted(all) {
  return LEGACY.map((source) => texts(all, source[0]).map((text) => idIn(text, source)).find(Boolean)).find(Boolean);
}

// The steps to the part that names the visitor: each is a character that says what to do, and a text.
function idIn(text, source) {
  let part = text;
  let coded = true;
  for (let i = 1; i < source.length; i += 1) {
    const step = source[i][0];
    const mark = source[i].slice(1);
    const at = part.indexOf(mark);
    if (step === '%' || step === 'b') {
      part = (step === 'b' ? unbased(part) : disclosed(part)).slice(0, 4096);
      coded = false;
    } else if (step === '!') {
      if (at >= 0) return;
    } else if (step === '~' && at !== 0) {
      break;
    } else if (step === '^' && at !== 0) {
      return;
    } else if (step === '<' || step === '=') {
      if (at < 0 && step === '=') return;
      part = at < 0 ? part : part.slice(0, at);
    } else {
      if (at < 0) return;
      part = part.slice(at + mark.length).replace(/^[\t\n\f\r ]+/, '');
    }
  }
  // What was decoded has a character for each byte.
  const seed = Buffer.from(coded ? part : part.split('').map((byte) => byte.charCodeAt(0)));
  if (seed.length > 1024) return;
  const uuid = unescaped(part, 2).split(/[^\dA-Za-z-]/).map((one) => one.toLowerCase()).find((one) => ID.test(one));
  //[sealed
  // A sealed id says that it was issued here: another's number can only be the seed of one.
  if (uuid) return [derived(uuid), 'derived'];
  //]
  if (uuid) return [uuid, 'taken_over'];
  //[derive
  if (seed.length > 11) return [derived(seed), 'derived'];
  //]
}

//[derived
function derived(part) {
  return mint(crypto.createHash('sha256').update('hardtack-adopt-v1\0').update(part).digest('hex'));
}
//]
//]

