/**
 * The other side of the benchmark: a viewer-response handler as the published tutorial describes it, with the packages
 * it uses: read the first Cookie header, make a UUID where there is no FPD, and replace Set-Cookie. Written here.
 */

'use strict';

const cookie = require('cookie');
const { v4 } = require('uuid');

const TWO_YEARS = 63_072_000;

exports.handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  try {
    const cookies = request.headers.cookie ? cookie.parse(request.headers.cookie[0].value) : {};
    if (cookies.FPD === undefined) {
      const domain = `.${request.headers.host[0].value.split('.').slice(-2).join('.')}`;
      const options = { domain, path: '/', maxAge: TWO_YEARS, secure: true, httpOnly: true, sameSite: 'lax' };
      response.headers['set-cookie'] = [{ key: 'Set-Cookie', value: cookie.serialize('FPD', v4(), options) }];
    }
  } catch (error) {
    console.log(error);
  }
  return response;
};
