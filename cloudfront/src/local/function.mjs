// Runs a CloudFront Function as a Lambda@Edge module, for the driver beside it: with what runtime cloudfront-js-2.0
// has, and without what it has not.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const MODULES = new Set(["buffer", "crypto", "querystring"]);
const node = createRequire(import.meta.url);

function require(name) {
  if (!MODULES.has(name)) throw new Error(`CloudFront Functions have no module "${name}"`);
  return node(name);
}

/** Time stands still while a function runs. */
class FrozenDate extends Date {
  static at = 0;

  constructor(...given) {
    if (given.length === 0) super(FrozenDate.at);
    else super(...given);
  }

  static now() {
    return FrozenDate.at;
  }
}

const ABSENT = ["process", "global", "setTimeout", "setInterval", "setImmediate", "clearTimeout", "fetch", "WebAssembly"];
const source = readFileSync(new URL("function.js", import.meta.url), "utf8");
// An import stands at the top there, and can stand nowhere in a function's body.
const body = source.replace(/^import\s+(\w+)\s+from\s+(['"][^'"]+['"]);?/gm, "const $1 = require($2);");
const console_ = { log: (line) => console.log(line) };
const make = new Function("require", "console", "Date", ...ABSENT, `"use strict";${body}\nreturn handler;`);
const run = make(require, console_, FrozenDate);

export async function handler(event) {
  FrozenDate.at = Date.now();
  return run(event);
}
