// Nothing shows a secret: neither app key nor push secret, neither openid nor digest.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";

import { Account, Call, Pages, QinceLeads, Relayed, read, verifyPush } from "qince-leads";

import { account, push, rejectionOf, SECRETS, scripted, thrownBy } from "./support.js";

const { openid, appKey, pushSecret } = SECRETS;

/** All that a log may make of a value. */
function shown(value) {
  const options = { depth: 20, showHidden: true, getters: "get", customInspect: true };
  const own = typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value) : [];
  const texts = [String(value), value?.stack, value?.message, ...own.map((name) => String(value[name]))];
  return [inspect(value, options), inspect(value), JSON.stringify(value), clone(value), ...texts].join("\n");
}

function clone(value) {
  try {
    return inspect(structuredClone(value), { depth: 20, showHidden: true });
  } catch (error) {
    return `${error.message} ${error.stack}`;
  }
}

function assertSilent(value, ...more) {
  const text = shown(value);
  for (const secret of [openid, appKey, pushSecret, ...more]) {
    assert.ok(!text.includes(secret), `${secret} in ${text.slice(0, 1000)}`);
  }
  assert.doesNotMatch(text, /[0-9a-f]{32}/);
}

test("an account and a client show no secret", () => {
  assertSilent(account());
  assertSilent(new QinceLeads(SECRETS));
  assertSilent(new QinceLeads(SECRETS).query({ code: "c" }));
  assertSilent(new Pages("query", { code: "c" }));
});

test("a request and a call show neither openid nor digest, but where they are asked for the URL", () => {
  const request = account().sign("add", { empName: "a" }, { nowMs: 5, msgId: "m/1" });
  const digest = request.url.split("/").at(-2);
  assert.match(digest, /^[0-9a-f]{32}$/);
  for (const text of [
    inspect(request, { showHidden: true, depth: 9 }),
    JSON.stringify(request),
    clone(request),
  ]) {
    for (const secret of [openid, appKey, digest]) assert.ok(!text.includes(secret), text);
  }
  assert.equal(
    request.redactedUrl,
    "https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/***/5/***/m%2F1",
  );
  const call = new Call(account(), "remove", { code: "c" });
  call.step(0, "m", 0);
  assertSilent(call);
  call.failed("m", 1, "unknown");
  assertSilent(call.lastAttempt);
});

test("errors of accounts, stamps and payloads show no secret", () => {
  const baseUrls = [
    `https://${openid}:${appKey}@example.com`,
    `https://example.com?key=${appKey}`,
    `ftp://example.com/${appKey}`,
  ];
  for (const baseUrl of baseUrls) assertSilent(thrownBy(() => new Account({ ...SECRETS, baseUrl })));
  assertSilent(thrownBy(() => new Account({ openid, appKey: { appKey } })));
  assertSilent(thrownBy(() => new Account({ openid: "", appKey })));
  assertSilent(thrownBy(() => account().sign("add", { wrong: 1 })));
  assertSilent(thrownBy(() => account().sign("add", { empName: "a" }, { msgId: "" })));
});

test("errors of replies and pushes show neither a secret nor what people wrote", () => {
  const wrote = "王小明 18811111111";
  const malformed = [
    thrownBy(() => read("add", { status: 200, body: `<html>${wrote}</html>` })),
    thrownBy(() => read("query", { status: 200, body: new TextEncoder().encode(wrote) })),
    thrownBy(() => verifyPush(`${pushSecret}${wrote}`, { secrets: pushSecret, maxAgeMs: null })),
    thrownBy(() => verifyPush(push(`[${wrote}`), { secrets: pushSecret, maxAgeMs: null })),
  ];
  for (const error of malformed) {
    assert.equal(error.code, "malformed");
    for (const text of [inspect(error, { showHidden: true, depth: 9 }), JSON.stringify(error), error.stack]) {
      for (const secret of [pushSecret, "王小明", "18811111111"]) assert.ok(!text.includes(secret), text);
    }
  }
  const forged = push("{}", { secret: "another" });
  assertSilent(thrownBy(() => verifyPush(forged, { secrets: [pushSecret], maxAgeMs: null })));
  assertSilent(thrownBy(() => verifyPush(forged, { secrets: { pushSecret }, maxAgeMs: null })));
  assertSilent(thrownBy(() => verifyPush(push("{}"), { secrets: pushSecret, maxAgeMs: 1, nowMs: 5000 })));
});

test("a body that was malformed is kept, unchanged", () => {
  for (const body of ["<html>", new Uint8Array([1, 2, 3]), Buffer.from("é")]) {
    const kept = thrownBy(() => read("query", { status: 200, body })).body;
    assert.deepEqual(Buffer.from(kept), Buffer.from(body));
  }
});

test("what an observer is given shows no secret", async () => {
  const { leads, attempts } = scripted([
    new Error("broken"),
    { status: 500, body: "" },
    { status: 404, body: "" },
  ]);
  await rejectionOf(leads.modify({ code: "c" }));
  assert.equal(attempts.length, 3);
  for (const attempt of attempts) {
    assertSilent(attempt);
    assert.match(attempt.url, /modifySalesLeads\/\*\*\*\/\d+\/\*\*\*\//);
  }
});

test("what a transport says of the URL is told without openid and digest, by an error of its own", async () => {
  let original;
  const shouting = (url) => {
    const cause = Object.assign(new Error(`connect ${url}`), { path: url, errors: [new Error(url)] });
    cause.cause = cause;
    const hidden = { value: { request: { url } }, enumerable: false };
    original = Object.assign(new TypeError(`error sending request for ${url}`, { cause }), {
      input: url,
      request: { url },
      code: "ECONNRESET",
    });
    original.stack += `\n    at ${url}`;
    Object.defineProperty(original, "hidden", hidden);
    Object.defineProperty(original, Symbol("request"), hidden);
    throw original;
  };
  for (const [operation, payload] of [
    ["modify", { code: "c" }],
    ["add", { empName: "a" }],
  ]) {
    const { leads } = scripted([shouting], { policy: { maxAttempts: 1 } });
    const error = await rejectionOf(leads[operation](payload));
    const told = operation === "add" ? error.cause.cause : error.cause;
    assert.notEqual(told, original);
    assert.match(told.message, /^error sending request for https:\/\/openapi.*\/\*\*\*\/\d{13}\/\*\*\*\//);
    assert.deepEqual([told.name, told.code, told instanceof Error], ["TypeError", "ECONNRESET", true]);
    assert.match(told.cause.message, /^connect https/);
    assert.equal(told.cause.cause, told.cause);
    assertSilent(error);
    assertSilent(told);
  }
});

test("whatever a transport throws is told without secrets, and does not end the process", async () => {
  const throwing = [
    (url) => `no: ${url}`,
    (url) => ({ message: url, cause: { path: url, list: [url] } }),
    (url) => [url],
    (url) => new AggregateError([new Error(url), url], url),
    (url) => () => url,
    (url) => Object.create(null, { url: { value: url, enumerable: true } }),
    (url) =>
      new Proxy(new Error(url), {
        get() {
          throw new Error(url);
        },
      }),
    (url) => {
      let error = new Error(url);
      for (let i = 0; i < 20_000; i++) error = new Error(url, { cause: error });
      return error;
    },
  ];
  for (const made of throwing) {
    const { leads } = scripted(
      [
        (url) => {
          throw made(url);
        },
      ],
      { policy: { maxAttempts: 1 } },
    );
    const error = await rejectionOf(leads.modify({ code: "c" }));
    assert.equal(error.code, "transport");
    assertSilent(error);
  }
});

test("a reply that holds secrets is not printed with the error that it came to", async () => {
  const echo = (url) => new Response(`<a href="${url}">`, { status: 307, headers: { Location: url } });
  const { leads } = scripted([echo], { policy: { maxAttempts: 1 } });
  const error = await rejectionOf(leads.modify({ code: "c" }));
  assert.match(error.reply.headers.location, /openid-8f3a/);
  const inspected = [inspect(error), inspect(error, { showHidden: true, depth: 9 })];
  for (const text of [...inspected, JSON.stringify(error), error.stack, clone(error)]) {
    assert.ok(!text.includes(openid), text);
  }
});

test("a saved call and a relay show no secret", () => {
  const call = new Call(account(), "add", { empName: "a" });
  call.step(0, "m", 0);
  assertSilent(call.save());
  const relayed = Relayed.read("salesleads/v1/addSalesLeads/m1", '{"empName":"a"}', ["add"]);
  relayed.sign(account());
  assertSilent(relayed);
});

test("errors of a broken connection show no secret", async () => {
  const ports = [];
  const dropping = createServer((request) => request.socket.destroy());
  const garbling = createServer((request) => request.socket.end("nonsense\r\n\r\n"));
  for (const server of [dropping, garbling]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push(server.address().port);
  }
  for (const port of [...ports, 1]) {
    const baseUrl = `http://127.0.0.1:${port}`;
    const leads = new QinceLeads({ ...SECRETS, baseUrl, policy: { maxAttempts: 1 } });
    assertSilent(await rejectionOf(leads.modify({ code: "c" })));
    assertSilent(await rejectionOf(leads.add({ empName: "a" })));
  }
  for (const server of [dropping, garbling]) server.close();
});
