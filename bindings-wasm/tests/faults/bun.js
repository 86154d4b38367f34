// Bun, whose `fetch` takes a proxy and an authority itself.

import { readFileSync } from "node:fs";

import * as qince from "../../dist/index.js";
import { drive, naming } from "./drive.js";

const platform = {
  inspect: (error) => Bun.inspect(error, { depth: 9 }),
  route: ({ proxy, authority: ca }) => ({
    fetch: (url, init) =>
      fetch(url, { ...init, ...(proxy && { proxy }), ...(ca && { tls: { ca } }) }).catch(naming(proxy)),
    // Bun takes its time to collect what the case before has left.
    close: () => Bun.gc(true),
  }),
  peakMib: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024,
};

console.log(JSON.stringify(await drive(qince, platform, JSON.parse(process.argv[2]))));
process.exit();
