/** workerd, Cloudflare's runtime of Workers, on a free port. */

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { blobFor } from './cases.mjs';
import { conformanceModules, modulesOf, packageRoot } from './platforms.mjs';
import { bin, stop } from './processes.mjs';

const MAIN = 'cloudflare/test/worker.mjs';
const ENGINE = 'js/engine/engine.wasm';
const POLICY = 'cloudflare/test/policy.bin';

/**
 * The test Worker in a workerd of its own; pages come from the origin at `originPort`, where there is one. `output`:
 * where what it says goes.
 */
export function startWorkerd(originPort = 9, output = 'inherit') {
  return startWorker((folder) => {
    const modules = copied(folder, [MAIN, ...conformanceModules]);
    copyInto(folder, ENGINE);
    writeFileSync(join(folder, POLICY), blobFor({ signals: { response_header: 'x-visitor', request_header: 'x-visitor-id' } }, 'www.example.com'));
    return [...modules, ENGINE, POLICY].map(described);
  }, originPort, output);
}

/**
 * A Worker of files that `layOut` puts into an empty folder, as workerd embeds files from one folder only. It returns
 * the modules, the Worker's first, as workerd's configuration describes them: `described(path)` for a file.
 */
export async function startWorker(layOut, originPort = 9, output = 'inherit') {
  const folder = mkdtempSync(join(tmpdir(), 'hardtack-'));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(folder, 'config.capnp'), capnp(layOut(folder), originPort));
  const args = ['serve', join(folder, 'config.capnp'), '--control-fd=3'];
  const child = spawn(bin('workerd'), args, { stdio: ['ignore', output, output, 'pipe'] });
  try {
    const port = await listeningPort(child);
    return { url: `http://127.0.0.1:${port}`, port, stop: () => stop(child).finally(clean) };
  } catch (error) {
    await stop(child).finally(clean);
    throw error;
  }
}

/** Copies modules of this package and what they import into a folder, and returns all of them. */
export function copied(folder, entries) {
  const { modules, packages } = modulesOf(entries);
  for (const path of modules) copyInto(folder, path);
  return [...modules, ...packages];
}

/** A module in workerd's words. It looks a package's name up beside the module that imports it. */
export function described(one) {
  if (typeof one !== 'string') return `(name = "${join(dirname(one.from), one.name)}", esModule = "export * from '/${one.path}';")`;
  const kind = { wasm: 'wasm', bin: 'data' }[one.split('.').at(-1)] ?? 'esModule';
  return `(name = "${one}", ${kind} = embed "${one}")`;
}

function copyInto(folder, path) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  copyFileSync(join(packageRoot, path), join(folder, path));
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

function capnp(modules, originPort) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        ${modules.join(',\n        ')},
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
