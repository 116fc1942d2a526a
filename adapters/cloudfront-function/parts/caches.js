//[caches
// What carries a visitor's cookie is for no shared cache (RFC 9111, RFC 9213).
function keepToOne(headers) {
  const control = headers['cache-control'];
  if (!control) headers['cache-control'] = { value: 'private' };
  else if (control.value !== 'private' || control.multiValue) restrict(headers, values(control));
  // Fields that speak to one kind of cache, and go before Cache-Control there
  if (
    headers['cdn-cache-control'] ||
    headers['cloudflare-cdn-cache-control'] ||
    headers['vercel-cdn-cache-control'] ||
    headers['netlify-cdn-cache-control'] ||
    headers['deno-cdn-cache-control'] ||
    headers['surrogate-control'] ||
    headers['edge-control']
  ) Object.keys(headers).forEach((name) => {
    if (/^(?:(?:cloudflare-|vercel-|netlify-|deno-)?cdn-cache|surrogate|edge)-control$/.test(name) && !values(headers[name]).every(forbids)) headers[name] = { value: 'no-store' };
  });
}

// `private`, and what the origin told browsers, in a fixed order: the first of several values counts, 2^31 at most.
function restrict(headers, given) {
  if (given.some(forbids)) return;
  const all = [].concat.apply([], given.map(directives));
  const kept = ['no-cache', 'must-revalidate', 'no-transform', 'immutable', 'must-understand', 'max-age', 'stale-while-revalidate', 'stale-if-error'].map((name, at) => {
    const part = all.find((one) => one.split('=')[0].trim().toLowerCase() === name);
    const seconds = /^[^=]*=[ \t]*("?)(\d+)\1[ \t]*$/.exec(part);
    return part ? ', ' + name + (at > 4 ? '=' + Math.min(seconds ? seconds[2] : 0, 2147483648) : '') : '';
  });
  headers['cache-control'] = { value: 'private' + kept.join('') };
}

function forbids(value) {
  return directives(value).some((part) => /^[ \t]*(?:no-store[ \t]*(?:=.*)?|private[ \t]*)$/i.test(part));
}

// What stands between commas, but for those in quotes
function directives(value) {
  return value.match(/(?:[^,"]|"[^"]*(?:"|$))+/g) || [];
}
//]

