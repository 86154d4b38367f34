// Takes the client through the faults of the repository's tests/faults, in each runtime:
// `node main.js [node-fetch | bun-fetch | deno-fetch | workerd-fetch | chromium-fetch] [bounds | chaos N]`. The address of
// their control server is in QINCE_FAULTS, the file of the authority that may be trusted in QINCE_FAULTS_CA.

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { build } from "esbuild";

import { visit } from "../packaging/lib/browser.js";
import { end, run, start } from "../packaging/lib/process.js";
import { find, install } from "../packaging/lib/tools.js";
import { helping } from "./helper.js";

const LIMIT_MS = 300_000;

const RUNTIMES = {
  "node-fetch": (task) => program("node", ["node.js"], task),
  // Left to itself on a busy machine, Bun puts collecting off until far more is lying about than is held.
  "bun-fetch": (task) => program("bun", ["--smol", "--no-install", "bun.js"], task),
  "deno-fetch": (task) => program("deno", ["run", "-A", "--no-config", "--no-lock", "deno.js"], task),
  "workerd-fetch": worker,
  "chromium-fetch": page,
};

const { QINCE_FAULTS: control, QINCE_FAULTS_CA: authority } = process.env;
const words = process.argv.slice(2);
const transports = Object.hasOwn(RUNTIMES, words[0]) ? [words.shift()] : Object.keys(RUNTIMES);

await install();
let differing = 0;
for (const transport of transports) {
  const lines = await RUNTIMES[transport]({ control, transport, words });
  for (const line of lines) console.log(`${transport}: ${line}`);
  differing += lines.length;
}
process.exit(differing > 0 ? 1 : 0);

/** Runs a script, which prints at last what is not as it should be. */
async function program(name, args, task) {
  const options = { cwd: import.meta.dirname, limitMs: LIMIT_MS };
  const printed = await run(await tool(name), [...args, JSON.stringify(task)], options);
  return JSON.parse(printed.trim().split("\n").at(-1));
}

/** Runs a worker, as a test of workerd. */
async function worker(task) {
  const folder = temporary();
  const [helper, workerd] = await Promise.all([helping("workerd"), tool("workerd")]);
  await build({
    entryPoints: [join(import.meta.dirname, "worker.js")],
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    outdir: folder,
    logLevel: "warning",
  });
  copyFileSync(authority, join(folder, "ca.pem"));
  writeFileSync(join(folder, "config.capnp"), configuration(task, helper.url));
  const { child, said, ended } = start(workerd, ["test", "config.capnp"], { cwd: folder });
  const timer = setTimeout(end, LIMIT_MS, child);
  const code = await ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`workerd ended with ${code}\n${said.all}`);
  return helper.lines;
}

function configuration(task, helper) {
  const text = (value) => JSON.stringify(value);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = .network)],
);

const network :Workerd.Network = (
  allow = ["public", "private"],
  tlsOptions = (trustBrowserCas = false, trustedCertificates = [embed "ca.pem"]),
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
  ],
  bindings = [
    (name = "TASK", json = ${text(JSON.stringify(task))}),
    (name = "HELPER", text = ${text(helper)}),
  ],
  globalOutbound = "internet",
  compatibilityDate = "2025-01-01",
);
`;
}

/** Opens a page in a browser. */
async function page(task) {
  const folder = temporary();
  for (const file of ["index.html", "page.js", "drive.js", "../../dist/index.js"]) {
    copyFileSync(join(import.meta.dirname, file), join(folder, basename(file)));
  }
  const helper = await helping("--type=renderer");
  writeFileSync(join(folder, "task.json"), JSON.stringify({ task, helper: helper.url }));
  await visit({ name: "chromium", program: await tool("chromium") }, folder);
  return helper.lines;
}

async function tool(name) {
  const found = await find(name);
  if (found === undefined) throw new Error(`there is no ${name} here`);
  return found.program;
}

/** A folder that ends with this process. */
function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "qince-leads-faults-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
