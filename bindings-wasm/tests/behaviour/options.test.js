// What can be said of a client and of a call, and what they say besides their results.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account, QinceLeads, read, Scan, UncertainError } from "qince-leads";

import {
  EMPTY,
  inProcess,
  OK,
  outcomes,
  rejectionOf,
  reply,
  response,
  rows,
  SECRETS,
  scripted,
  thrownBy,
  unanswered,
} from "./support.js";

const lead = { empName: "a", code: "C1" };
const broken = () => new TypeError("fetch failed");

test("a call has options of its own", async () => {
  const { leads, sent, attempts } = scripted([unanswered, OK, reply("", 503)], {
    headers: { a: "1", b: "1" },
  });
  const headers = { b: "2", c: "2" };
  await leads.modify({ code: "c" }, { timeoutMs: 30, headers });
  assert.deepEqual(outcomes(attempts), ["modify unknown", "modify ok"]);
  for (const { headers } of sent) assert.deepEqual([headers.a, headers.b, headers.c], ["1", "2", "2"]);
  const error = await rejectionOf(leads.modify({ code: "c" }, { policy: { maxAttempts: 1 } }));
  assert.deepEqual([error.status, error.attempts], [503, 1]);
  assert.deepEqual([sent[2].headers.b, sent[2].headers.c], ["1", undefined]);
});

test("a query has the options of a call for each of its pages", async () => {
  const { leads, sent } = scripted([rows({ id: "1" }), EMPTY]);
  await leads.query({ code: "c" }, { headers: { trace: "t" } }).toArray();
  assert.deepEqual(
    sent.map(({ headers }) => headers.trace),
    ["t", "t"],
  );
});

test("a client that differs in some options keeps the others", async () => {
  const seen = [];
  const { leads, sent } = scripted([reply("", 503), OK], {
    headers: { a: "1" },
    onAttempt: ({ outcome }) => seen.push(outcome),
  });
  const hasty = leads.withOptions({ policy: { maxAttempts: 1 } });
  assert.equal(hasty.account, leads.account);
  assert.equal((await rejectionOf(hasty.modify({ code: "c" }))).attempts, 1);
  await leads.withOptions({ headers: { b: "2" } }).modify({ code: "c" });
  assert.deepEqual([sent[0].headers.a, sent[1].headers.a, sent[1].headers.b], ["1", undefined, "2"]);
  assert.deepEqual(seen, ["http_status", "ok"]);
});

test("an option that is undefined is as it was, and one of the account is refused", async () => {
  const { leads, sent } = scripted([OK], { headers: { a: "1" } });
  const unchanged = Object.fromEntries(
    ["fetch", "headers", "policy", "timeoutMs", "maxConcurrent", "onAttempt"].map((name) => [
      name,
      undefined,
    ]),
  );
  await leads.withOptions({ ...unchanged, openid: undefined }).modify({ code: "c" });
  assert.equal(sent[0].headers.a, "1");
  for (const name of ["openid", "appKey", "baseUrl", "relayUrl"]) {
    const { code, message } = thrownBy(() => leads.withOptions({ [name]: "https://other.example.com" }));
    assert.equal(code, "invalid_account");
    assert.match(message, new RegExp(`${name}: is the account's`));
  }
});

test("time-outs and headers that are none are refused", async () => {
  for (const wrong of [0, -1, NaN, "5", null]) {
    for (const name of ["timeoutMs", "connectTimeoutMs"]) {
      const error = thrownBy(() => new QinceLeads({ ...SECRETS, [name]: wrong }));
      assert.deepEqual([error.code, error.message.includes(name)], ["invalid_account", true]);
    }
  }
  const { leads, sent } = scripted([]);
  assert.equal((await rejectionOf(leads.add(lead, { timeoutMs: 0 }))).code, "invalid_account");
  const reserved = ["Content-Length", "content-type", "Expect", "connection", "HOST"].map((name) => ({
    [name]: "1",
  }));
  for (const headers of [{ "a b": "1" }, { a: "1\r\nb: 2" }, { a: "示例" }, { "": "1" }, ...reserved]) {
    assert.equal((await rejectionOf(leads.add(lead, { headers }))).code, "invalid_account");
    assert.equal(thrownBy(() => new QinceLeads({ ...SECRETS, headers })).code, "invalid_account");
  }
  assert.equal(sent.length, 0);
});

test("headers of one's own take the place of the package's", async () => {
  const headers = { "user-agent": "crm/1", absent: undefined };
  const { leads, sent } = scripted([OK], { headers });
  await leads.add(lead);
  assert.deepEqual(sent[0].headers, { "user-agent": "crm/1", "Content-Type": "application/json" });
});

test("a policy, hooks and a logger that are none are refused", async () => {
  const numbers = ["maxAttempts", "baseDelayMs", "maxDelayMs", "deadlineMs", "settleDelayMs"];
  const policies = [
    ["policy", null],
    ["policy", 5],
    ...[NaN, "soon"].flatMap((wrong) => numbers.map((name) => [`policy.${name}`, { [name]: wrong }])),
    ["policy.retryCodes", { retryCodes: "13" }],
    ["policy.retryCodes", { retryCodes: [13] }],
  ];
  const { leads, sent } = scripted([]);
  for (const [where, policy] of policies) {
    const wanted = { code: "invalid_account", message: new RegExp(`: ${where}: `) };
    assert.throws(() => new QinceLeads({ ...SECRETS, policy }), wanted);
    await assert.rejects(leads.add(lead, { policy }), wanted);
  }
  for (const name of ["onRequest", "onAttempt", "onUncertain", "logger"]) {
    const wanted = { code: "invalid_account", message: new RegExp(`: ${name}: `) };
    assert.throws(() => new QinceLeads({ ...SECRETS, [name]: "console" }), wanted);
  }
  assert.equal(sent.length, 0);
});

test("a hook is called before each request, and adds headers to it", async () => {
  const seen = [];
  const onRequest = async (request) => {
    seen.push(request);
    return { traceparent: `t-${seen.length}` };
  };
  const { leads, sent } = scripted([broken(), reply("", 503), EMPTY, OK], { onRequest });
  await leads.add(lead);
  assert.deepEqual(
    seen.map(({ operation, number }) => `${operation} ${number}`),
    ["add 1", "query 1", "query 2", "add 2"],
  );
  for (const [i, { url, headers }] of sent.entries()) {
    assert.equal(headers.traceparent, `t-${i + 1}`);
    assert.equal(url.split("/").at(-1), seen[i].msgId);
  }
});

test("a hook that fails, or returns what are no headers, is logged and passed over", async () => {
  const hooks = [
    () => {
      throw new Error("hook");
    },
    async () => {
      throw new Error("hook");
    },
    () => ({ a: "\n" }),
    () => ({ Host: "elsewhere" }),
    () => {},
    () => null,
  ];
  for (const [i, onRequest] of hooks.entries()) {
    const warned = [];
    const logger = { debug() {}, warn: (line) => warned.push(line) };
    const { leads, sent } = scripted([OK], { onRequest, logger });
    assert.equal((await leads.add({ empName: "a" })).id, "7");
    assert.equal(sent.length, 1);
    assert.equal(warned.length, i < 4 ? 1 : 0, warned.join());
  }
});

test("a hook that does not end is not waited for longer than a request, and nothing is sent", async () => {
  const { leads, sent } = scripted([], {
    onRequest: () => new Promise(() => {}),
    timeoutMs: 20,
    policy: { maxAttempts: 1 },
  });
  const error = await rejectionOf(leads.add({ empName: "a" }));
  assert.deepEqual([error.failure, sent.length], ["not_sent", 0]);
});

test("every doubt is told, also where nobody waits for the call any more", async () => {
  const told = [];
  const options = { onUncertain: (error) => told.push(error) };
  const first = await rejectionOf(scripted([broken()], options).leads.add({ empName: "a" }));
  const signal = AbortSignal.timeout(20);
  const second = await rejectionOf(scripted([unanswered], options).leads.add(lead, { signal }));
  const others = scripted([broken(), broken(), unanswered, unanswered, OK], { ...options, timeoutMs: 20 });
  await Promise.allSettled([others.leads.add({ empName: "b" }), others.leads.add({ empName: "c" })]);
  assert.deepEqual([first, second], told.slice(0, 2));
  assert.equal(told.length, 4);
  for (const error of told) assert.ok(error instanceof UncertainError);
  assert.deepEqual([second.leadCode, second.cause], ["C1", signal.reason]);
});

test("what is no doubt is not told as one, and a hook that fails harms nothing", async () => {
  const onUncertain = () => {
    throw new Error("hook");
  };
  const { leads } = scripted([reply('{"return_code":"1"}'), broken()], { onUncertain });
  assert.equal((await rejectionOf(leads.add(lead))).code, "rejected");
  assert.equal((await rejectionOf(leads.add({ empName: "a" }))).code, "uncertain");
});

test("attempts and doubts are logged in lines without secrets", async () => {
  const lines = [];
  const logger = { debug: (line) => lines.push(`debug ${line}`), warn: (line) => lines.push(`warn ${line}`) };
  const { leads, sent } = scripted([broken(), EMPTY], { logger, policy: { resendAdds: false } });
  await rejectionOf(leads.add({ ...lead, cus_name: "秘密公司" }));
  const ids = sent.map(({ url }) => url.split("/").at(-1));
  assert.match(
    lines[0],
    new RegExp(`^debug add attempt 1: unknown after \\d+ ms, msg_id ${ids[0]}, POST https:`),
  );
  assert.match(
    lines[1],
    new RegExp(`^debug query attempt 1: ok \\(HTTP 200\\) after \\d+ ms, msg_id ${ids[1]}`),
  );
  assert.match(lines[2], new RegExp(`^warn add: uncertain: .* \\(code C1, msg_id ${ids[1]}\\)$`));
  assert.equal(lines.length, 3);
  const log = lines.join("\n");
  for (const secret of [SECRETS.openid, SECRETS.appKey, "秘密公司"]) assert.ok(!log.includes(secret));
  assert.doesNotMatch(log, /[0-9a-f]{32}/);
});

test("console is a logger, and one that throws harms nothing", async () => {
  const wrong = () => {
    throw new Error("full disk");
  };
  for (const logger of [{ debug: wrong, warn: wrong }, {}, { debug: async () => wrong(), warn: wrong }]) {
    const { leads } = scripted([broken(), OK], { logger });
    assert.equal((await leads.modify({ code: "c" })).id, "7");
  }
});

test("a result has the reply of which it was read, and neither JSON nor a copy takes it along", async () => {
  const answer = () => response(OK, { "X-Request-Id": "r-1", "Set-Cookie": "a=b" });
  const { leads } = scripted([answer, () => response(rows({ id: "1" }), { "X-Request-Id": "r-2" }), EMPTY]);
  const receipt = await leads.add(lead);
  assert.deepEqual([receipt.reply.status, receipt.reply.headers["x-request-id"]], [200, "r-1"]);
  assert.equal(new TextDecoder().decode(receipt.reply.body), OK.body);
  for await (const page of leads.query({ code: "c" }).pages()) {
    assert.equal(page.reply.headers["x-request-id"], "r-2");
    assert.equal(JSON.stringify(page), '{"leads":[{"id":"1"}],"faults":[]}');
  }
  assert.equal(JSON.stringify(receipt), '{"id":"7","settled":false}');
  assert.deepEqual(Object.keys(structuredClone(receipt)), ["id", "settled"]);
  assert.deepEqual({ ...receipt }, { id: "7", settled: false });
  const { reply: kept } = read("add", { ...OK, headers: { a: "b" } });
  assert.deepEqual(kept, { ...OK, headers: { a: "b" } });
});

test("an error has the reply of which it came, if one came, and no log prints it", async () => {
  const gateway = () => response({ status: 403, body: "<html>no 秘密" }, { Server: "gateway" });
  const cases = [
    [[gateway], "http_status", 403],
    [[() => response(reply('{"return_code":"1","return_msg":"no"}'))], "rejected", 200],
    [[() => response(reply("<html>"))], "malformed", 200],
  ];
  for (const [script, code, status] of cases) {
    const error = await rejectionOf(
      scripted(script, { policy: { maxAttempts: 1 } }).leads.modify({ code: "c" }),
    );
    assert.deepEqual([error.code, error.reply.status], [code, status]);
    assert.ok(!JSON.stringify(error).includes("reply"));
  }
  const error = await rejectionOf(scripted([gateway]).leads.modify({ code: "c" }));
  assert.equal(error.reply.headers.server, "gateway");
  assert.equal(new TextDecoder().decode(error.reply.body), "<html>no 秘密");
  const lost = await rejectionOf(
    scripted([gateway, broken()], { policy: { maxAttempts: 1 } })
      .leads.withOptions({})
      .add({}),
  );
  assert.equal(lost.reply, undefined);
  const late = await rejectionOf(
    scripted([() => response({ status: 503, body: "" }), broken()], {
      policy: { maxAttempts: 2, baseDelayMs: 1 },
    }).leads.modify({ code: "c" }),
  );
  assert.deepEqual([late.code, late.reply], ["transport", undefined]);
  assert.equal(thrownBy(() => read("add", { status: 404, body: "x" })).reply.status, 404);
});

test("credentials that are not given come from the environment, and one that is missing is named", () => {
  const saved = { ...process.env };
  const set = (values) => {
    for (const name of ["QINCE_OPENID", "QINCE_APP_KEY", "QINCE_BASE_URL"]) delete process.env[name];
    Object.assign(process.env, values);
  };
  try {
    set({ QINCE_OPENID: "o", QINCE_APP_KEY: "k", QINCE_BASE_URL: "https://crm.example.com/q" });
    for (const options of [undefined, {}, { timeoutMs: 5 }, { openid: undefined, appKey: undefined }]) {
      assert.equal(new QinceLeads(options).account.baseUrl, "https://crm.example.com/q");
    }
    assert.match(new Account().sign("add", lead).url, /^https:\/\/crm\.example\.com\/q\/api\/.*\/o\//);
    assert.equal(new Account({ baseUrl: "https://other.example.com" }).baseUrl, "https://other.example.com");
    assert.equal(new Account(SECRETS).baseUrl, "https://openapi.waiqin365.com");
    assert.match(new QinceLeads({ relayUrl: "https://relay.example.com" }).account.baseUrl, /relay/);
    set({ QINCE_OPENID: "o" });
    assert.throws(() => new QinceLeads(), { code: "invalid_account", message: /QINCE_APP_KEY is not set/ });
    set({ QINCE_APP_KEY: "k" });
    assert.throws(() => new QinceLeads(), { code: "invalid_account", message: /QINCE_OPENID is not set/ });
    assert.throws(() => new QinceLeads({ openid: "o" }), { message: /appKey: must be text/ });
    set({ QINCE_OPENID: "", QINCE_APP_KEY: "k" });
    assert.throws(() => new QinceLeads(), { message: /QINCE_OPENID is not set/ });
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
  }
});

test("a page in a browser is not given an app key unawares, and has no environment", () => {
  const module = `
    globalThis.window = globalThis;
    globalThis.document = {};
    process.env.QINCE_OPENID = "o";
    process.env.QINCE_APP_KEY = "k";
    const { Account, QinceLeads } = await import("qince-leads");
    const said = [];
    const keys = { openid: "o", appKey: "k" };
    for (const make of [
      () => new QinceLeads(keys),
      () => new Account(keys),
      () => new QinceLeads(),
      () => new QinceLeads({ ...keys, allowKeyInBrowser: true }),
      () => new QinceLeads({ relayUrl: "https://relay.example.com" }),
    ]) {
      try {
        make();
        said.push("taken");
      } catch ({ code, message }) {
        said.push(code + (message.includes("whoever opens this page could read it") ? " guard" : ""));
      }
    }
    let given;
    const fetch = async (_, { headers }) => { given = headers; return new Response('{"return_code":0}'); };
    await new QinceLeads({ relayUrl: "https://relay.example.com", fetch }).modify({ code: "c" });
    console.log(JSON.stringify([said, Object.keys(given)]));`;
  const guarded = "invalid_account guard";
  assert.deepEqual(JSON.parse(inProcess(module)), [
    [guarded, guarded, guarded, "taken", "taken"],
    ["Content-Type"],
  ]);
});

test("a clock that is set while a call waits changes nothing", async () => {
  const { now } = Date;
  const { leads } = scripted([broken(), OK], { policy: { baseDelayMs: 60, jitter: 0 } });
  const before = performance.now();
  setTimeout(() => {
    Date.now = () => now() - 3_600_000;
  }, 20);
  try {
    await leads.modify({ code: "c" });
  } finally {
    Date.now = now;
  }
  const tookMs = performance.now() - before;
  assert.ok(tookMs >= 55 && tookMs < 1000, `${tookMs} ms`);
});

test("errors can be made for tests, with all that they may know", () => {
  const error = new UncertainError("lost", {
    msgId: "m",
    attempts: 2,
    leadCode: "C1",
    mayHaveBeenCarriedOut: true,
  });
  const { code, message, msgId, attempts, leadCode } = error;
  assert.deepEqual([code, message, msgId, attempts, leadCode], ["uncertain", "lost", "m", 2, "C1"]);
  assert.ok(!("cause" in error));
});

test("a scan can be made for tests", async () => {
  const pages = [
    { leads: [{ id: "1" }, { id: "2" }], faults: [] },
    { leads: [], faults: [] },
  ];
  const scan = new Scan("query", { code: "c" }, async () => pages.shift());
  assert.deepEqual(await scan.toArray(), [{ id: "1" }, { id: "2" }]);
});
