// Opens a page of the lab with tough-cookie's jar: `node tough.mjs JAR PORT AUTHORITY ACCEPT AGENT`. Prints the value
// and the expiry of the cookie that the jar then holds.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createRequire } from 'node:module';

const { CookieJar } = createRequire(new URL('../../target/lab/', import.meta.url))('tough-cookie');
const [file, port, authority, accept, agent] = process.argv.slice(2);
const page = 'https://www.example.com/';
const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
const jar = kept ? CookieJar.deserializeSync(kept) : new CookieJar();

const options = {
  host: '127.0.0.1',
  port,
  servername: 'www.example.com',
  ca: readFileSync(authority),
  headers: { host: 'www.example.com', accept, 'user-agent': agent, cookie: jar.getCookieStringSync(page) },
};
get(options, (response) => {
  for (const line of response.headers['set-cookie'] ?? []) jar.setCookieSync(line, page);
  response.resume().on('end', () => {
    writeFileSync(file, JSON.stringify(jar.serializeSync()));
    const { value, ...cookie } = jar.getCookiesSync(page).find(({ key }) => key === 'FPD');
    console.log(JSON.stringify({ value, end: (cookie.creation.getTime() / 1000) + cookie.maxAge }));
  });
});
