//[bots
// Which kind of bot a User-Agent names, if any, by the core's table: a bot says that it is one, or says nothing that
// people's browsers say.
function botOf(agent) {
  const lower = agent.toLowerCase();
  //[agents
  const holds = (part) => lower.includes(part);
  if (PEOPLE.some(holds)) return '';
  if (ALSO.some(holds)) return 'crawler';
  //]
  // A blank stands for the beginning, which is no letter either.
  const all = ' ' + lower;
  const rest = all.replace(PEOPLES, '$1|');
  //[previews
  if (PREVIEWS.test(rest)) return 'link_preview';
  //]
  return trimmed(agent) && (rest === all || BOTS.some((pattern) => pattern.test(rest))) ? 'crawler' : '';
}
//]
