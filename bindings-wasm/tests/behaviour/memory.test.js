// Memory stays flat, however often something is done, also where the event loop never turns.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Call, read, verifyPush } from "qince-leads";

import { account, inProcess, push, rows, SECRETS } from "./support.js";

const MEGABYTE = 2 ** 20;

function used() {
  const { rss, arrayBuffers, external } = process.memoryUsage();
  return { rss, arrayBuffers, external };
}

/** Fails where many repetitions take more memory than some did. */
function staysFlat(run, times, mostMegabytes) {
  for (let i = 0; i < times / 5; i++) run(i);
  const before = used();
  for (let i = 0; i < times; i++) run(i);
  const after = used();
  for (const [name, bytes] of Object.entries(after)) {
    const grown = (bytes - before[name]) / MEGABYTE;
    assert.ok(grown < mostMegabytes, `${name} grew by ${grown.toFixed(1)} MB`);
  }
}

test("a hundred thousand requests and replies leave nothing behind", () => {
  const signer = account();
  const reply = rows({ id: "1", cus_name: "示例公司", labels: [{ name: "a" }], new: { a: 1 } });
  const bytes = { status: 200, body: new TextEncoder().encode(reply.body) };
  staysFlat(
    (i) => {
      signer.sign("add", { empName: "负责人", code: `L${i}`, cus_name: "示例公司" });
      read("query", i % 2 === 0 ? reply : bytes);
    },
    100_000,
    60,
  );
});

test("errors leave nothing behind", () => {
  const signer = account();
  const body = push({ lead_name: "a" }, { secret: "another" });
  staysFlat(
    (i) => {
      const wrong = [
        () => signer.sign("add", { cus_nam: i }),
        () => read("query", { status: 200, body: "<html>" }),
        () => verifyPush(body, { secrets: SECRETS.pushSecret, maxAgeMs: null }),
      ];
      for (const run of wrong) assert.throws(run);
    },
    10_000,
    60,
  );
});

test("twenty thousand calls, driven to their end without a pause, leave nothing behind", () => {
  const signer = account();
  const padding = "x".repeat(2000);
  const body = JSON.stringify({ return_code: "0", response_data: "7", padding });
  staysFlat(
    (i) => {
      const call = new Call(signer, "modify", { code: `L${i}`, address: padding.slice(0, 90) });
      call.step(0, "m1", 0);
      call.failed("m1", 0, "unknown");
      call.step(0, "m2", 0);
      call.step(60_000, "m2", 0);
      if (i % 2 === 0) call.replied("m2", 60_000, { status: 200, body });
      else call.replied("m2", 60_000, { status: 404, body });
      try {
        call.step(60_000, "m3", 0);
      } catch {
        // The reply of every other one is an error.
      }
    },
    20_000,
    60,
  );
});

test("large replies are given back", () => {
  const reply = rows(
    ...Array.from({ length: 2000 }, (_, i) => ({ id: String(i), cus_name: "示例公司".repeat(20) })),
  );
  staysFlat(() => read("query", reply), 200, 120);
});

test("ids and codes that are kept do not keep their pages", () => {
  const module = `
    import { read } from "qince-leads";
    const page = (number) => JSON.stringify({
      return_code: "0",
      response_data: Array.from({ length: 1000 }, (_, i) => ({
        id: String(4600000001586478077n + BigInt(number * 1000 + i)),
        code: \`LEAD-2026-\${number}-\${i}\`,
        cus_name: "示例公司".repeat(20),
      })),
    });
    const kept = [];
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let number = 0; number < 100; number++) {
      const { id, code } = read("query", { status: 200, body: page(number) }).leads[0];
      kept.push(id, code);
    }
    gc();
    console.log(kept.length, kept[0], kept[199], (process.memoryUsage().heapUsed - before) / 2 ** 20);`;
  const [length, id, code, megabytes] = inProcess(module, { flags: ["--expose-gc"] }).split(" ");
  assert.deepEqual([length, id, code], ["200", "4600000001586478077", "LEAD-2026-99-0"]);
  assert.ok(Number(megabytes) < 5, `${megabytes} MB`);
});
