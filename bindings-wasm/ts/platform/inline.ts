import base64 from "../../build/core.wasm";

/** The core, from this very file: a runtime needs neither a file system nor a request to load it. */
export function compiled(): WebAssembly.Module {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new WebAssembly.Module(bytes);
}
