// A service that misbehaves: nothing is lost, and nothing doubled.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { isQinceError } from "qince-leads";

import { client, Sandbox } from "./support.js";

const ADDS = 300;
const AT_ONCE = 10;
const KINDS = [
  "drop_before",
  "drop_after",
  "error_500",
  "error_500_after",
  "bad_gateway",
  "truncated",
  "slow",
  "gzip",
];

const sandbox = new Sandbox();
const lead = (code) => ({ empName: "负责人", cus_name: "示例公司", code });

/** Calls for each of the elements, some of them at once. */
async function forEach(elements, run) {
  const waiting = [...elements];
  const work = async () => {
    while (waiting.length > 0) await run(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

describe("faults", () => {
  beforeEach(() => sandbox.forget());

  for (const kind of [...KINDS, "too_many"]) {
    test(`an add that meets ${kind} is carried out once`, async () => {
      const { leads } = client();
      await sandbox.planFaults({ next: [kind], slow_ms: 50 });
      const { id } = await leads.add(lead("C1"));
      assert.deepEqual(
        (await sandbox.leads()).map((stored) => stored.id),
        [id],
      );
      await sandbox.planFaults({ next: [kind], slow_ms: 50 });
      await leads.modify({ code: "C1", cus_name: "另一公司" });
      await sandbox.planFaults({ next: [kind], slow_ms: 50 });
      assert.deepEqual(
        (await leads.query({ code: "C1" }).toArray()).map(({ cus_name }) => cus_name),
        ["另一公司"],
      );
    });
  }

  test("an add whose reply is lost is settled by a query, and not sent again", async () => {
    const { leads, attempts } = client();
    await sandbox.planFaults({ next: ["drop_after"] });
    await leads.add(lead("C1"));
    const outcomes = attempts.map(({ operation, outcome }) => `${operation} ${outcome}`);
    assert.deepEqual(outcomes, ["add unknown", "query ok"]);
  });

  test("an add without a code whose reply is lost is uncertain", async () => {
    const { leads, attempts } = client();
    await sandbox.planFaults({ next: ["drop_after"] });
    await assert.rejects(leads.add({ empName: "a" }), { code: "uncertain" });
    assert.equal(attempts.length, 1);
    assert.equal((await sandbox.leads()).length, 1);
  });

  test("an add that comes too late for its time-out is settled", async () => {
    const { leads, attempts } = client({ timeoutMs: 300 });
    await sandbox.planFaults({ next: ["slow"], slow_ms: 1000 });
    const { id } = await leads.add(lead("C1"));
    assert.deepEqual(
      (await sandbox.leads()).map((stored) => stored.id),
      [id],
    );
    assert.equal(attempts[0].outcome, "unknown");
  });

  test("an add that is carried out only after it was sent again is added once", async () => {
    const { leads } = client({ timeoutMs: 100, policy: { maxAttempts: 4, baseDelayMs: 2 } });
    await sandbox.planFaults({ next: ["late"], slow_ms: 600 });
    const { id } = await leads.add(lead("C1"));
    while ((await sandbox.faults()).held_back > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      (await sandbox.leads()).map((stored) => stored.id),
      [id],
    );
  });

  test("an add that is given up may have been carried out, and says so", async () => {
    const { leads } = client();
    await sandbox.planFaults({ next: ["slow"], slow_ms: 400 });
    const signal = AbortSignal.timeout(200);
    await assert.rejects(leads.add(lead("C1"), { signal }), (error) => {
      assert.equal(error.code, "uncertain");
      assert.equal(error.cause, signal.reason);
      return true;
    });
  });

  for (const [family, method] of [
    ["classic", "add"],
    ["apaas", "addApaas"],
  ]) {
    test(`of ${ADDS} ${family} adds under random faults none is lost and none doubled`, async () => {
      const { leads, attempts } = client();
      await sandbox.planFaults({ rate: 0.3, seed: 7, kinds: KINDS, slow_ms: 20 });
      const ids = new Map();
      const codes = Array.from({ length: ADDS }, (_, i) => `F${i}`);
      const payload = (code) => (method === "add" ? lead(code) : { company_name: "示例公司", code });
      const uncertain = [];
      await forEach(codes, async (code) => {
        try {
          ids.set(code, (await leads[method](payload(code))).id);
        } catch (error) {
          assert.ok(isQinceError(error, "uncertain"), error.stack);
          uncertain.push(code);
        }
      });
      const { faults } = await sandbox.planFaults({});
      const met = Object.values(faults).reduce((sum, count) => sum + count, 0);
      assert.ok(met > ADDS / 5, `${met} faults`);
      assert.ok(attempts.length > ADDS);
      const stored = await sandbox.leads();
      assert.deepEqual(uncertain, []);
      assert.deepEqual(stored.map(({ code }) => code).sort(), [...codes].sort());
      for (const { code, id } of stored) assert.equal(ids.get(code), id);
    });
  }

  test("a scan under faults hands out each lead once", async () => {
    await sandbox.createLeads({
      count: 1000,
      family: "classic",
      code_prefix: "L",
      create_date: "2026-01-01",
    });
    await sandbox.quirks({ page_cap: 40 });
    const expected = (await sandbox.leads()).map(({ id }) => id).sort();
    await sandbox.planFaults({ rate: 0.3, seed: 11, kinds: KINDS, slow_ms: 20 });
    const { leads, attempts } = client();
    const ids = [];
    for await (const found of leads.query({ create_time_start: "2026-01-01" })) ids.push(found.id);
    assert.deepEqual(ids.sort(), expected);
    assert.ok(attempts.length > 27);
  });

  test("modifications and removals under faults are all carried out", async () => {
    await sandbox.createLeads({ count: 60, family: "classic", code_prefix: "L", create_date: "2026-01-01" });
    await sandbox.planFaults({ rate: 0.3, seed: 13, kinds: KINDS, slow_ms: 20, operations: ["modify"] });
    const before = await sandbox.leads();
    const { leads } = client();
    await forEach(before, async ({ id }) => {
      await leads.modify({ id, cus_name: `N${id}` });
      await leads.remove({ id });
    });
    for (const { id, payload, removed } of await sandbox.leads()) {
      assert.deepEqual([payload.cus_name, removed], [`N${id}`, true]);
    }
  });

  test("a service that is always busy ends in the last failure, and nothing is added", async () => {
    const { leads, attempts } = client({ policy: { maxAttempts: 2 } });
    await sandbox.planFaults({ rate: 1, kinds: ["too_many"] });
    await assert.rejects(leads.add(lead("C1")), { code: "http_status", status: 429 });
    assert.equal(attempts.length, 2);
    assert.deepEqual(await sandbox.leads(), []);
  });
});
