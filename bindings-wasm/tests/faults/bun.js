// Bun, whose `fetch` takes a proxy and an authority itself.

import { readFileSync } from "node:fs";

import * as qince from "../../dist/index.js";
import { drive, telling } from "./drive.js";

const platform = {
  inspect: (error) => Bun.inspect(error, { depth: 9 }),
  route({ proxy, authority: ca }) {
    const options = { ...(proxy && { proxy }), ...(ca && { tls: { ca } }) };
    const told = telling(qince.NotSentError, proxy, isNotSent);
    return {
      ...((proxy || ca) && { fetch: (url, init) => fetch(url, { ...init, ...options }).catch(told) }),
      // Bun takes its time to collect what the case before has left.
      close: () => Bun.gc(true),
    };
  },
  peakMib: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024,
};

function isNotSent({ code, message }) {
  return (
    /^(ConnectionRefused|FailedToOpenSocket|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_TLS_CERT_\w+)$/.test(
      code,
    ) || /^([A-Z]+: )?(Unable to connect\.|Proxy refused to open a tunnel)/.test(message)
  );
}

console.log(JSON.stringify(await drive(qince, platform, JSON.parse(process.argv[2]))));
process.exit();
