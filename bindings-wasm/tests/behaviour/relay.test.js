// What a server does for an app without a key: it signs what the core wrote, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account, Call, Relayed } from "qince-leads";

import { account, OK, SECRETS, thrownBy } from "./support.js";

const RELAY = "https://crm.example.com/qince";
const PATH = "salesleads/v1/addSalesLeads/m%2F1";

test("what an app sends through its relay arrives as if the server had sent it", () => {
  const app = new Call(new Account({ relayUrl: RELAY }), "add", { cus_name: "a", empName: "b" });
  const { request } = app.step(0, "m1", 0);
  const path = request.url.slice(`${RELAY}/`.length);
  const relayed = Relayed.read(path, request.body, ["add", "query"]);
  assert.deepEqual([relayed.operation, relayed.msgId, relayed.payload], ["add", "m1", request.body]);
  const stamp = { nowMs: 1617206400000, timestampForm: "compact" };
  const signed = relayed.sign(account(), stamp);
  const expected = account().sign("add", { cus_name: "a", empName: "b" }, { ...stamp, msgId: "m1" });
  assert.deepEqual([signed.url, signed.body], [expected.url, expected.body]);
  app.replied("m1", 5, OK);
  assert.equal(app.step(5, "m2", 0).result.id, "7");
});

test("the text that came is written anew, and its numbers keep their digits", () => {
  const body = '{ "code" : "c", "exts": {"n": 1.10, "big": 12345678901234567890} }';
  const relayed = Relayed.read("salesleads/v1/modifySalesLeads/m1", body, ["modify"]);
  const written = '{"code":"c","exts":{"n":1.10,"big":12345678901234567890}}';
  assert.equal(relayed.sign(account()).body, written);
});

test("an operation that is not allowed is forbidden, and named", () => {
  for (const allow of [[], ["query", "other"]]) {
    const error = thrownBy(() => Relayed.read(PATH, "{}", allow));
    assert.deepEqual([error.code, error.operation], ["forbidden", "add"]);
  }
  assert.equal(thrownBy(() => Relayed.read(PATH, "{}", ["add_apaas"])).code, "invalid_payload");
});

test("what is no request of an app is malformed, and a faulty payload refused", () => {
  for (const path of ["", "m1", "salesleads/v1/m1", "salesleads/v2/addSalesLeads/m1", undefined, 5]) {
    assert.equal(thrownBy(() => Relayed.read(path, "{}", ["add"])).code, "malformed", String(path));
  }
  for (const body of ["", "[]", '{"cus_nam":"a"}', undefined]) {
    assert.equal(thrownBy(() => Relayed.read(PATH, body, ["add"])).code, "invalid_payload", String(body));
  }
  const relayed = Relayed.read(PATH, '{"empName":"a"}', ["add"]);
  assert.equal(relayed.msgId, "m/1");
  assert.equal(thrownBy(() => relayed.sign(account(), { nowMs: -1 })).code, "invalid_stamp");
  assert.ok(!relayed.sign(new Account(SECRETS)).body.includes(SECRETS.appKey));
});
