//[bots
// Which kind of bot a User-Agent names, if any: by the core's table, or because it is one product and nothing else.
function botOf(agent) {
  const text = trimmed(agent).replace(/^Mozilla\/5\.0 /, '');
  const lower = agent.toLowerCase();
  //[agents
  const holds = (part) => lower.includes(part);
  if (PEOPLE.some(holds)) return '';
  if (ALSO.some(holds)) return 'crawler';
  //]
  // A blank stands for the beginning, which is no letter either.
  const rest = (' ' + lower.replace(/^mozilla\/5\.0 /, '')).replace(PEOPLES, '$1 ');
  //[previews
  if (PREVIEWS.test(rest)) return 'link_preview';
  //]
  const lone = /^[\w .-]*(?:\/v?\d{1,10}(?:\.\d{1,10})*)?$/.test(text.replace(/^\(compatible; (.*)\)$/, '$1'));
  return text && (lone || BOTS.some((pattern) => pattern.test(rest))) ? 'crawler' : '';
}
//]

