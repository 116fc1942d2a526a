/** Servers and other programs, started for a test and stopped whatever happens. */

import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { packageRoot } from './platforms.mjs';

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

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
