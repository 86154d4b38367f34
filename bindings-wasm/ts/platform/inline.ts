/** The core as base64, in lines. The build writes it at the end of the file, where no error shows it. */
declare const CORE: string;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The core, from this very file: a runtime needs neither a file system nor a request to load it, nor an `atob`. */
export function compiled(): WebAssembly.Module {
  const values = Array.from({ length: 128 }, (_, code) => DIGITS.indexOf(String.fromCharCode(code)));
  const bytes = new Uint8Array(CORE.length);
  let length = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < CORE.length; i++) {
    const value = values[CORE.charCodeAt(i)] as number;
    if (value < 0) continue; // the end of a line, or of all
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = held >> bits;
  }
  return new WebAssembly.Module(bytes.subarray(0, length));
}
