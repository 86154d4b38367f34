// Runs the vector suite through the public API: `node tests/conformance/main.js --vectors DIR`.
// A file, a kind or a member of a case that is not understood is a failure.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import * as call from "./call.js";
import { cut } from "./compare.js";
import { parse } from "./json.js";
import * as pages from "./pages.js";
import * as push from "./push.js";
import * as relay from "./relay.js";
import * as reply from "./reply.js";
import { check, list } from "./shape.js";
import * as sign from "./sign.js";

const KINDS = { sign, reply, push, call, pages, relay };
const OWN = fileURLToPath(new URL("../../../tests/vectors", import.meta.url));

/** What came of the cases so far. */
class Tally {
  passed = 0;
  failed = 0;
  #names = new Set();

  runFolder(folder) {
    this.#note(folder, () => {
      for (const file of files(folder)) this.#runFile(file);
    });
  }

  #runFile(file) {
    this.#note(file, () => {
      const suite = parse(readFileSync(file, "utf8"));
      check("the file", suite, { cases: list });
      for (const [i, test] of suite.cases.entries()) this.#runCase(test?.name ?? `${file} case ${i}`, test);
    });
  }

  #runCase(name, test) {
    const passes = this.#note(name, () => {
      if (this.#names.has(name)) throw new Error("a second case of this name");
      this.#names.add(name);
      if (!Object.hasOwn(KINDS, test?.kind)) throw new Error(`no kind \`${test?.kind}\``);
      KINDS[test.kind].run(test);
    });
    if (passes) this.passed += 1;
  }

  /** Runs something; where it throws, that is a failure of this name. */
  #note(name, run) {
    try {
      run();
      return true;
    } catch (error) {
      this.failed += 1;
      const lines = String(error?.message ?? error).split("\n");
      console.log(`FAILED ${name}\n  ${lines.map((line) => cut(line)).join("\n")}`);
      return false;
    }
  }
}

/** The vector files in a folder and those below it, in order. */
function files(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return files(path);
      return name.endsWith(".json") ? [path] : [];
    });
}

const { vectors } = parseArgs({ options: { vectors: { type: "string", default: OWN } } }).values;
const tally = new Tally();
tally.runFolder(vectors);
console.log(`node: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
