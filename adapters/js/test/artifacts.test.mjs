/** What `hardtack build` writes for JavaScript hosts is a package: whole, licensed, and typed for strict consumers. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { build, snippets } from './artifact.mjs';
import { packageRoot } from './platforms.mjs';
import { bin } from './processes.mjs';

/** Strict, and libraries checked, too: `skipLibCheck` would hide what is wrong in our own types. */
const STRICT = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022' };
const RESOLUTIONS = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  node16: { module: 'node16', moduleResolution: 'node16' },
};
/** What a consumer's code knows of its host. */
const WEB = { lib: ['es2022', 'dom', 'dom.iterable'], types: [] };
const WORKERS = { lib: ['es2022'], types: ['@cloudflare/workers-types'] };
const NODE = { lib: ['es2022'], types: ['node'] };

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hardtack-'));
const platforms = ['cloudflare', 'fetch', 'hono', 'node'];
const manifests = {};

before(() => {
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['@cloudflare', '@types', 'hono', 'undici-types']) symlinkSync(join(packageRoot, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const platform of platforms) {
    build(platform, folder);
    manifests[platform] = JSON.parse(readFileSync(join(folder, 'dist', platform, 'package.json'), 'utf8'));
    symlinkSync(join(folder, 'dist', platform), join(folder, 'node_modules', manifests[platform].name));
  }
});

after(() => rmSync(folder, { recursive: true }));

/** Compiles a consumer's module against what was built, in each way to resolve modules. */
function check(name, host, text) {
  for (const [how, resolution] of Object.entries(RESOLUTIONS)) {
    test(`types: ${name}, ${how}`, () => {
      writeFileSync(join(folder, 'uses.mts'), text);
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...STRICT, ...resolution, ...host }, files: ['uses.mts'] }));
      const { status, stdout } = spawnSync(bin('tsc'), ['-p', folder], { encoding: 'utf8' });
      assert.equal(status, 0, stdout);
    });
  }
}

const fetchUses = `import { decorate, policyHash, wrap, type Visitor } from 'hardtack-site-fetch';
export const handler = wrap<{ ip: string }>((request, { ip }, who: Visitor) => new Response(ip + who.id + request.url));
export const answer: Promise<Response> = handler(new Request('https://www.example.com/'), { ip: policyHash });
export const decorated: Response = decorate(new Request('https://www.example.com/'), new Response(), { scheme: 'https' });
// @ts-expect-error a scheme is one of two
decorate(new Request('https://www.example.com/'), new Response(), { scheme: 'ftp' });
`;
check('fetch, in a browser\'s library', WEB, fetchUses);
check('fetch, in Node\'s', NODE, fetchUses);
check('hono', WEB, `import { Hono } from 'hono';
import { policyHash, visitor, type Visitor } from 'hardtack-site-hono';
import { visitor as inWorkers } from 'hardtack-site-hono/workers';
export const app = new Hono().use(visitor({ scheme: 'https' })).use(inWorkers());
app.get('/', (c) => { const who: Visitor = c.get('visitor'); return c.text(policyHash + who.id); });
// @ts-expect-error an outcome is one of a closed list
app.get('/wrong', (c) => c.text(c.get('visitor').outcome === 'lost' ? '' : ''));
`);
check('cloudflare, as a handler', WORKERS, `import { createWorker, type Visitor } from 'hardtack-site-cloudflare';
interface Env { KEY: string }
const fetch = (request: Request, env: Env, ctx: ExecutionContext, who: Visitor) => new Response(env.KEY + who.id);
export default createWorker({ scheduled: () => {}, fetch }) satisfies ExportedHandler<Env>;
`);
check('cloudflare', WEB, `import { createWorker, policyHash, type Visitor } from 'hardtack-site-cloudflare';
import alone from 'hardtack-site-cloudflare/worker';
const own = createWorker({ scheduled: () => 1, fetch: (request: Request, env: { KEY: string }, ctx, who: Visitor) => new Response(env.KEY + who.id) });
export const ran: number = own.scheduled();
export const answer: Promise<Response> = alone.fetch(new Request('https://www.example.com/'));
export default own;
// @ts-expect-error a checksum is a string
policyHash.toFixed();
`);
check('node', NODE, `import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { policyHash, visitor, wrap, type Visitor } from 'hardtack-site';
createServer(wrap((req, res) => { const who: Visitor | undefined = req.visitor; res.setHeader('x-policy', policyHash).end(who?.id); }));
const listener: RequestListener = (req, res) => res.end(req.url);
createServer(wrap(listener, { trustProxy: true, log: console.log }));
createSecureServer(wrap((req: Http2ServerRequest, res: Http2ServerResponse) => { res.end(req.visitor?.outcome ?? ''); }));
createServer((req, res) => visitor()(req, res, (error?: Error) => { res.end(error?.message); }));
// @ts-expect-error the proxy is believed, or it is not
visitor({ trustProxy: 'always' });
`);
// The page's second program is a server without Express.
check('the page\'s server of node:http', NODE, snippets('node', 'js')[1]);

for (const platform of platforms) {
  test(`a package: ${platform}`, () => {
    const built = join(folder, 'dist', platform);
    const manifest = manifests[platform];
    for (const key of ['name', 'version', 'type', 'exports', 'license']) assert.ok(manifest[key], key);
    const named = Object.values(manifest.exports).flatMap((entry) => Object.values(typeof entry === 'string' ? [entry] : entry));
    for (const file of [...named, 'README.md']) assert.ok(existsSync(join(built, file)), file);
    for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) {
      assert.equal(readFileSync(join(built, licence), 'utf8'), readFileSync(join(packageRoot, '..', licence), 'utf8'));
    }
    assert.doesNotMatch(readFileSync(join(built, 'README.md'), 'utf8'), /\{(version|hash|cookie|domains)\}/);
  });
}

for (const platform of ['fetch', 'hono', 'node']) {
  test(`imported by its name: ${platform}`, () => {
    const program = `import { policyHash } from '${manifests[platform].name}'; process.stdout.write(policyHash);`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, encoding: 'utf8' });
    assert.match(told, /^[0-9a-f]{16}$/);
  });
}
