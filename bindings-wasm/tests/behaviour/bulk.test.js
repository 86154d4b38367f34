// Many leads at a time, with a `fetch` that does as it is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { QinceLeads } from "qince-leads";

import { OK, rejectionOf, reply, response, SECRETS, thrownBy } from "./support.js";

const lead = (i) => ({ empName: "e", code: `C${i}` });
const codeOf = ({ body }) => JSON.parse(body).code;

function* leads(count) {
  for (let i = 0; i < count; i += 1) yield lead(i);
}

/** A client of which each add is answered by a function of the lead's code. */
function bulk(answer, options = {}) {
  const told = { doubts: [], underWay: 0, most: 0, sent: [] };
  const fetch = async (_, init) => {
    told.sent.push(codeOf(init));
    told.underWay += 1;
    told.most = Math.max(told.most, told.underWay);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return response(await answer(codeOf(init), init));
    } finally {
      told.underWay -= 1;
    }
  };
  const policy = { maxAttempts: 1 };
  const onUncertain = (error) => told.doubts.push(error.leadCode);
  return { client: new QinceLeads({ ...SECRETS, fetch, policy, onUncertain, ...options }), told };
}

/** Never comes; a request that is given up ends. */
const never = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

async function all(outcomes) {
  const found = [];
  for await (const outcome of outcomes) found.push(outcome);
  return found.sort((one, other) => one.index - other.index);
}

test("each lead has an outcome, and so many are under way", async () => {
  const { client, told } = bulk(() => OK);
  const outcomes = await all(client.addMany(leads(50), { atOnce: 4 }));
  assert.deepEqual(
    outcomes.map(({ index, lead, outcome, receipt, error }) => [
      index,
      lead.code,
      outcome,
      receipt.id,
      error,
    ]),
    Array.from({ length: 50 }, (_, i) => [i, `C${i}`, "ok", "7", undefined]),
  );
  assert.equal(told.most, 4);
  const { client: other, told: toldOfApaas } = bulk(() => OK);
  const apaas = [{ company_name: "c", code: "C0" }];
  assert.equal((await all(other.addManyApaas(apaas)))[0].outcome, "ok");
  assert.deepEqual(toldOfApaas.sent, ["C0"]);
});

test("no more is read than is under way", async () => {
  let read = 0;
  let closed = false;
  function* endless() {
    try {
      for (;;) yield lead(read++);
    } finally {
      closed = true;
    }
  }
  const { client } = bulk(() => OK);
  const outcomes = [];
  for await (const outcome of client.addMany(endless(), { atOnce: 3 })) {
    outcomes.push(outcome);
    if (outcomes.length === 10) break;
  }
  assert.ok(read <= 10 + 3, `${read} were read`);
  assert.equal(closed, true);
});

test("what is wrong with one lead is its outcome", async () => {
  const { client } = bulk((code) => (code === "C0" ? OK : reply('{"return_code":"1"}')));
  const given = [lead(0), { empName: "e", code: "x".repeat(101) }, { nam: "e" }, 5, null, lead(5)];
  const outcomes = await all(client.addMany(given));
  const invalid = Array(4).fill("invalid_payload");
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ["ok", ...invalid, "rejected"],
  );
  assert.deepEqual(
    outcomes.map(({ lead }) => lead),
    given,
  );
  for (const { outcome, error, receipt } of outcomes.slice(1)) {
    assert.deepEqual([error.code, receipt], [outcome, undefined]);
  }
});

test("an error of the source is thrown once what was begun is handed out", async () => {
  async function* broken() {
    yield* leads(3);
    throw new RangeError("the file ends here");
  }
  const { client } = bulk(() => OK);
  const seen = [];
  const read = async () => {
    for await (const { outcome } of client.addMany(broken())) seen.push(outcome);
  };
  assert.equal((await rejectionOf(read())).message, "the file ends here");
  assert.deepEqual(seen, ["ok", "ok", "ok"]);
});

test("whoever leaves early learns of what was under way", async () => {
  const { client, told } = bulk((code, init) => (code === "C0" ? OK : never(code, init)));
  const many = client.addMany(leads(100), { atOnce: 3 });
  for await (const { outcome } of many) {
    assert.equal(outcome, "ok");
    break;
  }
  assert.ok(many.unread.length >= 2 && many.unread.length <= 3);
  for (const { outcome, error } of many.unread)
    assert.deepEqual([outcome, error.code], ["uncertain", "uncertain"]);
  const codes = many.unread.map(({ lead }) => lead.code).sort();
  assert.deepEqual(told.doubts.sort(), codes);
});

test("a signal hands out what is in doubt, and then its reason is thrown", async () => {
  const { client, told } = bulk(never);
  const stop = new AbortController();
  const many = client.addMany(leads(9), { atOnce: 2, signal: stop.signal });
  const seen = [];
  const read = async () => {
    for await (const { lead, outcome } of many) seen.push([lead.code, outcome]);
  };
  setTimeout(() => stop.abort(new Error("enough")), 50);
  assert.equal((await rejectionOf(read())).message, "enough");
  assert.deepEqual(seen.sort(), [
    ["C0", "uncertain"],
    ["C1", "uncertain"],
  ]);
  assert.deepEqual([told.doubts.sort(), many.unread], [["C0", "C1"], []]);
});

test("a source that gives nothing more does not keep whoever leaves", async () => {
  async function* slow() {
    yield lead(0);
    await new Promise(() => {});
  }
  const { client } = bulk(() => OK);
  for await (const { outcome } of client.addMany(slow())) {
    assert.equal(outcome, "ok");
    break;
  }
});

test("no more begin in a second than are allowed", async () => {
  const { client } = bulk(() => OK);
  const before = performance.now();
  const outcomes = await all(client.addMany(leads(6), { perSecond: 50 }));
  assert.equal(outcomes.length, 6);
  // The first begins at once, each of the others 20 ms after the one before; a timer may be a little early.
  assert.ok(performance.now() - before >= 95);
});

test("what cannot be done is refused before anything is read", () => {
  const { client } = bulk(() => OK);
  const untouched = {
    [Symbol.iterator]: () => ({ next: () => assert.fail("read") }),
  };
  for (const wrong of [
    { atOnce: 0 },
    { atOnce: "8" },
    { perSecond: 0 },
    { perSecond: NaN },
    { perSecond: "x" },
  ]) {
    const error = thrownBy(() => client.addMany(untouched, wrong));
    assert.equal(error.code, "invalid_account");
    assert.ok(
      error.message.includes(Object.keys(wrong)[0].replace("perSecond", "per_second")),
      error.message,
    );
  }
  for (const wrong of [5, null, undefined, "leads", {}]) {
    assert.equal(thrownBy(() => client.addMany(wrong)).code, "invalid_account");
  }
});
