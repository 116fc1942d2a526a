//[percent
// Percent-encoding taken off, once or twice
function unescaped(text, levels) {
  const pattern = levels > 1 ? /%(?:25)?([\da-f]{2})/gi : /%([\da-f]{2})/gi;
  return levels ? text.replace(pattern, (all, hex) => String.fromCharCode(parseInt(hex, 16))) : text;
}
//]

//[levels
// How many levels of percent-encoding have to go until a text passes; nothing where it never does
function disclosing(text, passes) {
  return [0, 1, 2].find((levels) => passes(unescaped(text, levels)));
}
//]

//[quotes
// As many levels of percent-encoding are taken off as bring the first quote to light. Single quotes count where there
// are no double ones: in JSON they are apostrophes.
function disclosed(text) {
  const level = [/^(?!%)[^"]*"/, /^(?!%)[^']*'/].map((quote) => disclosing(text, (plain) => quote.test(plain))).find((found) => found >= 0);
  return unescaped(text, level === undefined ? 2 : level);
}
//]

//[base64
// Base64 of either alphabet ends at the first other character, and counts in whole bytes.
function unbased(text) {
  let base64 = unescaped(text, 2).replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z\d+\/][\s\S]*/, '');
  if (base64.length % 4 === 1) base64 = base64.slice(0, -1);
  return atob(base64 + '=='.slice(0, -base64.length & 3));
}
//]
