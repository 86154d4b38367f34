import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

// All that there is of Node.js is of another realm than the script, and there is neither TextDecoder nor atob.
const given = { AbortController, Buffer, clearTimeout, crypto, DOMException, performance, setTimeout, URL };
const module = { exports: {} };
const context = createContext({ ...given, module, exports: module.exports });
runInContext(readFileSync("dist/script.js", "utf8"), context);
console.log(await module.exports.results);
