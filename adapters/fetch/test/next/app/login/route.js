export function GET(request) {
  const headers = new Headers({ location: '/account' });
  headers.append('set-cookie', 'session=s3cret; Path=/; HttpOnly');
  headers.append('set-cookie', 'csrf=t0ken; Path=/');
  return new Response(null, { status: 303, headers });
}
