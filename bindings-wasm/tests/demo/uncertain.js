// An add is carried out, but its reply never comes.

import assert from "node:assert/strict";

import * as screen from "./screen.js";

const CODE = "D1";

export async function show(stage) {
  await stage.sandbox.planFaults({ next: ["drop_after"] });
  const receipt = await stage.leads.add({ cus_name: "示例公司", empName: "负责人", code: CODE });
  await stage.sandbox.planFaults({});

  const attempts = stage.attempts();
  for (const attempt of attempts) {
    const { operation, status, outcome, durationMs } = attempt;
    screen.line(operation, "sent", stage.path(attempt));
    const came = status === undefined ? "the connection was closed without a reply" : `HTTP ${status}`;
    screen.line("", "came", `${came} in ${durationMs} ms: ${outcome}`);
  }
  const seen = attempts.map(({ operation, outcome }) => `${operation} ${outcome}`);
  assert.deepEqual(seen, ["add unknown", "query ok"], `the attempts were ${seen}`);

  const stored = await stage.sandbox.leadsWithCode(CODE);
  assert.equal(stored.length, 1, `${stored.length} leads have the code ${CODE}`);
  assert.equal(receipt.id, stored[0].id, "the query found another lead");
  assert.ok(receipt.settled, "the receipt does not say that a query found the lead");
  screen.ok(`found by its code ${CODE}: id ${receipt.id}, the only lead that has it`);
}
