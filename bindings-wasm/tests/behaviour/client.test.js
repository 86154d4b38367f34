// The client, with a `fetch` that does as it is told.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { NotSentError } from "qince-leads";

import { EMPTY, inProcess, OK, outcomes, rejectionOf, reply, response, rows, scripted } from "./support.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const USER_AGENT = `qince-leads-js/${version} node/${process.versions.node}`;
const lead = { empName: "a", code: "C1" };
const broken = () => new TypeError("fetch failed");
const refused = () => new TypeError("fetch failed", { cause: new NotSentError("refused") });

test("a request is sent as it was signed", async () => {
  const { leads, sent } = scripted([OK]);
  assert.deepEqual(await leads.add(lead), { id: "7", settled: false });
  const [{ url, method, headers, body, signal }] = sent;
  assert.match(url, /\/addSalesLeads\/openid-8f3a\/\d{13}\/[0-9a-f]{32}\/[0-9a-f-]{36}$/);
  assert.deepEqual([method, body], ["POST", '{"empName":"a","code":"C1"}']);
  assert.deepEqual(headers, { "User-Agent": USER_AGENT, "Content-Type": "application/json" });
  assert.equal(signal.aborted, false);
});

test("every operation has a method of its own", async () => {
  const { leads, sent } = scripted([OK, OK, OK, OK, OK, EMPTY, EMPTY]);
  await leads.add(lead);
  await leads.addApaas({ company_name: "a" });
  await leads.modify({ code: "c" });
  await leads.modifyApaas({ code: "c" });
  await leads.remove({ code: "c" });
  await leads.query({ code: "c" }).toArray();
  await leads.queryApaas({ code: "c" }).toArray();
  const operations = sent.map(({ url }) => url.split("/").at(-5));
  assert.equal(new Set(operations).size, 7);
});

test("a lead is found by its code", async () => {
  const found = rows({ id: 1, code: "C10" }, { id: 2, code: " c1 " });
  const { leads, sent } = scripted([found, EMPTY, found, EMPTY]);
  assert.equal((await leads.find("C1")).id, "2");
  assert.equal(await leads.find("C1"), undefined);
  assert.equal((await leads.findApaas("C1")).id, "2");
  assert.equal(await leads.findApaas("C1"), undefined);
  for (const { body } of sent) assert.equal(body, '{"code":"C1"}');
  for (const nameless of ["", undefined]) {
    assert.equal((await rejectionOf(leads.find(nameless))).code, "invalid_payload");
  }
  assert.equal(sent.length, 4);
});

test("what is ensured is added unless a lead has its code", async () => {
  const there = rows({ id: 6, code: "C1" });
  const refusal = reply('{"return_code":"1"}');
  const { leads, attempts } = scripted([there, EMPTY, OK, EMPTY, refusal, there]);
  const apaas = { company_name: "a", code: "C1" };
  assert.deepEqual(await leads.ensureApaas(apaas), { id: "6", settled: false, existed: true });
  assert.deepEqual(await leads.ensureApaas(apaas), { id: "7", settled: false });
  assert.deepEqual(await leads.ensureApaas(apaas), { id: "6", settled: false, existed: true });
  assert.deepEqual(outcomes(attempts), [
    "queryApaas ok",
    "queryApaas ok",
    "addApaas ok",
    "queryApaas ok",
    "addApaas rejected",
    "queryApaas ok",
  ]);
  assert.equal((await rejectionOf(leads.ensure({ empName: "a" }))).violations[0].path, "code");
});

test("an invalid payload is refused before anything is sent", async () => {
  const { leads, sent, attempts } = scripted([]);
  assert.equal((await rejectionOf(leads.add({ cus_nam: "a" }))).violations.length, 2);
  assert.equal((await rejectionOf(leads.add(undefined))).code, "invalid_payload");
  assert.equal((await rejectionOf(leads.query({}).toArray())).code, "invalid_payload");
  assert.deepEqual([sent.length, attempts.length], [0, 0]);
});

test("what can be repeated is tried again until it works", async () => {
  const { leads, sent, attempts } = scripted([broken(), reply("", 503), reply("<html>"), OK]);
  assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
  assert.deepEqual(outcomes(attempts), [
    "modify unknown",
    "modify http_status",
    "modify malformed",
    "modify ok",
  ]);
  assert.deepEqual(
    attempts.map(({ number }) => number),
    [1, 2, 3, 4],
  );
  assert.equal(new Set(sent.map(({ url }) => url)).size, 4);
});

test("attempts that are used up end in the last failure and its cause", async () => {
  const errors = [broken(), new TypeError("the last one")];
  const { leads } = scripted(errors, { policy: { maxAttempts: 2, baseDelayMs: 1 } });
  const { code, failure, cause } = await rejectionOf(leads.modify({ code: "c" }));
  assert.deepEqual([code, failure, cause.message], ["transport", "unknown", errors[1].message]);
});

test("a refusal is not tried again", async () => {
  const { leads, sent } = scripted([reply('{"return_code":"1","return_msg":"no"}')]);
  assert.equal((await rejectionOf(leads.modify({ code: "c" }))).code, "rejected");
  assert.equal(sent.length, 1);
});

test("an add is settled by a query, and not sent again", async () => {
  const { leads, attempts } = scripted([broken(), reply("", 500), rows({ id: "9", code: "C1" })]);
  assert.deepEqual(await leads.add(lead), { id: "9", settled: true });
  assert.deepEqual(outcomes(attempts), ["add unknown", "query http_status", "query ok"]);
});

test("an add that was not carried out is sent again", async () => {
  const { leads, attempts } = scripted([broken(), EMPTY, OK]);
  assert.deepEqual(await leads.add(lead), { id: "7", settled: false });
  assert.deepEqual(outcomes(attempts), ["add unknown", "query ok", "add ok"]);
});

test("an aPaaS add is settled by an aPaaS query", async () => {
  const { leads, attempts } = scripted([broken(), rows({ id: "9", code: "C1" })]);
  const receipt = await leads.addApaas({ company_name: "a", code: "C1" });
  assert.deepEqual(receipt, { id: "9", settled: true });
  assert.deepEqual(outcomes(attempts), ["addApaas unknown", "queryApaas ok"]);
});

test("an add without a code ends uncertain where its reply is lost", async () => {
  const { leads, sent } = scripted([broken()]);
  const error = await rejectionOf(leads.add({ empName: "a" }));
  assert.deepEqual([error.code, error.cause.code, sent.length], ["uncertain", "transport", 1]);
});

test("an add that did not leave is sent again without a query", async () => {
  const { leads, attempts } = scripted([refused(), OK]);
  await leads.add({ empName: "a" });
  assert.deepEqual(outcomes(attempts), ["add not_sent", "add ok"]);
});

test("Retry-After in seconds, or as a date, is kept", async () => {
  const soon = () => new Date(Date.now() + 2000).toUTCString();
  const seconds = (text) => () => text;
  for (const [header, leastMs, mostMs] of [
    [seconds("1"), 950, 3000],
    [soon, 900, 4000],
    [seconds("0"), 0, 500],
  ]) {
    const limited = () => response(reply("", 429), { "Retry-After": header() });
    const { leads } = scripted([limited, OK]);
    const before = Date.now();
    await leads.add(lead);
    const waitedMs = Date.now() - before;
    assert.ok(waitedMs >= leastMs && waitedMs <= mostMs, `${header()}: ${waitedMs} ms`);
  }
});

test("Retry-After that is past or no time at all does not end a call", async () => {
  for (const header of ["Thu, 01 Jan 1970 00:00:00 GMT", "soon", "", "-1"]) {
    const { leads } = scripted([() => response(reply("", 429), { "Retry-After": header }), OK]);
    assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
  }
});

test("a wait beyond the deadline is not begun", async () => {
  const limited = () => response(reply("", 429), { "Retry-After": "9".repeat(30) });
  const { leads } = scripted([limited]);
  assert.equal((await rejectionOf(leads.modify({ code: "c" }))).status, 429);
});

test("an observer that throws harms nothing", async () => {
  const onAttempt = () => {
    throw new Error("observer");
  };
  const { leads } = scripted([broken(), OK], { onAttempt });
  assert.deepEqual(await leads.modify({ code: "c" }), { id: "7", settled: false });
});

test("an observer that is asynchronous and fails does not end the process", () => {
  const module = `
    import { QinceLeads } from "qince-leads";
    const fetch = async () => new Response('{"return_code":"0"}');
    const onAttempt = async () => { throw new Error("observer"); };
    const leads = new QinceLeads({ openid: "o", appKey: "k", fetch, onAttempt });
    await leads.modify({ code: "c" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log("alive");`;
  assert.equal(inProcess(module), "alive");
});

test("an error says which request came last, how many there were, and whether one may have been carried out", async () => {
  const refusal = reply('{"return_code":"1"}');
  const cases = [
    ["modify", [refusal], { attempts: 1, mayHaveBeenCarriedOut: false }],
    ["modify", [broken(), refusal], { attempts: 2, mayHaveBeenCarriedOut: true }],
    ["add", [broken(), EMPTY, refusal, EMPTY], { attempts: 4, mayHaveBeenCarriedOut: true }],
  ];
  for (const [operation, script, expected] of cases) {
    const { leads, sent } = scripted(script);
    const payload = operation === "add" ? lead : { code: "c" };
    const error = await rejectionOf(leads[operation](payload));
    const { attempts, mayHaveBeenCarriedOut, msgId } = error;
    assert.deepEqual({ attempts, mayHaveBeenCarriedOut }, expected);
    assert.equal(msgId, sent.at(-1).url.split("/").at(-1));
  }
  const invalid = await rejectionOf(scripted([]).leads.add({}));
  assert.deepEqual([invalid.attempts, "msgId" in invalid], [0, false]);
});

test("any endpoint is called, and what came is the receipt's data", async () => {
  const answer = '{"return_code":0,"msg_id":"m","response_data":"{\\"total\\":12345678901234567890}"}';
  const { leads, sent, attempts } = scripted([broken(), reply(answer)]);
  const { data, msgId, settled } = await leads.other("customer/v1/queryCustomer", { cm_code: "C1", n: 1n });
  assert.deepEqual([data, msgId, settled], [{ total: 12345678901234567890n }, "m", false]);
  assert.match(sent[0].url, /\/api\/customer\/v1\/queryCustomer\/openid-8f3a\/\d{13}\/[0-9a-f]{32}\//);
  assert.deepEqual([sent[0].body, sent[1].body], Array(2).fill('{"cm_code":"C1","n":1}'));
  assert.deepEqual(outcomes(attempts), ["other unknown", "other ok"]);
});

test("a request to any endpoint that must not be repeated ends uncertain", async () => {
  const { leads, sent } = scripted([broken()]);
  const error = await rejectionOf(leads.other("order/v1/addOrder", [{ a: 1 }], { repeat: false }));
  assert.deepEqual([error.code, error.cause.code, sent.length], ["uncertain", "transport", 1]);
});

test("a request to any endpoint needs a path and an object, a list, or JSON text of one", async () => {
  const { leads, sent } = scripted([OK]);
  const rules = async (path, payload) => {
    const error = await rejectionOf(leads.other(path, payload));
    return error.violations.map(({ path, rule }) => `${path} ${rule}`);
  };
  for (const path of ["", "/a", "a/", "a//b", "a/../b", "a?b", undefined, 5]) {
    assert.deepEqual(await rules(path, {}), [" format"], String(path));
  }
  for (const payload of [undefined, null, 5, true, "text", '"text"', "{", NaN]) {
    assert.deepEqual(await rules("a/b", payload), [" type"], String(payload));
  }
  await leads.other("a/b", '{"price": 1.10}');
  assert.equal(sent[0].body, '{"price":1.10}');
});

test("a client of an app sends to its relay, with the headers of its session", async () => {
  const headers = { Authorization: "Bearer t" };
  const account = { openid: undefined, appKey: undefined, relayUrl: "https://crm.example.com/qince" };
  const { leads, sent } = scripted([OK], { ...account, headers });
  await leads.add(lead);
  const [{ url, headers: given }] = sent;
  assert.match(url, /^https:\/\/crm\.example\.com\/qince\/salesleads\/v1\/addSalesLeads\/[-0-9a-f]{36}$/);
  assert.deepEqual(given, {
    "User-Agent": USER_AGENT,
    Authorization: "Bearer t",
    "Content-Type": "application/json",
  });
});

test("what the policy says of tenants is heeded", async () => {
  const busy = reply('{"return_code":"42"}');
  const policy = { baseDelayMs: 1, maxDelayMs: 2 };
  const limited = scripted([busy, OK], { policy: { ...policy, retryCodes: ["42"] } });
  assert.equal((await limited.leads.add(lead)).id, "7");
  const stray = reply('{"return_code":"0","msg_id":"another","response_data":"8"}');
  const echoing = scripted([stray, EMPTY, OK], { policy: { ...policy, matchMsgId: true } });
  assert.equal((await echoing.leads.add(lead)).id, "7");
  assert.deepEqual(outcomes(echoing.attempts), ["add malformed", "query ok", "add ok"]);
  const once = scripted([broken(), EMPTY], { policy: { ...policy, resendAdds: false } });
  assert.equal((await rejectionOf(once.leads.add(lead))).code, "uncertain");
  const slow = scripted([broken(), rows({ id: "9", code: "C1" })], {
    policy: { ...policy, settleDelayMs: 60 },
  });
  const before = Date.now();
  assert.equal((await slow.leads.add(lead)).settled, true);
  assert.ok(Date.now() - before >= 55);
});

test("two calls at once do not meet", async () => {
  const answers = async (_url, { body }) => {
    const { code } = JSON.parse(body);
    await new Promise((resolve) => setTimeout(resolve, code === "a" ? 20 : 5));
    return response(reply(JSON.stringify({ return_code: "0", response_data: code })));
  };
  const { leads } = scripted([answers, answers, answers]);
  const receipts = await Promise.all(["a", "b", "c"].map((code) => leads.modify({ code })));
  assert.deepEqual(
    receipts.map(({ id }) => id),
    ["a", "b", "c"],
  );
});
