// Deno, whose `fetch` takes a client that knows a proxy and an authority.

import * as qince from "../../dist/index.js";
import { drive, telling } from "./drive.js";

const platform = {
  inspect: (error) => Deno.inspect(error, { showHidden: true, depth: 9 }),
  // Of several CONNECTs at once that a proxy refuses, Deno leaves some waiting.
  atOnce: 1,
  route({ proxy, authority }) {
    if (proxy === null && authority === undefined) return {};
    const client = Deno.createHttpClient({
      ...(authority && { caCerts: [authority] }),
      ...(proxy && { proxy: proxyOf(new URL(proxy)) }),
    });
    const told = telling(qince.NotSentError, proxy, isNotSent);
    return {
      fetch: (url, init) => fetch(url, { ...init, client }).catch(told),
      close: () => client.close(),
    };
  },
  peakMib: () => Number(/VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]) / 1024,
};

function proxyOf({ origin: url, username, password }) {
  return { url, basicAuth: { username, password } };
}

function isNotSent({ cause }) {
  return /^error sending request .*: client error \(Connect\)/.test(cause?.message);
}

console.log(JSON.stringify(await drive(qince, platform, JSON.parse(Deno.args[0]))));
Deno.exit();
