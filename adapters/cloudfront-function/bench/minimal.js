// The least that a viewer-response function can do: append one cookie, always the same.
function handler(event) {
  const response = event.response;
  response.cookies.FPD = { value: '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13', attributes: 'Max-Age=63072000; Path=/; Secure; HttpOnly' };
  return response;
}
