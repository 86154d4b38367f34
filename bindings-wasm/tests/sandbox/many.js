// Many adds by one call, and what is found by its code.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { client, Sandbox } from "./support.js";

const KINDS = ["drop_before", "drop_after", "error_500", "error_500_after", "truncated", "slow", "gzip"];

const sandbox = new Sandbox();

function* companies(count) {
  for (let i = 0; i < count; i++) yield { company_name: `公司 ${i}`, code: `M${i}` };
}

const idsByCode = (leads) => Object.fromEntries(leads.map(({ code, id }) => [code, id]));

describe("many", () => {
  beforeEach(() => sandbox.forget());

  test("of many leads under faults each is added once", async () => {
    await sandbox.planFaults({ rate: 0.3, seed: 5, slow_ms: 10, kinds: KINDS });
    const { leads, attempts } = client({ policy: { maxAttempts: 40, baseDelayMs: 2, maxDelayMs: 40 } });
    const added = [];
    for await (const { outcome, lead, receipt } of leads.addManyApaas(companies(200))) {
      assert.equal(outcome, "ok");
      added.push({ code: lead.code, id: receipt.id });
    }
    assert.equal(added.length, 200);
    const stored = await sandbox.leads();
    assert.equal(stored.length, 200);
    assert.deepEqual(idsByCode(added), idsByCode(stored));
    assert.ok(attempts.length > 240);
  });

  test("what was added, or is in doubt, is handed out or unread where the loop is left", async () => {
    await sandbox.planFaults({ rate: 1, kinds: ["slow"], slow_ms: 50 });
    const { leads } = client({ policy: { maxAttempts: 1 } });
    const many = leads.addManyApaas(companies(100), { atOnce: 8 });
    const seen = [];
    for await (const { lead } of many) {
      seen.push(lead.code);
      if (seen.length === 20) break;
    }
    seen.push(...many.unread.map(({ lead }) => lead.code));
    assert.equal(new Set(seen).size, seen.length);
    const stored = (await sandbox.leads()).map(({ code }) => code);
    assert.deepEqual(
      stored.filter((code) => !seen.includes(code)),
      [],
    );
    assert.ok(stored.length < 40);
  });

  test("a lead is found by its code in its family, and what is ensured twice existed the second time", async () => {
    await sandbox.createLeads({ count: 12, family: "classic", code_prefix: "L" });
    await sandbox.createLeads({ count: 1, family: "apaas", code_prefix: "A" });
    const { leads } = client();
    assert.equal((await leads.find("L1"))?.code, "L1");
    assert.equal(await leads.find("L13"), undefined);
    assert.equal((await leads.findApaas("A1"))?.code, "A1");
    assert.equal(await leads.findApaas("L1"), undefined);
    const receipts = [];
    for (const emp_name of ["a", "b"]) receipts.push(await leads.ensure({ empName: emp_name, code: "C1" }));
    assert.deepEqual(
      receipts.map(({ existed }) => Boolean(existed)),
      [false, true],
    );
    assert.equal(receipts[0].id, receipts[1].id);
    assert.deepEqual(
      (await sandbox.leadsWithCode("C1")).map(({ payload }) => payload.empName ?? payload.emp_name),
      ["a"],
    );
  });
});
