import { Readable } from 'node:stream';

import Router from '@koa/router';
import files from 'koa-static';

export const routes = new Router();

routes.get('/', (ctx) => {
  ctx.cookies.set('seen', '1');
  ctx.body = `<p>visitor ${ctx.req.visitor.id}.`;
});
routes.get('/login', (ctx) => {
  ctx.cookies.set('session', 's3cret');
  ctx.cookies.set('csrf', 't0ken');
  ctx.redirect('/account');
});
routes.get('/account', (ctx) => { ctx.body = '<p>account'; });
routes.get('/cached', (ctx) => {
  ctx.set('cache-control', 'public, s-maxage=600');
  ctx.body = '<p>cached';
});
routes.get('/stream', (ctx) => {
  ctx.type = 'html';
  ctx.body = Readable.from(parts());
});
routes.get('/release', (ctx) => {
  globalThis.release();
  ctx.body = 'released';
});
routes.get('/logo.svg', files(new URL('public/', import.meta.url).pathname));

async function* parts() {
  yield '<p>first';
  await new Promise((resolve) => { globalThis.release = resolve; });
  yield '<p>second';
}
