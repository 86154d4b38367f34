// Accounts: what cannot be used is refused before anything is signed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account, QinceLeads } from "qince-leads";

import { SECRETS, thrownBy } from "./support.js";

function refusal(options) {
  const errors = [Account, QinceLeads].map((Type) => thrownBy(() => new Type(options)));
  for (const error of errors) assert.equal(error.code, "invalid_account", error.stack);
  assert.equal(errors[0].message, errors[1].message);
  return errors[0].message;
}

// What is not given is taken from there.
for (const name of ["QINCE_OPENID", "QINCE_APP_KEY", "QINCE_BASE_URL"]) delete process.env[name];

test("openid and app key must be text, and not empty", () => {
  for (const wrong of [undefined, null, "", 5, {}, [], Symbol("s"), () => "a"]) {
    assert.match(refusal({ ...SECRETS, openid: wrong }), /openid/);
    assert.match(refusal({ ...SECRETS, appKey: wrong }), /app_?key/i);
  }
  for (const options of [undefined, null, {}, "text", 5]) refusal(options);
});

test("the base URL must be absolute and safe", () => {
  const wrong = [
    "",
    " ",
    "openapi.qince.com",
    "/path",
    "http://example.com",
    "ftp://example.com",
    "https://",
    "https://a b",
    "https://user@example.com",
    "https://example.com?a=b",
    "https://example.com/#a",
    "https://a.b/x\ny",
    5,
    {},
    [],
  ];
  for (const baseUrl of wrong) assert.match(refusal({ ...SECRETS, baseUrl }), /base_?url/i);
});

test("a base URL keeps its path and loses its slash", () => {
  const baseUrl = (given) => new Account({ ...SECRETS, baseUrl: given }).baseUrl;
  assert.equal(baseUrl("https://example.com/a/b/"), "https://example.com/a/b");
  assert.equal(baseUrl("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  assert.equal(baseUrl("http://[::1]:1/"), "http://[::1]:1");
});

test("without a base URL the vendor's own is taken", () => {
  for (const baseUrl of [undefined, null]) {
    assert.equal(new Account({ ...SECRETS, baseUrl }).baseUrl, "https://openapi.waiqin365.com");
  }
});

test("a key that was pasted with its line break, or with spaces, is refused", () => {
  for (const wrong of ["key\n", " key", "a\tb"]) {
    assert.match(refusal({ ...SECRETS, appKey: wrong }), /app_key: begins or ends with white space/);
    assert.match(refusal({ ...SECRETS, openid: wrong }), /openid: begins or ends with white space/);
  }
});

test("an account without a key sends to its relay, unsigned", () => {
  const relayUrl = "https://crm.example.com/qince/";
  for (const account of [new Account({ relayUrl }), new QinceLeads({ relayUrl }).account]) {
    assert.equal(account.baseUrl, "https://crm.example.com/qince");
    const request = account.sign("add", { empName: "a" }, { nowMs: 0, msgId: "m1" });
    assert.equal(request.url, "https://crm.example.com/qince/salesleads/v1/addSalesLeads/m1");
    assert.equal(request.body, '{"empName":"a"}');
    assert.equal(request.redactedUrl, request.url);
  }
});

test("a relay must be absolute and safe, and has no key beside it", () => {
  for (const relayUrl of ["", "crm.example.com", "http://example.com", "https://a@b.c", 5]) {
    assert.match(refusal({ relayUrl }), /relay_?url/i);
  }
  assert.match(refusal({ ...SECRETS, relayUrl: "https://example.com" }), /relayUrl: .* no key/);
});

test("a client has the account that signs", () => {
  const { account } = new QinceLeads(SECRETS);
  assert.ok(account instanceof Account);
  assert.equal(account.sign("remove", { code: "c" }).operation, "remove");
});
