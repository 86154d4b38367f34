import module from "#core";

/** The core, which Cloudflare's runtime and its like compile when a worker is deployed, and only then. */
export function compiled(): WebAssembly.Module {
  // In Next.js it is a module of another realm, which the glue would take for bytes.
  return Object.setPrototypeOf(module, WebAssembly.Module.prototype);
}
