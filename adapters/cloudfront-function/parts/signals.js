//[speculation
// Whether the browser asks ahead of its user
function speculation(asked) {
  const said = (name) => values(asked[name]).map((value) => {
    const words = value.split(/[;,]/).map((word) => word.trim());
    return ['prerender', 'prefetch'].find((word) => words.includes(word));
  }).find(Boolean);
  return said('sec-purpose') || said('purpose') || said('x-moz');
}
//]

//[tell
function tell(outcome, reason, id) {
  return [outcome, reason, id];
}

function stranger(found) {
  if (!found.length) return ['issued', 'new_visitor'];
  if (!/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(found[0])) return ['replaced', 'malformed_id'];
  //[sealed
  if (ID.test(found[0].toLowerCase())) return ['replaced', 'unsealed'];
  //]
  return ['replaced', 'unaccepted_version'];
}
//]

//[header
function signal(asked, told) {
  const ahead = speculation(asked);
  return told[0] + ';reason=' + told[1] + (ahead ? ';speculation=' + ahead : '') + (told[2] ? ';id="' + told[2] + '"' : '');
}
//]

//[add
// Adds to what is there by a name, and leaves that as it is.
function add(fields, name, one) {
  const there = fields[name];
  if (!there) fields[name] = one;
  else there.multiValue = (there.multiValue || [Object.assign({}, there)]).concat(one);
}
//]

//[log
function line(request, response, told) {
  const text = JSON.stringify({
    time: Math.floor(Date.now() / 1000),
    outcome: told[0],
    reason: told[1],
    id:
      //[log-without-id
      null &&
      //]
      told[2] || null,
    method: request.method,
    host: request.headers.host ? request.headers.host.value : '',
    path: request.uri,
    status: response.statusCode,
    // left out where there is none
    speculation: speculation(request.headers),
  });
  return text.replace(/[\x7f-\x9f]/g, (c) => '\\u00' + c.charCodeAt(0).toString(16));
}
//]

