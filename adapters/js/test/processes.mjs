/** Other runtimes as child processes: started on free ports, stopped whatever happens. */

import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { blobFor } from './cases.mjs';

const packageRoot = new URL('../../', import.meta.url).pathname;

/** A program that npm installed. */
export function bin(name) {
  const path = join(packageRoot, 'node_modules/.bin', name);
  if (!existsSync(path)) throw new Error(`no ${name}: run adapters/js/test/install`);
  return path;
}

/** The test Worker in a workerd of its own; pages come from the origin at `originPort`, where there is one. */
export async function startWorkerd(originPort = 9) {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  layOut(folder, originPort);
  const args = ['serve', join(folder, 'config.capnp'), '--control-fd=3'];
  const child = spawn(bin('workerd'), args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  try {
    const port = await listeningPort(child);
    return { url: `http://127.0.0.1:${port}`, port, stop: () => stop(child).finally(clean) };
  } catch (error) {
    await stop(child).finally(clean);
    throw error;
  }
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

/** workerd tells the port that it got over its control descriptor, one line of JSON for each event. */
function listeningPort(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdio[3].on('data', (chunk) => {
      text += chunk;
      for (const line of text.split('\n').slice(0, -1)) {
        const { event, port } = JSON.parse(line);
        if (event === 'listen') resolve(port);
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
  });
}

const MODULES = [
  'cloudflare/test/worker.mjs',
  'cloudflare/test/conformance.mjs',
  'fetch/test/conformance.mjs',
  'lambda-edge/test/conformance.mjs',
  'js/test/portable.mjs',
  'js/test/contract.mjs',
  'cloudflare/cloudflare.mjs',
  'fetch/fetch.mjs',
  'lambda-edge/lambda-edge.mjs',
  'js/host.mjs',
];
const ENGINE = 'js/engine/engine.wasm';
const POLICY = 'cloudflare/test/policy.bin';

/** A folder with a configuration and what it embeds; workerd takes embedded files from there only. */
function layOut(folder, originPort) {
  for (const path of [...MODULES, ENGINE]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(packageRoot, path), join(folder, path));
  }
  writeFileSync(join(folder, POLICY), blobFor({ signals: { response_header: 'x-visitor' } }, 'www.example.com'));
  writeFileSync(join(folder, 'config.capnp'), capnp(originPort));
}

function capnp(originPort) {
  const modules = MODULES.map((path) => `(name = "${path}", esModule = embed "${path}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        ${modules.join(',\n        ')},
        (name = "${ENGINE}", wasm = embed "${ENGINE}"),
        (name = "${POLICY}", data = embed "${POLICY}"),
      ],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "ORIGIN", service = "origin")],
    )),
    (name = "origin", external = (address = "127.0.0.1:${originPort}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}
