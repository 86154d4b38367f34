// Makes dist/ of the TypeScript sources and of what wasm-bindgen has made in build/: core.js and core_bg.wasm.

import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** What every runtime of the last years can do; nothing else may be used, or Safari 16.4 is left behind. */
const FEATURES = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
  "simd",
];

/** What may be shipped at most, in bytes after brotli. */
const BUDGETS = {
  "core.wasm": 82_000,
  "index.js": 141_500,
  "index.cjs": 141_500,
  "index.workerd.js": 27_000,
};

const ENTRIES = ["index", "testing"];

/** A module that a declaration names. */
const MODULE = /(["'])(\.[^"']*)\.js\1/g;

/** By which name a platform's tools know a module that is to be compiled beforehand. */
const CORES = { workerd: "./core.wasm", "edge-light": "./core.wasm?module" };

/** Takes the core from a file of its own. */
const workerd = {
  name: "workerd",
  setup(build) {
    const path = join(root, "ts/platform/workerd.ts");
    build.onResolve({ filter: /\/platform\/inline\.js$/ }, () => ({ path }));
  },
};

rmSync("dist", { recursive: true, force: true });
optimize();
await bundle();
declarations();
report();

/** build/core_bg.wasm to build/core.wasm. */
function optimize() {
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  // Large functions compress better where they are not inlined; the first kilobyte is the far end of the stack.
  const size = ["--one-caller-inline-max-function-size=20", "--low-memory-unused", "--converge"];
  const passes = ["-O3", ...size, "--strip-debug", "--strip-producers", "--strip-target-features"];
  run("wasm-opt", [...features, ...passes, "build/core_bg.wasm", "-o", "build/core.wasm"]);
}

async function bundle() {
  const core = readFileSync("build/core.wasm")
    .toString("base64")
    .match(/.{1,160}/g);
  const common = {
    bundle: true,
    charset: "utf8",
    define: { VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version) },
    entryPoints: ENTRIES.map((entry) => `ts/${entry}.ts`),
    inject: ["ts/platform/text.ts"],
    legalComments: "none",
    // Node.js prints the line of an error, so none may be long; code breaks some way behind the limit.
    lineLimit: 110,
    logLevel: "warning",
    minifySyntax: true,
    outdir: "dist",
    sourcemap: true,
    target: "es2022",
  };
  const inline = { ...common, footer: { js: `const CORE=\`\n${core.join("\n")}\n\`;` } };
  await build({ ...inline, format: "esm" });
  await build({ ...inline, format: "cjs", outExtension: { ".js": ".cjs" } });
  await build({
    ...common,
    format: "esm",
    outExtension: { ".js": ".workerd.js" },
    external: ["#core"],
    plugins: [workerd],
  });
  copyFileSync("build/core.wasm", "dist/core.wasm");
  for (const [platform, core] of Object.entries(CORES)) {
    writeFileSync(`dist/core.${platform}.js`, `export { default } from "${core}";\n`);
  }
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join("..", licence), licence);
}

/** Declarations for `import`, and the same ones for `require`; what no entry leads to is not shipped. */
function declarations() {
  run("tsc", []);
  const reached = new Set();
  for (const entry of ENTRIES) reach(`${entry}.d.ts`, reached);
  for (const file of readdirSync("dist", { recursive: true })) {
    if (!file.endsWith(".d.ts")) continue;
    const declaration = readFileSync(join("dist", file), "utf8");
    if (!reached.has(file)) rmSync(join("dist", file));
    else
      writeFileSync(
        join("dist", file.replace(/\.d\.ts$/, ".d.cts")),
        declaration.replaceAll(MODULE, "$1$2.cjs$1"),
      );
  }
}

/** Adds a declaration and all that it imports. */
function reach(file, reached) {
  if (reached.has(file)) return;
  reached.add(file);
  const declaration = readFileSync(join("dist", file), "utf8");
  for (const [, , module] of declaration.matchAll(MODULE))
    reach(join(dirname(file), `${module}.d.ts`), reached);
}

/** Prints what the package costs, and fails where that is more than allowed. */
function report() {
  const rows = [["", "raw", "gzip", "brotli", "budget"]];
  const over = [];
  for (const [file, budget] of Object.entries(BUDGETS)) {
    const bytes = readFileSync(join("dist", file));
    const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes)];
    if (sizes[2] > budget) over.push(file);
    rows.push([file, ...sizes, budget].map(String));
  }
  const line = ([name, ...numbers]) => name.padEnd(18) + numbers.map((number) => number.padStart(9)).join("");
  console.log(rows.map(line).join("\n"));
  if (over.length > 0) throw new Error(`over budget: ${over.join(", ")}`);
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

function run(tool, args) {
  execFileSync(join("node_modules/.bin", tool), args, { stdio: "inherit" });
}
