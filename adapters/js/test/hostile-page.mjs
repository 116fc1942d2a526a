/** A page that shows what its origin was told of the visitor. Imports nothing of Node: Deno serves it, too. */

/** `entries`: the request's headers, names and values. */
export function page(entries) {
  const told = entries.filter(([name]) => name.toLowerCase().replace(/[^a-z\d]/g, '-') === 'x-visitor-id');
  return { type: 'text/html', body: JSON.stringify(told.map(([, value]) => value)) };
}
