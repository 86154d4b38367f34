// What a tarball holds: all that it needs, nothing that leads nowhere, and no long lines.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { PACKAGE } from "./copy.js";

/** What npm shows, and what the licences want. */
const DOCUMENTS = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "README.zh-CN.md", "package.json"];

/** Node.js prints the line of an uncaught error. */
const LONGEST_LINE = 160;

/** What a file of the package names: modules, and the map that goes with it. */
const NAMES = /(?:from\s*|import\s*\(?|sourceMappingURL=)["']?(\.{0,2}[\w./-]+\.(?:js|cjs|wasm|map))\b/g;

/** Throws an error that lists all that is wrong. */
export async function inspect(files) {
  const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const { main, module, types, imports, exports } = manifest;
  const reached = new Set(DOCUMENTS);
  for (const path of [main, module, types, ...targets(imports), ...targets(exports)]) {
    await reach(path.replace("./", ""), reached);
  }
  const packed = new Set(files);
  const wrong = [
    ...[...reached].filter((path) => !packed.has(path)).map((path) => `${path}: not packed`),
    ...files.filter((path) => !reached.has(path)).map((path) => `${path}: packed, and nothing leads to it`),
  ];
  for (const path of files.filter((path) => /\.c?js$/.test(path))) {
    const lines = (await readFile(join(PACKAGE, path), "utf8")).split("\n");
    const at = lines.findIndex((line) => line.length > LONGEST_LINE);
    if (at >= 0) wrong.push(`${path}:${at + 1}: ${lines[at].length} characters, at most ${LONGEST_LINE}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** All files that `exports` or `imports` name, at every depth. */
function targets(names) {
  return typeof names === "string" ? [names] : Object.values(names).flatMap(targets);
}

/** Adds a file, and all that it names. */
async function reach(path, reached) {
  if (reached.has(path)) return;
  reached.add(path);
  if (!/\.(c?js|d\.c?ts)$/.test(path)) return;
  const text = await readFile(join(PACKAGE, path), "utf8");
  for (const [, named] of text.matchAll(NAMES)) {
    const meant = /\.d\.c?ts$/.test(path) ? named.replace(/\.(c?)js$/, ".d.$1ts") : named;
    await reach(join(dirname(path), meant), reached);
  }
}
