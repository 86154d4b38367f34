// No reply takes more memory than the core reads, whatever it says of itself.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";

import { QinceLeads } from "qince-leads";

import { OK, outcomes, rejectionOf, rows, SECRETS, scripted } from "./support.js";

const MAX_BODY = 64 * 2 ** 20;
const MEGABYTE = new Uint8Array(2 ** 20);

/** A body of so many zeros, a megabyte at a time; it notes how many were asked for. */
function zeros(megabytes, asked = { megabytes: 0 }) {
  return new ReadableStream({
    pull(controller) {
      if (asked.megabytes === megabytes) controller.close();
      else {
        asked.megabytes += 1;
        controller.enqueue(MEGABYTE);
      }
    },
  });
}

test("an add whose reply does not end is in doubt, and no more of it is asked for", async () => {
  for (const [payload, expected] of [
    [{ empName: "a" }, ["add unknown"]],
    [{ empName: "a", code: "C1" }, ["add unknown", "query ok"]],
  ]) {
    const asked = { megabytes: 0 };
    const found = rows({ id: "9", code: "C1" });
    const { leads, attempts } = scripted([() => new Response(zeros(Infinity, asked)), found]);
    const outcome = await leads.add(payload).catch((error) => error);
    assert.equal(outcome.code ?? outcome.id, payload.code === undefined ? "uncertain" : "9");
    assert.deepEqual(outcomes(attempts), expected);
    assert.ok(asked.megabytes <= 66, `${asked.megabytes} MB`);
  }
});

test("a reply as long as the core reads is read, and one byte more is too much", async () => {
  const text = `{"return_code":"0","response_data":"7"`;
  const body = (length) => `${text.padEnd(length - 1)}}`;
  for (const response of [(text) => new Response(text), withoutStream]) {
    const { leads } = scripted([() => response(body(MAX_BODY))]);
    assert.equal((await leads.modify({ code: "c" })).id, "7");
    const longer = scripted([() => response(body(MAX_BODY + 1))], { policy: { maxAttempts: 1 } });
    const error = await rejectionOf(longer.leads.modify({ code: "c" }));
    assert.deepEqual([error.code, error.failure], ["transport", "unknown"]);
    assert.match(error.cause.message, /a reply of more than 67108864 bytes/);
  }
});

/** What a `fetch` answers that knows no streams. */
function withoutStream(text) {
  const { status, headers } = new Response();
  return { status, headers, arrayBuffer: async () => new TextEncoder().encode(text).buffer };
}

test("a body that comes in pieces of any size is put together", async () => {
  const page = rows(
    ...Array.from({ length: 2000 }, (_, i) => ({ id: `${i}`, cus_name: "示例公司".repeat(9) })),
  );
  const bytes = new TextEncoder().encode(page.body);
  for (const size of [7, 1000, 2 ** 14, 2 ** 14 + 1, bytes.length]) {
    let at = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      },
    });
    const { leads } = scripted([() => new Response(body), OK]);
    const [{ leads: found }] = await firstOf(leads.query({ code: "c" }).pages());
    assert.deepEqual(
      [found.length, found[1999].id, found[1999].cus_name],
      [2000, "1999", "示例公司".repeat(9)],
    );
  }
});

async function firstOf(iterable) {
  for await (const element of iterable) return [element];
  return [];
}

test("a bomb of gzip takes no more memory than the bound allows", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" });
    const gzip = createGzip();
    gzip.pipe(response);
    let megabytes = 0;
    const write = () => {
      while (megabytes < 300) {
        megabytes += 1;
        if (!gzip.write(MEGABYTE)) return gzip.once("drain", write);
      }
      gzip.end();
    };
    response.on("close", () => gzip.destroy());
    gzip.on("error", () => {});
    write();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const module = `
    import { readFileSync } from "node:fs";
    import { QinceLeads } from "qince-leads";
    const baseUrl = "http://127.0.0.1:${server.address().port}";
    const leads = new QinceLeads({ openid: "o", appKey: "k", baseUrl, policy: { maxAttempts: 1 } });
    const { code } = await leads.add({ empName: "a" }).catch((error) => error);
    console.log(code, /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1] / 1024);`;
  try {
    const [code, peakMib] = (await besides(module)).split(" ");
    assert.equal(code, "uncertain");
    assert.ok(Number(peakMib) < 64 + 2.5 * 64, `${peakMib} MiB`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** Runs a module in a process of its own, to which this one answers meanwhile. */
async function besides(module) {
  const args = ["--input-type=module", "-e", module];
  const cwd = new URL("../..", import.meta.url);
  return (await promisify(execFile)(process.execPath, args, { cwd })).stdout.trim();
}

test("a body that is no bytes ends in an error of the package", async () => {
  const texts = () => new ReadableStream({ start: (controller) => controller.enqueue("text") });
  const answer = {
    status: 200,
    headers: new Headers(),
    body: texts(),
    arrayBuffer: async () => new ArrayBuffer(),
  };
  const { leads } = scripted([() => answer], { policy: { maxAttempts: 1 } });
  assert.equal((await rejectionOf(leads.modify({ code: "c" }))).code, "transport");
});

test("a reply that breaks off in its body is unknown", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write("{");
    setTimeout(() => response.destroy(), 20);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const leads = new QinceLeads({ ...SECRETS, baseUrl, policy: { maxAttempts: 1 } });
  assert.equal((await rejectionOf(leads.modify({ code: "c" }))).failure, "unknown");
  server.close();
});
