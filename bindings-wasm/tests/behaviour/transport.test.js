// What may come between a request and its reply, over real sockets and with a `fetch` that misbehaves.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { QinceLeads } from "qince-leads";

import {
  EMPTY,
  OK,
  outcomes,
  rejectionOf,
  response,
  rows,
  SECRETS,
  scripted,
  soon,
  unanswered,
} from "./support.js";

/** Serves on a free port of this machine, for as long as something runs. */
async function serving(answer, run) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await run(`http://127.0.0.1:${server.address().port}`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a closed port is known not to have been reached", async () => {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  for (const host of ["127.0.0.1", "localhost"]) {
    const options = { baseUrl: `http://${host}:${port}`, policy: { maxAttempts: 2, baseDelayMs: 1 } };
    const attempts = [];
    const leads = new QinceLeads({ ...SECRETS, ...options, onAttempt: (attempt) => attempts.push(attempt) });
    const { code, failure, cause } = await rejectionOf(leads.add({ empName: "a" }));
    assert.deepEqual([code, failure], ["transport", "not_sent"]);
    assert.ok(cause instanceof Error);
    assert.deepEqual(outcomes(attempts), ["add not_sent", "add not_sent"]);
  }
});

test("a connection that breaks is not known to have carried nothing", async () => {
  await serving(
    (request) => request.socket.destroy(),
    async (baseUrl) => {
      const leads = new QinceLeads({ ...SECRETS, baseUrl, policy: { maxAttempts: 1 } });
      assert.equal((await rejectionOf(leads.modify({ code: "c" }))).failure, "unknown");
      assert.equal((await rejectionOf(leads.add({ empName: "a" }))).code, "uncertain");
    },
  );
});

test("a redirect is a status like any other, and not followed", async () => {
  for (const status of [302, 307]) {
    let requests = 0;
    await serving(
      (request, answer) => {
        requests += 1;
        if (request.url === "/elsewhere") answer.end(OK.body);
        else answer.writeHead(status, { Location: "/elsewhere" }).end();
      },
      async (baseUrl) => {
        const leads = new QinceLeads({ ...SECRETS, baseUrl, policy: { maxAttempts: 1 } });
        const error = await rejectionOf(leads.modify({ code: "c" }));
        assert.deepEqual([error.code, error.status, requests], ["http_status", status, 1]);
      },
    );
  }
});

test("a reply that does not come in time counts as unknown", async () => {
  const { leads, attempts } = scripted([unanswered, OK], { timeoutMs: 30 });
  assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
  assert.deepEqual(outcomes(attempts), ["modify unknown", "modify ok"]);
  assert.ok(attempts[0].durationMs >= 25);
});

test("a body that does not come in time counts as unknown", async () => {
  const begun = (url, { signal }) => ({
    ...response(OK),
    status: 200,
    headers: new Headers(),
    text: () => unanswered(url, { signal }),
    arrayBuffer: () => unanswered(url, { signal }),
  });
  const { leads, attempts } = scripted([begun, OK], { timeoutMs: 30 });
  await leads.modify({ code: "c" });
  assert.deepEqual(outcomes(attempts), ["modify unknown", "modify ok"]);
});

test("a fetch that passes its signal over is given up in time all the same", async () => {
  const { leads, attempts } = scripted([() => new Promise(() => {}), OK], { timeoutMs: 30 });
  await soon(leads.modify({ code: "c" }));
  assert.deepEqual(outcomes(attempts), ["modify unknown", "modify ok"]);
});

test("a time-out that is longer than a timer takes, or endless, does not strike at once", async () => {
  for (const timeoutMs of [Infinity, 2 ** 31, 2 ** 40]) {
    const slow = async (_url, { signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      signal.throwIfAborted();
      return response(OK);
    };
    const { leads, attempts } = scripted([slow, slow, slow, slow], { timeoutMs });
    await leads.modify({ code: "c" });
    assert.deepEqual(outcomes(attempts), ["modify ok"], String(timeoutMs));
  }
});

test("a fetch that throws anything, at once or later, ends in an error of the package", async () => {
  for (const thrown of [undefined, null, "text", 5, Object.create(null)]) {
    const now = () => {
      throw thrown;
    };
    const { leads } = scripted([now, async () => now()], { policy: { maxAttempts: 2, baseDelayMs: 1 } });
    assert.equal((await rejectionOf(leads.modify({ code: "c" }))).code, "transport");
  }
});

test("a fetch that answers nonsense ends in an error of the package", async () => {
  const headers = new Headers();
  const nonsense = [
    undefined,
    null,
    5,
    {},
    { status: 200, headers },
    { status: "200", headers, text: async () => "", arrayBuffer: async () => new ArrayBuffer() },
  ];
  for (const answer of nonsense) {
    const { leads } = scripted([() => answer], { policy: { maxAttempts: 1 } });
    assert.equal((await rejectionOf(leads.modify({ code: "c" }))).code, "transport");
  }
});

test("a reply that is compressed without a header that says so is read", async () => {
  const { leads } = scripted([() => new Response(gzipSync(OK.body))]);
  assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
});

test("a reply that is no UTF-8 is malformed, and not mended without a word", async () => {
  const [before, behind] = rows({ code: "\ufffe" })
    .body.split("\ufffe")
    .map((text) => Buffer.from(text));
  const answer = () => new Response(Buffer.concat([before, Buffer.from([0xff]), behind]));
  const { leads } = scripted([answer, EMPTY], { policy: { maxAttempts: 1 } });
  assert.equal((await rejectionOf(leads.query({ code: "c" }).toArray())).code, "malformed");
});

test("the platform's fetch is taken as it is when a request is sent", async () => {
  const { fetch } = globalThis;
  const leads = new QinceLeads(SECRETS);
  globalThis.fetch = async () => response(OK);
  try {
    assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
  } finally {
    globalThis.fetch = fetch;
  }
});

test("names of headers are in lower case, however a fetch of one's own writes them", async () => {
  const headers = { get: () => null, forEach: (each) => each("r-1", "X-Request-Id") };
  const body = new TextEncoder().encode(OK.body);
  const { leads } = scripted([() => ({ status: 200, headers, arrayBuffer: async () => body.buffer })]);
  const { reply } = await leads.modify({ code: "c" });
  assert.equal(reply.headers["x-request-id"], "r-1");
});

test("headers of a fetch of one's own are taken as they are: a number, or by get alone", async () => {
  for (const value of [0, "0"]) {
    const headers = { get: (name) => (name === "Retry-After" ? value : null) };
    const busy = async () => ({ status: 429, headers, arrayBuffer: async () => new ArrayBuffer() });
    const { leads, attempts } = scripted([busy, OK]);
    assert.equal((await leads.add({ empName: "a" })).id, "7");
    assert.deepEqual(outcomes(attempts), ["add http_status", "add ok"]);
  }
});
