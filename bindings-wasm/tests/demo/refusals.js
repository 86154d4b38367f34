// What is refused: by the core, before anything is sent, and by the service.

import assert from "node:assert/strict";

import { isQinceError } from "qince-leads";

import * as screen from "./screen.js";

export async function showInvalid(stage) {
  const lead = {
    cus_name: "客".repeat(101),
    mobile_repeat: "2",
    exts: [{ salesleads_ext_value: "没有key" }],
  };
  screen.line("add", "given", JSON.stringify(lead));
  const before = (await stage.sandbox.faults()).requests;
  const error = await stage.leads.add(lead).catch((error) => error);
  assert.ok(isQinceError(error, "invalid_payload"), "the payload was not refused");
  for (const [i, { message }] of error.violations.entries()) screen.line("", String(i + 1), message);
  assert.equal(error.violations.length, 4, `${error.violations.length} violations were reported`);
  assert.equal(stage.attempts().length, 0, "the observer saw an attempt");
  assert.equal((await stage.sandbox.faults()).requests, before, "a request was sent");
  screen.ok("all four at once, and no request came to the sandbox");
}

export async function showRejected(stage) {
  const lead = { cus_name: "示例公司", empName: "负责人", code: "P1" };
  const { error } = await stage.show("add", lead, () => "accepted");
  assert.ok(isQinceError(error, "rejected"), "the service did not refuse");
  assert.equal(error.returnCode, "1", `the service's code is ${error.returnCode}`);
  assert.equal((await stage.sandbox.leadsWithCode("P1")).length, 1, "the code was given twice");
  screen.ok("not sent again, and still one lead has the code");
}
