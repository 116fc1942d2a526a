import { redirect } from '@sveltejs/kit';

export function GET({ cookies }) {
  cookies.set('session', 's3cret', { path: '/' });
  cookies.set('csrf', 't0ken', { path: '/' });
  redirect(303, '/account');
}
