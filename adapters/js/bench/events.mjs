/** Viewer-response events as CloudFront hands them out for a page: parsed from JSON, as Lambda does, once each. */

const ID = '6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b13';
const OTHERS =
  '_ga=GA1.1.1234567890.1700000000; _gid=GA1.2.987654321.1700000000; session=eyJhbGciOiJIUzI1NiJ9.c29tZS1zZXNzaW9u.x4c9dGVzdA; ' +
  'theme=dark; consent=%7B%22analytics%22%3Atrue%2C%22ads%22%3Afalse%7D; _fbp=fb.1.1700000000000.1234567890; locale=en-GB';

export const VISITS = {
  'new visitor, no cookies': undefined,
  'new visitor, other cookies': OTHERS,
  'returning visitor': `${OTHERS}; FPD=${ID}`,
};

/** An event's JSON; each handling needs an event of its own, for handlers change them. */
export function eventText(cookies) {
  const headers = {
    host: 'www.example.com',
    'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
    'accept-language': 'en-GB,en;q=0.9',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'none',
    ...(cookies === undefined ? {} : { cookie: cookies }),
  };
  const response = {
    date: 'Sun, 22 Nov 2026 12:00:00 GMT',
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'public, max-age=300',
    server: 'AmazonS3',
    etag: '"5d41402abc4b2a76b9719d911017c592"',
  };
  const cf = {
    config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-response', requestId: 'xGN7KWpVEmB9Dp7ctcVFQC4E-nrcOcEKS3QyAez--06dV7TEXAMPLE==' },
    request: { clientIp: '203.0.113.178', method: 'GET', querystring: '', uri: '/journal/', headers: lists(headers) },
    response: { status: '200', statusDescription: 'OK', headers: lists(response) },
  };
  return JSON.stringify({ Records: [{ cf }] });
}

const lists = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [{ key: canonical(name), value }]]));
const canonical = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
