// Loading: what there is where the core cannot be started, and what Node.js prints of an error that nobody catches.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";

import { Account } from "qince-leads";

import { SECRETS } from "./support.js";

const SIGN = "new Account(secrets).sign('remove', { code: 'c' })";

/** What Node.js prints of a program that does not end well. */
async function failure(script, ...flags) {
  const args = [...flags, "--input-type=module", "--eval", script];
  const ended = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname }).catch(
    (error) => error,
  );
  return ended.stderr;
}

test("where there is no WebAssembly, an error says so, and blames no content security policy", async () => {
  const printed = await failure(
    `import { Account } from "qince-leads"; const secrets = ${JSON.stringify(SECRETS)}; ${SIGN}`,
    "--jitless",
  );
  assert.match(printed, /InternalError: internal: there is no WebAssembly here/);
  assert.doesNotMatch(printed, /wasm-unsafe-eval/);
});

test("an error that nobody catches prints a few short lines", async () => {
  for (const load of [
    'import { Account } from "qince-leads"',
    'import { createRequire } from "node:module"; const { Account } = createRequire(import.meta.url)("qince-leads")',
  ]) {
    const printed = await failure(`${load}; new Account({ openid: "", appKey: "k" });`);
    assert.match(printed, /InvalidAccountError/);
    const lines = printed.split("\n");
    assert.ok(lines.length < 30 && lines.every((line) => line.length < 300), printed);
  }
});

test("a realm without codecs of its own writes and reads every character", () => {
  const file = new URL("../../dist/index.cjs", import.meta.url);
  const module = { exports: {} };
  const context = createContext({ module, exports: module.exports, secrets: SECRETS });
  runInContext(`(() => {${readFileSync(file, "utf8")}})()`, context);
  const { Account: Foreign } = module.exports;
  const text = `\0 \x7f é 示例 😀 ${"\ufeff"} %41 ${"长".repeat(20_000)}`;
  const stamp = { nowMs: 1, msgId: "m-é😀" };
  const [own, foreign] = [Account, Foreign].map((Type) =>
    new Type(SECRETS).sign("modify", { code: "c", exts: { a: text } }, stamp),
  );
  assert.equal(foreign.url, own.url);
  assert.equal(foreign.body, own.body);
});
