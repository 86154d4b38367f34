// The seven operations, with the vendor's own samples and in every form in which the service replies.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";

import { Account, QinceLeads } from "qince-leads";

import { client, environment, Sandbox } from "./support.js";

const sandbox = new Sandbox();

function sample(name) {
  return JSON.parse(readFileSync(new URL(`../../../tests/samples/${name}.json`, import.meta.url), "utf8"));
}

async function stored(id) {
  const found = (await sandbox.leads()).find((lead) => lead.id === id);
  assert.ok(found, `the sandbox has no lead ${id}`);
  return found;
}

describe("operations", () => {
  beforeEach(() => sandbox.forget());

  test("a classic lead is added, modified, found and removed, word for word", async () => {
    const { leads } = client();
    const { id } = await leads.add(sample("add"));
    const signer = new Account(environment().account);
    const sent = (operation, payload) => signer.sign(operation, payload).body;
    assert.equal((await stored(id)).writes.at(-1).body, sent("add", sample("add")));

    const change = { ...sample("modify"), id };
    await leads.modify(change);
    assert.equal((await stored(id)).writes.at(-1).body, sent("modify", change));

    const found = await leads.query({ code: change.code }).toArray();
    assert.deepEqual(
      found.map((lead) => [lead.id, lead.mark_addr]),
      [[id, change.mark_addr]],
    );
    assert.deepEqual(await leads.query(sample("query")).toArray(), []);

    await leads.remove({ id });
    assert.equal((await stored(id)).removed, true);
    assert.deepEqual(await leads.query({ code: change.code }).toArray(), []);
  });

  test("an aPaaS lead is added, modified, found and removed, word for word", async () => {
    const { leads } = client();
    const { id } = await leads.addApaas(sample("add_apaas"));
    const change = { ...sample("modify_apaas"), id: BigInt(id) };
    await leads.modifyApaas(change);
    const body = new Account(environment().account).sign("modifyApaas", change).body;
    assert.equal((await stored(id)).writes.at(-1).body, body);
    assert.ok(body.startsWith(`{"id":${id},`));

    const [found, ...others] = await leads.queryApaas({ id }).toArray();
    assert.deepEqual([found.id, found.company_name, others], [id, change.company_name, []]);
    assert.equal(typeof found.mobile.phone, "string");
    await leads.remove({ id });
    assert.equal((await stored(id)).removed, true);
  });

  test("a code that exists is refused by the service", async () => {
    const { leads, attempts } = client();
    await leads.add({ empName: "a", code: "C1" });
    await assert.rejects(leads.add({ empName: "a", code: "C1" }), { code: "rejected", returnCode: "1" });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ["ok", "rejected"],
    );
    assert.equal((await sandbox.leads()).length, 1);
  });

  test("a wrong app key is refused, and not said by the error", async () => {
    const { openid, baseUrl } = environment().account;
    const leads = new QinceLeads({ openid, baseUrl, appKey: "wrong-key-1" });
    const error = await leads.add({ empName: "a" }).then(
      () => assert.fail("accepted"),
      (error) => error,
    );
    assert.equal(error.code, "rejected");
    assert.ok(!`${error.stack}`.includes("wrong-key-1"));
  });

  test("timestamps are accepted in both forms", async () => {
    for (const timestampForm of ["epoch_ms", "compact"]) {
      const { leads } = client({ timestampForm });
      assert.ok((await leads.add({ empName: "a", code: timestampForm })).id);
    }
  });

  test("every form of replies is read alike", async () => {
    await sandbox.createLeads({ count: 25, family: "classic", code_prefix: "L", create_date: "2026-01-01" });
    await sandbox.createLeads({ count: 25, family: "apaas", code_prefix: "A", create_date: "2026-01-01" });
    const ask = async () => {
      const { leads } = client();
      const classic = await leads.query({ create_time_start: "2026-01-01", pageSize: 10 }).toArray();
      const apaas = await leads.queryApaas({ query_group: group(), pageSize: 10 }).toArray();
      return { classic, apaas };
    };
    const expected = await ask();
    assert.deepEqual([expected.classic.length, expected.apaas.length], [25, 25]);
    const forms = ["text", "array", "rows", "list", "data"].map((form) => ({ response_data: form }));
    const others = [
      { return_code: "number" },
      { ids: "number" },
      { gzip: true },
      { bom: true },
      { page_cap: 7 },
      { response_data: "list", return_code: "number", ids: "number", gzip: true, bom: true, page_cap: 4 },
    ];
    for (const quirks of [...forms, ...others]) {
      await sandbox.quirks(quirks);
      assert.deepEqual(await ask(), expected, JSON.stringify(quirks));
      const { leads } = client();
      const code = `Q${JSON.stringify(quirks).length}${Object.values(quirks).join("")}`;
      const { id } = await leads.add({ empName: "a", code });
      assert.deepEqual(
        (await sandbox.leadsWithCode(code)).map((lead) => lead.id),
        [id],
      );
      await leads.remove({ id });
    }
  });

  test("two thousand adds without a code, all at once and by defaults, are carried out, each once", async () => {
    const leads = new QinceLeads(environment().account);
    const names = Array.from({ length: 2000 }, (_, i) => `公司${i}`);
    const receipts = await Promise.all(names.map((cus_name) => leads.add({ empName: "负责人", cus_name })));
    assert.equal(new Set(receipts.map(({ id }) => id)).size, 2000);
    const stored = await sandbox.leads();
    assert.deepEqual(stored.map(({ payload }) => payload.cus_name).sort(), names.sort());
  });
});

/** A condition that every lead meets. */
function group() {
  const filters = [{ field_key: "create_time", operator: "GE", field_values: ["0"] }];
  return [{ connector: "AND", filters }];
}
