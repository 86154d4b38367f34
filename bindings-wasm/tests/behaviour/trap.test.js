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
    assert.equal(verifyPush(push({}), { secrets: SECRETS.pushSecret, maxAge: null }).msgId, "m1");
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
  const stale = [() => call.step(0, "m", 0), () => call.failed("m", 0, "unknown"), () => pages.nextQuery()];
  for (const use of stale) assert.equal(thrownBy(use).code, "internal");
  assert.equal(over.step(0, "m", 0), end);
  for (const other of others) assert.equal(other.step(0, "m", 0).type, "send");
  assert.equal(signed(), expected);
});

test("an account that was made before a trap signs after it", () => {
  const made = new Account({ ...SECRETS, baseUrl: "https://example.com/a/" });
  trap();
  assert.match(made.sign("remove", { code: "c" }).url, /^https:\/\/example\.com\/a\/api\//);
});

test("an add in flight when another call traps is never said to have failed for sure", async () => {
  let traps = 0;
  const fetch = async () => {
    trap();
    traps += 1;
    return new Response('{"return_code":"0","response_data":"7"}');
  };
  const leads = new QinceLeads({ ...SECRETS, fetch });
  const error = await rejectionOf(leads.add({ empName: "a", code: "C1" }));
  assert.ok(["internal", "uncertain"].includes(error.code), error.stack);
  assert.equal(traps, 1);
});
