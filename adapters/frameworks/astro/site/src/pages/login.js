export function GET({ cookies, redirect }) {
  cookies.set('session', 's3cret', { path: '/', httpOnly: true });
  cookies.set('csrf', 't0ken', { path: '/', httpOnly: true });
  return redirect('/account', 303);
}
