// Installs the packed package in small projects and runs them: `node main.js [name...]`.

import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { visit } from "./lib/browser.js";
import { copy, pack } from "./lib/copy.js";
import { run } from "./lib/process.js";
import { RECIPES } from "./lib/recipes.js";
import { serve } from "./lib/server.js";
import { find, install, NODE_MODULES } from "./lib/tools.js";
import { ask } from "./lib/workerd.js";

/** As many as shared/check.mjs makes. */
const CHECKS = 14;

const AT_ONCE = 2;

const WORDS = { passed: "ok    ", failed: "FAILED", missing: "NOT AVAILABLE" };

const names = chosen(process.argv.slice(2));
const temporary = mkdtempSync(join(tmpdir(), "qince-leads-packaging-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));

const counts = { passed: 0, failed: 0, missing: 0 };
await install().catch(({ message }) => {
  counts.missing += 1;
  console.log(`packaging: THE TOOLS CANNOT BE INSTALLED: ${message}`);
});
const packed = await pack(temporary);
// What is made within a framework finds it where Node.js looks: in a folder above its own.
const frameworks = join(temporary, "frameworks");
await mkdir(frameworks);
await symlink(NODE_MODULES, join(frameworks, "node_modules"));
await Promise.all(Array.from({ length: AT_ONCE }, work));

console.log(`packaging: ${counts.passed} passed, ${counts.failed} failed, ${counts.missing} not available`);
const isBad = counts.failed > 0 || (counts.missing > 0 && process.env.CI === "true");
process.exit(isBad ? 1 : 0);

/** All recipes, or those of these names: `vite` stands for `vite-chromium` and `vite-firefox`. */
function chosen(wanted) {
  const all = Object.keys(RECIPES);
  const isMeant = (known, name) => known === name || known.startsWith(`${name}-`);
  const unknown = wanted.filter((name) => !all.some((known) => isMeant(known, name)));
  if (unknown.length > 0) {
    console.error(`packaging: there is no ${unknown.join(", ")}; there are ${all.join(", ")}`);
    process.exit(2);
  }
  return all.filter((known) => wanted.length === 0 || wanted.some((name) => isMeant(known, name)));
}

/** Makes one recipe after the other, until none is left. */
async function work() {
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const startMs = performance.now();
    const { outcome, about } = await attempt(name);
    counts[outcome] += 1;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${name.padEnd(20)} ${WORDS[outcome]} ${seconds.padStart(5)} s  ${about}`);
  }
}

/** What came of a recipe, and more about that. */
async function attempt(name) {
  const { project, tools: needed, steps, inFramework } = RECIPES[name];
  const folder = join(inFramework ? frameworks : temporary, name);
  let about = needed.join(", ");
  try {
    const tools = await Promise.all(needed.map(find));
    const missing = needed.filter((_, i) => tools[i] === undefined);
    if (missing.length > 0) return { outcome: "missing", about: `there is no ${missing.join(", no ")} here` };
    about = tools.map((tool) => `${tool.name} ${tool.version}`).join(", ");
    await mkdir(folder);
    if (project !== undefined) await copy(project, folder, packed);
    const uses = tools.map((tool) => [tool.name, user(tool, folder)]);
    const results = await steps(Object.fromEntries(uses), means(folder));
    for (const text of [results ?? []].flat()) judge(JSON.parse(text));
    return { outcome: "passed", about };
  } catch (error) {
    return { outcome: "failed", about: `${about}\n${error.message.replaceAll(/^/gm, "    ")}` };
  }
}

/** How a project uses a tool. */
function user(tool, folder) {
  switch (tool.name) {
    case "chromium":
    case "firefox":
      return (page) => visit(tool, join(folder, page));
    case "workerd":
      return (config) => ask(tool, folder, config);
    default:
      return (...args) => run(tool.program, args, { cwd: folder, env: environment(folder) });
  }
}

/** What steps have besides tools. */
function means(folder) {
  return {
    folder,
    ...packed,
    read: (file) => readFile(join(folder, file), "utf8"),
    serve: (args, ...asked) =>
      serve(process.execPath, args, { cwd: folder, env: environment(folder) }, ...asked),
  };
}

/** Nothing is left behind in a user's home folder, or found there. */
function environment(folder) {
  return {
    ...process.env,
    HOME: folder,
    DENO_DIR: join(folder, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    NUXT_TELEMETRY_DISABLED: "1",
    NO_COLOR: "1",
  };
}

function judge(results) {
  const wrong = results
    .filter(({ error }) => error !== undefined)
    .map(({ name, error }) => `${name}: ${error}`);
  if (results.length !== CHECKS) wrong.push(`${results.length} checks ran, and not ${CHECKS}`);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
