// Runs a Lambda@Edge function for `hardtack serve --edge`, the way Lambda's Node.js runtime would.
//
// Frames go both ways: four bytes of length, little endian, and as many bytes of JSON. In come `{id, event}`; out go
// `{id, value}` or `{id, error}`, what the function says on its console, and first of all `{ready}` or `{failed}`.
import { Console } from "node:console";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

const frames = process.stdout;
const HEAD = 4;

function send(frame) {
  const body = Buffer.from(JSON.stringify(frame));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(body.length);
  frames.write(Buffer.concat([head, body]));
}

/** What the function prints must not run into the frames. */
function voice(level) {
  return new Writable({
    write(chunk, _, done) {
      send({ said: String(chunk), level });
      done();
    },
  });
}

const [said, warned] = [voice("info"), voice("warn")];
Object.defineProperty(process, "stdout", { value: said });
globalThis.console = new Console(said, warned);

/** Lambda's runtime takes a promise or a call of the callback; what a plain function returns, it does not look at. */
function invoke(handler, event, id) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error ? reject(error) : resolve(value));
    const returned = handler(event, context(id), callback);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    else if (handler.length < 3) resolve(null);
  });
}

function context(id) {
  const name = "us-east-1.hardtack";
  return {
    awsRequestId: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "1",
    getRemainingTimeInMillis: () => 5000,
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}:1`,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    memoryLimitInMB: "128",
  };
}

async function answer(handler, { id, event }) {
  try {
    const value = await invoke(handler, event, id);
    send({ id, value: value ?? null });
  } catch (error) {
    send({ id, error: describe(error) });
  }
}

function describe(error) {
  return error instanceof Error ? (error.stack ?? String(error)) : `threw ${inspect(error)}`;
}

function listen(handler) {
  let buffered = Buffer.alloc(0);
  process.stdin.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= HEAD && buffered.length >= HEAD + buffered.readUInt32LE()) {
      const end = HEAD + buffered.readUInt32LE();
      const frame = JSON.parse(buffered.toString("utf8", HEAD, end));
      buffered = buffered.subarray(end);
      // Each in a turn of its own: one that loops must not hold back the answers of those before it.
      setImmediate(answer, handler, frame);
    }
  });
  process.stdin.on("end", () => process.exit(0));
}

try {
  const exported = await import(pathToFileURL(process.argv[2]).href);
  const handler = exported.handler ?? exported.default?.handler;
  if (typeof handler !== "function") throw new Error("the module exports no function `handler`");
  listen(handler);
  send({ ready: process.version });
} catch (error) {
  send({ failed: describe(error) });
  process.exitCode = 1;
}
