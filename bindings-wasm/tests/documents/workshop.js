import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The folder of the package. */
export const root = join(here, "../..");

/** A folder inside the package, so that what lies in it finds the package by its own name, as users do. */
export function workshop() {
  const folder = mkdtempSync(join(here, ".work-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a user with a strict project has, but for `overrides`. */
export async function typecheck(folder, files, overrides = {}) {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022"],
    module: "nodenext",
    moduleDetection: "force",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitReturns: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    ...overrides,
  };
  const project = join(folder, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    await promisify(execFile)(process.execPath, [tsc, "--project", project], { cwd: folder });
  } catch (error) {
    throw new Error(`types do not check\n${error.stdout}${error.stderr}`);
  }
}

/** Runs a module to its end; its lines of standard output, or a failure with all that it said. */
export async function linesOf(file, env) {
  const options = { cwd: root, env: { ...process.env, ...env }, timeout: 20_000 };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], options);
    return stdout.trimEnd().split("\n");
  } catch (error) {
    throw new Error(`it ended with ${error.code ?? error.signal}\n${error.stdout}${error.stderr}`);
  }
}

/** Runs a module that listens on PORT while `use` has its address; then ends it, and returns its lines. */
export async function serving(file, env, use) {
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  try {
    await listening(port, child, () => complaints);
    await use(`http://127.0.0.1:${port}`);
  } finally {
    child.kill();
    await ended;
  }
  return { lines, complaints };
}

/** Imports a module afresh. */
export function load(file) {
  return import(`${pathToFileURL(file)}?${Math.random()}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port, child, complaints) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`it ended before it listened\n${complaints()}`);
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not listen within 10 seconds\n${complaints()}`);
}
