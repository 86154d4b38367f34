// The tools that the projects are made and run with.

import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { run } from "./process.js";

export const ROOT = join(import.meta.dirname, "..");
export const NODE_MODULES = join(ROOT, "node_modules");

const ARM = process.arch === "arm64";
const LINUX = process.platform === "linux";

/** The programs that may be what is asked for: the first that is there is. */
const CANDIDATES = {
  node: [process.execPath],
  // The install scripts of these packages would put them into place, but no such script is run here.
  bun: [join(NODE_MODULES, `@oven/bun-${process.platform}-${ARM ? "aarch64" : "x64"}/bin/bun`)],
  deno: [join(NODE_MODULES, `@deno/${process.platform}-${process.arch}${LINUX ? "-glibc" : ""}/deno`)],
  workerd: [
    join(NODE_MODULES, `@cloudflare/workerd-${process.platform}-${ARM ? "arm64" : "64"}/bin/workerd`),
  ],
  // Both packages have a program of this name.
  tsc: [join(NODE_MODULES, "typescript/bin/tsc")],
  "tsc-5.0": [join(NODE_MODULES, "typescript-5.0/bin/tsc")],
  chromium: onPath("chromium", "chromium-browser", "google-chrome"),
  firefox: onPath("firefox-esr", "firefox"),
};

/** What a tool's version looks like, where more than that is printed. */
const VERSIONS = { webpack: /webpack: .*?([\d.]+)\s*$/m };
const VERSION = /(\d+[.-]\d[\w.-]*)/;

/** Installs the tools of the lock file, where that has not been done since it changed. */
export async function install() {
  const [installed, locked] = await Promise.all(
    [join(NODE_MODULES, ".package-lock.json"), join(ROOT, "package-lock.json")].map(modifiedMs),
  );
  if (installed >= locked) return;
  console.log("packaging: installing the tools (npm ci)");
  await run("npm", ["ci"], { cwd: ROOT, limitMs: 600_000 });
}

async function modifiedMs(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** Finds a tool; `undefined` where there is none. One that is there and does not run is an error. */
export async function find(name) {
  const candidates = CANDIDATES[name] ?? [join(NODE_MODULES, ".bin", name)];
  for (const program of candidates) {
    if (!(await isExecutable(program))) continue;
    const printed = await run(program, ["--version"], { cwd: ROOT, limitMs: 30_000 });
    const [, version] = printed.match(VERSIONS[name] ?? VERSION) ?? [];
    return { name, program, version };
  }
  return undefined;
}

function onPath(...names) {
  const folders = process.env.PATH.split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

async function isExecutable(program) {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}
