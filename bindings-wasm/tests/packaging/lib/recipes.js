// What a user would type in each project.

const BUNDLE = ["--bundle", "--minify", "--log-level=warning", "--outdir=dist"];

/** By name: the folder of a project, the tools it needs, and the steps to the results of its checks. */
export const RECIPES = {
  "node-esm": recipe("node-esm", ["node"], ({ node }) => node("main.js")),
  "node-cjs": recipe("node-cjs", ["node"], ({ node }) => node("main.js")),
  "typescript-esm": recipe("typescript-esm", ["tsc", "node"], compileAndRun),
  "typescript-cjs": recipe("typescript-cjs", ["tsc", "node"], compileAndRun),
  "esbuild-node": recipe("esbuild-node", ["esbuild", "node"], async ({ esbuild, node }) => {
    await esbuild("main.js", ...BUNDLE, "--platform=node", "--format=cjs", "--out-extension:.js=.cjs");
    return node("dist/main.cjs");
  }),
  "webpack-node": recipe("webpack-node", ["webpack", "node"], async ({ webpack, node }) => {
    await webpack();
    return node("dist/main.cjs");
  }),
  deno: recipe("deno", ["deno"], ({ deno }) =>
    deno("run", "--no-prompt", "--node-modules-dir=manual", "main.js"),
  ),
  bun: recipe("bun", ["bun"], ({ bun }) => bun("--no-install", "main.js")),
  workerd: recipe("workerd", ["esbuild", "workerd"], async ({ esbuild, workerd }) => {
    // The module stays a file of its own, as where a worker is deployed.
    const wasm = ["--loader:.wasm=copy", "--asset-names=[name]"];
    await esbuild("worker.js", ...BUNDLE, "--format=esm", "--conditions=workerd", ...wasm);
    return workerd("config.capnp");
  }),
  "esbuild-chromium": recipe("esbuild-browser", ["esbuild", "chromium"], async ({ esbuild, chromium }) => {
    await esbuild("main.js", ...BUNDLE, "--platform=browser", "--format=esm");
    return chromium(".");
  }),
  "webpack-chromium": recipe("webpack-web", ["webpack", "chromium"], async ({ webpack, chromium }) => {
    await webpack();
    return chromium(".");
  }),
  "vite-chromium": recipe("vite", ["vite", "chromium"], async ({ vite, chromium }) => {
    await vite("build");
    return chromium("dist");
  }),
  "vite-firefox": recipe("vite", ["vite", "firefox"], async ({ vite, firefox }) => {
    await vite("build");
    return firefox("dist");
  }),
  "unbundled-chromium": recipe("unbundled", ["chromium"], ({ chromium }) => chromium(".")),
  "unbundled-firefox": recipe("unbundled", ["firefox"], ({ firefox }) => firefox(".")),
};

function recipe(project, tools, steps) {
  return { project, tools, steps };
}

async function compileAndRun({ tsc, node }) {
  await tsc();
  return node("dist/main.js");
}
