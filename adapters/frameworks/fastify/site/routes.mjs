import { Readable } from 'node:stream';

import cookie from '@fastify/cookie';
import files from '@fastify/static';

const own = { path: '/', httpOnly: true };

export async function routes(app) {
  app.register(cookie);
  app.register(files, { root: new URL('public/', import.meta.url).pathname });
  app.get('/', (request, reply) => {
    reply.setCookie('seen', '1', own);
    return reply.type('text/html').send(`<p>visitor ${request.raw.visitor.id}.`);
  });
  app.get('/login', (_, reply) => reply.setCookie('session', 's3cret', own).setCookie('csrf', 't0ken', own).redirect('/account'));
  app.get('/account', (_, reply) => reply.type('text/html').send('<p>account'));
  app.get('/cached', (_, reply) => reply.type('text/html').header('cache-control', 'public, s-maxage=600').send('<p>cached'));
  app.get('/stream', (_, reply) => reply.type('text/html').send(Readable.from(parts())));
  app.get('/release', () => {
    globalThis.release();
    return 'released';
  });
}

async function* parts() {
  yield '<p>first';
  await new Promise((resolve) => { globalThis.release = resolve; });
  yield '<p>second';
}
