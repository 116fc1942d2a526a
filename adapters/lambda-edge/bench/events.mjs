/** Viewer-response events for pages as CloudFront hands them out, of eight visitors with three browsers. */

const BROWSERS = [
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
];
const VISITORS = [0, 0, 1, 0, 2, 0, 0, 1];

/** What the Cookie header holds, of visitor `n`. */
export const VISITS = {
  'new visitor, no cookies': () => undefined,
  'new visitor, other cookies': others,
  'returning visitor': (n) => `${others(n)}; FPD=6f1c8a52-3b0d-4e7a-9c41-5d2e8f7a0b1${n}`,
};

/** The JSON of eight events, one for each visitor. */
export function eventTexts(cookiesOf) {
  return VISITORS.map((browser, n) => JSON.stringify(event(BROWSERS[browser], `/journal/${'page-'.repeat(n % 4)}${n}/`, cookiesOf(n))));
}

function others(n) {
  return (
    `_ga=GA1.1.123456789${n}.1700000000; _gid=GA1.2.98765432${n}.1700000000; session=eyJhbGciOiJIUzI1NiJ9.c29tZS1zZXNzaW9u.x4c9dGVzdA${n}; ` +
    `theme=dark; consent=%7B%22analytics%22%3Atrue%2C%22ads%22%3Afalse%7D; _fbp=fb.1.170000000000${n}.1234567890; locale=en-GB`
  );
}

function event([userAgent, accept], uri, cookies) {
  const headers = {
    host: 'www.example.com',
    'user-agent': userAgent,
    accept,
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
    request: { clientIp: '203.0.113.178', method: 'GET', querystring: '', uri, headers: lists(headers) },
    response: { status: '200', statusDescription: 'OK', headers: lists(response) },
  };
  return { Records: [{ cf }] };
}

const lists = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [{ key: canonical(name), value }]]));
const canonical = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
