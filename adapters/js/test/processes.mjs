/** Servers and other programs, started for a test and stopped whatever happens. */

import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { packageRoot } from './platforms.mjs';
import { parse, roundTrip } from './wire.mjs';

/** A program that npm installed. */
export function bin(name) {
  const path = join(packageRoot, 'node_modules/.bin', name);
  if (!existsSync(path)) throw new Error(`no ${name}: run adapters/js/test/install`);
  return path;
}

/** An http server on a free port of loopback. */
export async function listen(listener, create = createServer) {
  const server = create(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections?.();
      }),
  };
}

/** A port of loopback that nothing listens on. */
export async function freePort() {
  const { port, stop } = await listen(() => {});
  await stop();
  return port;
}

/** The answer to a request, as soon as a program listens: it says that it is ready in words that change. */
export async function answered(child, port, request) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    const text = await roundTrip(port, request).catch(() => '');
    if (text) return parse(text);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the program did not answer within 30 seconds');
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
