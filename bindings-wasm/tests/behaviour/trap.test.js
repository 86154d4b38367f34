// A core that goes wrong. Its memory is filled up from the outside, which makes its next large request trap.

import assert from "node:assert/strict";
import { test } from "node:test";

const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    memories.push(Object.values(this.exports).find((member) => member instanceof WebAssembly.Memory));
  }
};
const { Account, Call, Pages, QinceLeads, read, verifyPush } = await import("qince-leads");
const { push, rejectionOf, rows, SECRETS, thrownBy } = await import("./support.js");

const PAGE = 65_536;
const LARGE = { code: "c", exts: { a: "x".repeat(50_000_000) } };

/** Leaves the core no memory to take. */
function fill() {
  const memory = memories.at(-1);
  for (let pages = 32_768; pages >= 1; ) {
    const fits = memory.buffer.byteLength / PAGE + pages <= 65_536;
    if (fits) memory.grow(pages);
    else pages = Math.floor(pages / 2);
  }
}

const account = new Account(SECRETS);
const signed = () => account.sign("remove", { code: "c" }, { nowMs: 1, msgId: "m" }).url;
const expected = signed();

function trap(payload = LARGE) {
  fill();
  const error = thrownBy(() => account.sign("modify", payload));
  assert.equal(error.code, "internal");
  assert.match(error.message, /please report/);
  assert.ok(
    error.cause instanceof WebAssembly.RuntimeError || error.cause instanceof RangeError,
    String(error.cause),
  );
  return error;
}

test("a trap is an error of the package, and later calls are not harmed", () => {
  for (let i = 0; i < 3; i++) {
    const before = memories.length;
    trap();
    assert.equal(signed(), expected);
    assert.equal(memories.length, before + 1);
    assert.deepEqual(read("query", rows({ id: "1" })).leads, [{ id: "1" }]);
    assert.equal(verifyPush(push({}), { secrets: SECRETS.pushSecret, maxAgeMs: null }).msgId, "m1");
  }
  assert.ok(account.sign("modify", LARGE).body.length > LARGE.exts.a.length);
  // What the core has once taken it keeps, and the next test needs it poor.
  trap({ code: "c", exts: { a: LARGE.exts.a.repeat(8) } });
});

test("what had begun before a trap ends in an error, and touches nothing of the new core", () => {
  const call = new Call(account, "modify", { code: "c" });
  const pages = new Pages("query", { code: "c" });
  const over = new Call(account, "modify", { code: "c" });
  over.step(0, "m", 0);
  over.replied("m", 0, { status: 200, body: '{"return_code":0}' });
  const end = over.step(0, "m", 0);
  call.step(0, "m", 0);
  trap();
  const others = [1, 2].map(() => new Call(account, "modify", { code: "d" }));
  for (const use of [
    () => call.failed("m", 0, "unknown"),
    () => call.step(0, "m", 0),
    () => pages.nextQuery(),
  ]) {
    assert.equal(thrownBy(use).code, "internal");
  }
  assert.equal(over.step(0, "m", 0), end);
  for (const other of others) assert.equal(other.step(0, "m", 0).type, "send");
  assert.equal(signed(), expected);
});

test("an account that was made before a trap signs after it", () => {
  const made = new Account({ ...SECRETS, baseUrl: "https://example.com/a/" });
  trap();
  assert.match(made.sign("remove", { code: "c" }).url, /^https:\/\/example\.com\/a\/api\//);
});

test("a call that was sent says after a trap that it may have been carried out", () => {
  const payloads = { add: { empName: "a" }, modify: { code: "C1" } };
  const sent = Object.entries(payloads).map(([operation, payload]) => {
    const call = new Call(account, operation, payload);
    return [operation, call, call.step(0, "m1", 0)];
  });
  const unsent = new Call(account, "add", { empName: "a" });
  trap();
  for (const [operation, call, step] of sent) {
    assert.equal(step.type, "send");
    const error = thrownBy(() => call.replied("m1", 0, { status: 200, body: '{"return_code":0}' }));
    const { code, msgId, attempts, mayHaveBeenCarriedOut } = error;
    assert.equal(code, operation === "add" ? "uncertain" : "internal");
    assert.deepEqual([msgId, attempts, mayHaveBeenCarriedOut], ["m1", 1, true]);
    assert.equal(
      thrownBy(() => call.step(1, "m2", 0)),
      error,
    );
    assert.equal(call.isInDoubt, false);
  }
  assert.equal(thrownBy(() => unsent.step(0, "m1", 0)).code, "internal");
});

test("adds in flight when another call traps are in doubt, with and without a code", async () => {
  const told = [];
  let traps = 0;
  const fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (traps === 0) trap();
    traps += 1;
    return new Response('{"return_code":"0","response_data":"7"}');
  };
  const leads = new QinceLeads({ ...SECRETS, fetch, onUncertain: (error) => told.push(error) });
  const adds = [{ empName: "a", code: "C1" }, { empName: "b" }, { empName: "c", code: "C3" }];
  const errors = await Promise.all(adds.map((add) => rejectionOf(leads.add(add))));
  for (const [i, error] of errors.entries()) {
    assert.deepEqual([error.code, error.cause.code], ["uncertain", "internal"]);
    assert.equal(error.leadCode, adds[i].code);
    assert.ok(told.includes(error));
  }
  assert.equal(traps, 3);
});
