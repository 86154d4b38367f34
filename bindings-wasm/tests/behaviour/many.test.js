// Many calls at once: only so many requests are under way, and what waits its turn was not sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import { QinceLeads } from "qince-leads";

import { OK, rejectionOf, reply, response, SECRETS, scripted, unanswered } from "./support.js";

/** A `fetch` that takes some time, and notes how many requests are under way. */
function slow(ms) {
  const seen = { now: 0, most: 0, all: 0 };
  const fetch = async () => {
    seen.now += 1;
    seen.all += 1;
    seen.most = Math.max(seen.most, seen.now);
    await new Promise((resolve) => setTimeout(resolve, ms));
    seen.now -= 1;
    return response(OK);
  };
  return { fetch, seen };
}

const leads = (count) => Array.from({ length: count }, (_, i) => ({ empName: "a", cus_name: `${i}` }));

test("two thousand adds without a code, all at once, are ten at a time and all carried out", async () => {
  const { fetch, seen } = slow(1);
  const client = new QinceLeads({ ...SECRETS, fetch, timeoutMs: 1000 });
  const receipts = await Promise.all(leads(2000).map((lead) => client.add(lead)));
  assert.equal(receipts.length, 2000);
  assert.deepEqual([seen.most, seen.all], [10, 2000]);
});

test("as many as one says are under way at once, through all clients that were made of one", async () => {
  for (const maxConcurrent of [1, 3, 3.7, Infinity]) {
    const { fetch, seen } = slow(2);
    const client = new QinceLeads({ ...SECRETS, fetch, maxConcurrent });
    const other = client.withOptions({ timeoutMs: 5000 });
    await Promise.all(leads(20).flatMap((lead) => [client.add(lead), other.add(lead)]));
    assert.equal(seen.most, Math.min(40, Math.floor(maxConcurrent)));
  }
  const { fetch, seen } = slow(2);
  const client = new QinceLeads({ ...SECRETS, fetch, maxConcurrent: 1 });
  const apart = client.withOptions({ maxConcurrent: 2 });
  await Promise.all(leads(5).flatMap((lead) => [client.add(lead), apart.add(lead)]));
  assert.equal(seen.most, 3);
});

test("what waits its turn is not timed", async () => {
  const { fetch } = slow(40);
  const client = new QinceLeads({ ...SECRETS, fetch, maxConcurrent: 1, timeoutMs: 200 });
  const before = performance.now();
  await Promise.all(leads(8).map((lead) => client.add(lead)));
  assert.ok(performance.now() - before > 300);
});

test("what is given up while it waits its turn sends nothing, and ends with the reason itself", async () => {
  const controller = new AbortController();
  const { leads: client, sent, attempts } = scripted([unanswered, OK], { maxConcurrent: 1 });
  const first = new AbortController();
  const holding = rejectionOf(client.modify({ code: "c" }, { signal: first.signal }));
  const waiting = client.add({ empName: "a" }, { signal: controller.signal });
  const last = client.add({ empName: "b" });
  setTimeout(() => controller.abort(new Error("enough")), 10);
  assert.equal((await rejectionOf(waiting)).message, "enough");
  first.abort(new Error("over"));
  assert.equal((await holding).message, "over");
  assert.equal((await last).id, "7");
  assert.equal(sent.length, 2);
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ["cancelled", "ok"],
  );
});

test("a call that waits between its attempts lets others have its turn", async () => {
  const order = [];
  const { leads: client } = scripted([reply("", 503), OK, OK], {
    maxConcurrent: 1,
    policy: { baseDelayMs: 60, jitter: 0 },
  });
  await Promise.all([
    client.modify({ code: "c" }).then(() => order.push("tried again")),
    client.add({ empName: "a" }).then(() => order.push("at once")),
  ]);
  assert.deepEqual(order, ["at once", "tried again"]);
});

test("a number of requests at once that is none is refused", () => {
  for (const maxConcurrent of [0, -1, NaN, "3", null, 0.5]) {
    assert.throws(() => new QinceLeads({ ...SECRETS, maxConcurrent }), {
      code: "invalid_account",
      message: /maxConcurrent/,
    });
  }
});

test("a thousand adds at once over sockets take few connections", async () => {
  const sockets = new Set();
  const server = createServer((request, answer) => {
    sockets.add(request.socket);
    request.resume().on("end", () => answer.end(OK.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const client = new QinceLeads({ ...SECRETS, baseUrl: `http://127.0.0.1:${server.address().port}` });
    await Promise.all(leads(1000).map((lead) => client.add(lead)));
    assert.ok(sockets.size <= 20, `${sockets.size} connections`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
