// The package as it would be published, and projects that have it installed.

import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { run } from "./process.js";
import { NODE_MODULES, ROOT } from "./tools.js";

export const PACKAGE = join(ROOT, "../..");

/**
 * Packs the package into a folder, as it has been built, and installs it there. Says where the tarball is, what it holds,
 * and where it is installed.
 */
export async function pack(folder) {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename, files }] = JSON.parse(await run("npm", args, { cwd: PACKAGE }));
  const tarball = join(folder, filename);
  const installed = join(folder, "installed");
  await mkdir(installed);
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", tarball], {
    cwd: installed,
  });
  return { tarball, files: files.map(({ path }) => path), installed: join(installed, "node_modules") };
}

/** Copies a project out of the repository, so that nothing of that is found, and puts the package into it. */
export async function copy(project, folder, { tarball, installed }) {
  await cp(join(ROOT, "projects", project), folder, { recursive: true });
  await cp(join(ROOT, "shared"), folder, { recursive: true });
  await cp(installed, join(folder, "node_modules"), { recursive: true });
  await mkdir(join(folder, "node_modules/@types"));
  await symlink(join(NODE_MODULES, "@types/node"), join(folder, "node_modules/@types/node"));
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  manifest.dependencies = { "qince-leads": `file:${tarball}` };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}
