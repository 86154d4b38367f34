// Node.js: `fetch` as it is built in, and undici's own where a proxy or an authority is to be named.

import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { Agent, fetch, ProxyAgent } from "undici";

import * as qince from "../../dist/index.js";
import { drive } from "./drive.js";

const platform = {
  inspect: (error) => inspect(error, { showHidden: true, depth: 9 }),
  route({ proxy, authority: ca }) {
    if (proxy === null && ca === undefined) return {};
    const dispatcher =
      proxy === null ? new Agent({ connect: { ca } }) : new ProxyAgent({ uri: proxy, requestTls: { ca } });
    return {
      fetch: (url, init) => fetch(url, { ...init, dispatcher }),
      close: () => dispatcher.destroy(),
    };
  },
  peakMib: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024,
};

console.log(JSON.stringify(await drive(qince, platform, JSON.parse(process.argv[2]))));
process.exit();
