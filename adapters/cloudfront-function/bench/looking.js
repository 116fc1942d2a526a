// The least that looks at what the default rules ask of a returning visitor's page, once each, and sends the id again.
// It is no use for anything else.
function handler(event) {
  const request = event.request;
  const response = event.response;
  const asked = request.headers;
  const given = response.headers;
  const own = request.cookies.FPD;
  if (
    request.method === 'GET' &&
    asked['sec-fetch-dest'].value === 'document' &&
    asked['sec-fetch-mode'].value === 'navigate' &&
    asked['user-agent'].value.search(/^Mozilla/) === 0 &&
    response.statusCode === 200 &&
    given['content-type'].value.search(/^text\/html/) === 0 &&
    !response.cookies.FPD &&
    asked.host.value === 'www.example.com' &&
    !given['cache-control'] &&
    own.value.search(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/) === 0
  ) {
    given['cache-control'] = { value: 'private' };
    response.cookies.FPD = { value: own.value, attributes: 'Max-Age=63072000; Path=/; Secure; HttpOnly' };
  }
  return response;
}
