export default defineEventHandler((event) => {
  setCookie(event, 'session', 's3cret', { httpOnly: true });
  setCookie(event, 'csrf', 't0ken', { httpOnly: true });
  return sendRedirect(event, '/account', 303);
});
