export function load({ cookies, locals }) {
  cookies.set('seen', '1', { path: '/' });
  return { id: locals.visitor?.id };
}
