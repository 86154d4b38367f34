// What a user would type in each project.

import { cp } from "node:fs/promises";
import { join } from "node:path";

import { inspect } from "./contents.js";
import { PACKAGE } from "./copy.js";
import { refusesForms } from "./server.js";

const AS_NODE = ["--platform=node", "--format=cjs", "--log-level=warning"];
const AS_BUNDLERS = ["--module", "esnext", "--moduleResolution", "bundler"];
const BUNDLE = ["--bundle", "--minify", "--log-level=warning", "--outdir=dist"];

/** By name: the folder of a project, the tools it needs, and the steps to the results of its checks. */
export const RECIPES = {
  "node-esm": recipe("node-esm", ["node"], ({ node }) => node("main.js")),
  "node-cjs": recipe("node-cjs", ["node"], ({ node }) => node("main.js")),
  "node-vm": recipe("node-vm", ["esbuild", "node"], async ({ esbuild, node }) => {
    await esbuild("script.js", ...BUNDLE, "--format=cjs");
    return node("main.js");
  }),
  "typescript-esm": recipe("typescript-esm", ["tsc", "node"], async ({ tsc, node }) => {
    await tsc("--noEmit", ...AS_BUNDLERS);
    return compileAndRun(tsc, node);
  }),
  "typescript-cjs": recipe("typescript-cjs", ["tsc", "node"], ({ tsc, node }) => compileAndRun(tsc, node)),
  // The first version that reads the declarations.
  "typescript-5.0-esm": recipe("typescript-esm", ["tsc-5.0", "node"], async ({ "tsc-5.0": tsc, node }) => {
    await tsc("--noEmit", ...AS_BUNDLERS);
    return compileAndRun(tsc, node);
  }),
  "typescript-5.0-cjs": recipe("typescript-cjs", ["tsc-5.0", "node"], async ({ "tsc-5.0": tsc, node }) => {
    await tsc("--noEmit", "--module", "commonjs", "--moduleResolution", "node");
    return compileAndRun(tsc, node);
  }),
  "jest-node": recipe("test-runner", ["esbuild", "jest"], (tools, { read }) => inJest("node", tools, read)),
  "jest-jsdom": recipe("test-runner", ["esbuild", "jest"], (tools, { read }) => inJest("jsdom", tools, read)),
  "vitest-jsdom": framework("test-runner", ["vitest"], async ({ vitest }, { read }) => {
    await vitest("run", "--globals", "--environment=jsdom");
    return read("results.json");
  }),
  "esbuild-node": recipe("esbuild-node", ["esbuild", "node"], async ({ esbuild, node }) => {
    await esbuild("main.js", ...BUNDLE, "--platform=node", "--format=cjs", "--out-extension:.js=.cjs");
    return node("dist/main.cjs");
  }),
  "webpack-node": recipe("webpack-node", ["webpack", "node"], async ({ webpack, node }) => {
    await webpack();
    return node("dist/main.cjs");
  }),
  lambda: recipe("lambda", ["esbuild", "node"], async ({ esbuild, node }) => {
    // Deployed is this file alone, so it must find nothing beside it.
    const alone = "../lambda-alone/handler.cjs";
    await esbuild("handler.js", "--bundle", "--platform=node", "--format=cjs", `--outfile=${alone}`);
    return node("invoke.js", alone);
  }),
  next: framework("next", ["next"], async ({ next }, { serve }) => {
    await next("build");
    return serve(["../node_modules/next/dist/bin/next", "start"], ["/node", "/edge"]);
  }),
  nuxt: framework("nuxt", ["nuxt"], async ({ nuxt }, { serve }) => {
    await nuxt("build");
    return serve([".output/server/index.mjs"], ["/checks"]);
  }),
  sveltekit: framework("sveltekit", ["vite", "tsc"], async ({ vite, tsc }, { folder, serve }) => {
    await cp(join(PACKAGE, "examples/sveltekit"), folder, { recursive: true });
    await vite("build");
    await tsc("--noEmit", "--strict", "--project", ".svelte-kit/tsconfig.json");
    return serve(["build/index.js"], ["/checks"], refusesForms);
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
  contents: recipe(undefined, ["node"], (_, { files }) => inspect(files)),
  publint: recipe(undefined, ["publint"], async ({ publint }, { tarball }) => {
    await publint(tarball, "--strict");
  }),
  attw: recipe(undefined, ["attw"], async ({ attw }, { tarball }) => {
    await attw(tarball);
  }),
};

/** A project that has the package alone installed. */
function recipe(project, tools, steps) {
  return { project, tools, steps };
}

/** A project that finds the tools, too. */
function framework(project, tools, steps) {
  return { project, tools, steps, inFramework: true };
}

async function inJest(environment, { esbuild, jest }, read) {
  await esbuild("main.test.mjs", "--bundle", "--external:qince-leads", ...AS_NODE, "--outdir=dist");
  await jest("--rootDir=dist", `--env=${environment}`);
  return read("results.json");
}

async function compileAndRun(tsc, node) {
  await tsc();
  return node("dist/main.js");
}
