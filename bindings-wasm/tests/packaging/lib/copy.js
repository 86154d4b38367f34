// The package as it would be published, and projects that have it installed.

import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";

import { run } from "./process.js";
import { NODE_MODULES, ROOT } from "./tools.js";

const PACKAGE = join(ROOT, "../..");

/** Packs the package into a folder, as it has been built, and returns the path of the tarball. */
export async function pack(folder) {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(await run("npm", args, { cwd: PACKAGE }));
  const { main, module, types, exports } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const packed = new Set(files.map(({ path }) => `./${path}`));
  const missing = [main, module, types, ...targets(exports)].filter((path) => !packed.has(path));
  if (missing.length > 0) throw new Error(`package.json names what is not packed: ${missing.join(", ")}`);
  return join(folder, filename);
}

/** All files that `exports` names, at every depth. */
function targets(exports) {
  return typeof exports === "string" ? [exports] : Object.values(exports).flatMap(targets);
}

/** Copies a project out of the repository, so that nothing of that is found, and installs the package. */
export async function copy(project, folder, tarball) {
  await cp(join(ROOT, "projects", project), folder, { recursive: true });
  await cp(join(ROOT, "shared"), folder, { recursive: true });
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", tarball], {
    cwd: folder,
  });
  await mkdir(join(folder, "node_modules/@types"));
  await symlink(join(NODE_MODULES, "@types/node"), join(folder, "node_modules/@types/node"));
}
