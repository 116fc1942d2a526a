// hardtack {version} for Cloudflare Workers. Policy {hash}.
import { createWorker } from './hardtack.mjs';

export default createWorker();
