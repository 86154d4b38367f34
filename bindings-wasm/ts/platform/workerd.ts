import module from "./core.wasm";

/** The core, which Cloudflare's runtime and its like compile when a worker is deployed, and only then. */
export function compiled(): WebAssembly.Module {
  return module as unknown as WebAssembly.Module;
}
