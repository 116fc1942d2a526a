//[adopt
// The id that a visitor has in another cookie, and how it was come by.
function adopted(all) {
  return LEGACY.map((source) => texts(all, source[0]).map((text) => idIn(text, source)).find(Boolean)).find(Boolean);
}

function idIn(text, source) {
  // Where only the beginning of the name is known, the rest of it is still there.
  const value = source[1] ? text.slice(text.indexOf('=') + 1 || text.length) : text;
  if (bytes(value) > 1024) return;
  const uuid = value.split(/[^\dA-Za-z-]/).map((part) => part.replace(/^22(?=.{36}$)/, '').toLowerCase()).find((part) => ID.test(part));
  //[sealed
  // A sealed id says that it was issued here: another's number can only be the seed of one.
  if (uuid) return [derived(uuid), 'derived'];
  //]
  if (uuid) return [uuid, 'taken_over'];
  //[derive
  // What stays the same from visit to visit: neither `GA1.2.` nor the times and counts of Snowplow.
  const part = source[2] ? value.split('.')[0] : value.replace(/^GA1\.[^.]*\./, '');
  if (bytes(part) > 11) return [derived(part), 'derived'];
  //]
}

function bytes(text) {
  return Buffer.from(text).length;
}

//[derived
function derived(part) {
  return mint(crypto.createHash('sha256').update('hardtack-adopt-v1\0' + part).digest('hex'));
}
//]
//]

