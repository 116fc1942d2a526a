/** Every page gets its cookie here; `proxy` runs in Node, before the page is made. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createEngine } from 'hardtack';
import { wrap } from 'hardtack/fetch';
import { NextResponse } from 'next/server';

const engine = createEngine(readFileSync(join(process.cwd(), 'hardtack/engine.wasm')), readFileSync(join(process.cwd(), 'hardtack/policy.bin')));

// The server behind the TLS terminator sees plain http; the browser saw https.
export const proxy = wrap(engine, answer, { scheme: 'https' });

function answer(request, context, visitor) {
  // On the first visit, too: pages read it with `headers()`.
  const headers = new Headers(request.headers);
  headers.set('x-visitor-id', visitor.id ?? '');
  if (request.nextUrl.pathname === '/old') return NextResponse.redirect(new URL('/', request.url));
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: '/((?!_next/).*)' };
