// Pushes: verified by the bytes that came, and by nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

import { acknowledge, refuse, verifyPush } from "qince-leads";
import { signPush } from "qince-leads/testing";

import { push, SECRETS, thrownBy } from "./support.js";

const ANY = { secrets: SECRETS.pushSecret, maxAgeMs: null };
const followUp = { lead_code: "D1", lead_name: "示例公司", ext_new: true, rank: 3, more: { a: 1 } };

test("text, bytes and buffers are verified alike, also those of another realm", () => {
  const body = push(followUp);
  const bytes = new TextEncoder().encode(body);
  const foreign = runInNewContext("Uint8Array").from([32, ...bytes]);
  const part = new Uint8Array([32, ...bytes]).subarray(1);
  const expected = verifyPush(body, ANY);
  const forms = [bytes, bytes.buffer, Buffer.from(body), part, foreign.subarray(1), foreign.slice(1).buffer];
  for (const form of forms) assert.deepEqual(verifyPush(form, ANY), expected);
});

test("a follow-up is told apart from other pushes, its unknown members in extra", () => {
  const event = verifyPush(push(followUp), ANY);
  assert.deepEqual(event, {
    type: "follow_up",
    msgId: "m1",
    dataType: "salesLeads_follow",
    timestampMs: 1000,
    redelivery: false,
    data: {
      lead_code: "D1",
      lead_name: "示例公司",
      extra: { ext_new: "true", rank: "3", more: { a: 1 } },
    },
  });
  assert.deepEqual(structuredClone(event), event);
  assert.equal(Object.getPrototypeOf(event.data), Object.prototype);
  assert.equal(verifyPush(push({ lead_code: "D1" }), ANY).data.extra, undefined);
});

test("another push holds its data as it came", () => {
  const data = '{"n":[12345678901234567890,1.5,null],"__proto__":{"a":1}}';
  const event = verifyPush(push(data, { dataType: "another" }), ANY);
  assert.deepEqual([event.type, event.dataType], ["other", "another"]);
  assert.deepEqual(event.data.n, [12345678901234567890n, 1.5, null]);
  assert.ok(Object.hasOwn(event.data, "__proto__"));
});

test("a push with a long text beside a long number is read", () => {
  const data = { text: "x".repeat(10_000_000), number: "1234567890123456" };
  assert.equal(verifyPush(push(data), ANY).data.extra.text.length, data.text.length);
});

test("a push that a test signs is verified, with all that was given", () => {
  const given = {
    msgId: "m 1&2",
    data: { lead_code: "D1", activity_content: "电话 100% & 更多" },
    timestampMs: 5,
    redelivery: true,
    dataId: "d",
    dataVersion: "001",
    dataSource: "biz",
    statusTime: "2026-01-01 00:00:00",
    tenantId: "t",
  };
  const event = verifyPush(signPush(given, SECRETS.pushSecret), ANY);
  assert.deepEqual(event, { ...given, type: "follow_up", dataType: "salesLeads_follow" });
  const other = signPush({ msgId: "m1", data: "[1.10]", dataType: "another" }, SECRETS.pushSecret);
  const { data, dataType, redelivery, timestampMs, dataId } = verifyPush(other, ANY);
  assert.deepEqual([data, dataType, redelivery, dataId], [[1.1], "another", false, undefined]);
  assert.ok(Math.abs(timestampMs - Date.now()) < 60_000);
  assert.equal(thrownBy(() => verifyPush(signPush(given, "another"), ANY)).code, "bad_signature");
});

test("a member of another shape is kept, and listed among the follow-up's faults", () => {
  const { data } = verifyPush(push({ lead_code: "D1", location: [1, 2] }), ANY);
  assert.deepEqual(data, {
    lead_code: "D1",
    extra: { location: [1, 2] },
    faults: [{ path: "location", expected: "text" }],
  });
});

test("any of several secrets may have signed", () => {
  const body = push(followUp);
  for (const secrets of [["old", SECRETS.pushSecret], [SECRETS.pushSecret, "old"], [SECRETS.pushSecret]]) {
    assert.equal(verifyPush(body, { secrets, maxAgeMs: null }).msgId, "m1");
  }
  assert.equal(
    thrownBy(() => verifyPush(body, { secrets: ["old", "new"], maxAgeMs: null })).code,
    "bad_signature",
  );
});

test("a receiver without a secret is a mistake of configuration", () => {
  for (const secrets of ["", [""], []]) {
    for (const secret of ["", SECRETS.pushSecret]) {
      const error = thrownBy(() => verifyPush(push(followUp, { secret }), { secrets, maxAgeMs: null }));
      assert.equal(error.code, "invalid_account");
      assert.match(error.message, /push secret/);
    }
  }
});

test("secrets that are no text are refused", () => {
  for (const secrets of [undefined, null, 5, {}, [5], ["a", undefined], Symbol("s"), [["a", 5]]]) {
    assert.equal(thrownBy(() => verifyPush(push({}), { secrets, maxAgeMs: null })).code, "invalid_account");
  }
  for (const options of [undefined, null, {}]) {
    assert.equal(thrownBy(() => verifyPush(push({}), options)).code, "invalid_account");
  }
});

test("a push is stale in either direction, and not at the limit", () => {
  const body = push(followUp, { timestamp: "100000" });
  const at = (nowMs, maxAgeMs) => verifyPush(body, { ...ANY, nowMs, maxAgeMs });
  for (const nowMs of [95_000, 100_000, 105_000]) assert.equal(at(nowMs, 5000).msgId, "m1");
  for (const nowMs of [94_999, 105_001]) {
    const { code, ageMs, maxAgeMs } = thrownBy(() => at(nowMs, 5000));
    assert.deepEqual([code, ageMs, maxAgeMs], ["stale", 5001, 5000]);
  }
  assert.equal(at(0, null).msgId, "m1");
  assert.equal(at(0, Infinity).msgId, "m1");
  assert.equal(at(100_000, 0).msgId, "m1");
  assert.equal(
    verifyPush(push({}, { timestamp: String(Date.now()) }), { ...ANY, maxAgeMs: 60_000 }).msgId,
    "m1",
  );
  assert.equal(thrownBy(() => verifyPush(body, { ...ANY, maxAgeMs: 60_000 })).code, "stale");
});

test("an age that is none is refused, so that none is forgotten", () => {
  for (const maxAgeMs of [undefined, -1, NaN, "5", {}, 5n]) {
    assert.equal(thrownBy(() => verifyPush(push({}), { ...ANY, maxAgeMs })).code, "invalid_stamp");
  }
});

test("a time that a number cannot hold does not change the type of the event's time", () => {
  const event = verifyPush(push({}, { timestamp: "9223372036854775807" }), ANY);
  assert.equal(typeof event.timestampMs, "number");
});

test("a body that was parsed is refused with a hint", () => {
  const bodies = [
    { msgId: "m" },
    new URLSearchParams("a=b"),
    new Map(),
    [],
    new DataView(new ArrayBuffer(1)),
  ];
  for (const body of bodies) {
    const error = thrownBy(() => verifyPush(body, ANY));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /rawBody: text or bytes are needed.*an object that a body parser made/);
  }
  const event = { headers: {}, body: "bXNnSWQ9bTE=", isBase64Encoded: true };
  assert.match(thrownBy(() => verifyPush(event, ANY)).message, /the event of a function/);
  const request = new Request("https://example.com", { method: "POST", body: "a=b" });
  assert.match(thrownBy(() => verifyPush(request, ANY)).message, /a request: read its body first/);
  assert.match(thrownBy(() => verifyPush(5, ANY)).message, /and not number/);
});

test("a body that is not there, empty, JSON or base64 is named as such", () => {
  const wrong = [
    ["", /body: empty; hand over the raw body, before any body parser reads it/],
    [undefined, /body: empty/],
    [null, /body: empty/],
    [new Uint8Array(), /body: empty/],
    ['{"msgId":"m1"}', /body: JSON/],
    [Buffer.from(push({})).toString("base64"), /body: base64/],
  ];
  for (const [body, what] of wrong) {
    const error = thrownBy(() => verifyPush(body, ANY));
    assert.equal(error.code, "malformed");
    assert.match(error.message, what);
  }
});

test("what is no push is malformed, whoever signed it", () => {
  const whole = push(followUp);
  const wrong = [
    "",
    "a",
    "msgId=%zz",
    whole.replace("msgId", "msgid"),
    `${whole}&msgId=m2`,
    push("[1"),
    push("[]"),
  ];
  for (const body of wrong) assert.equal(thrownBy(() => verifyPush(body, ANY)).code, "malformed", body);
});

test("an event is acknowledged or refused by its message id alone", () => {
  const event = verifyPush(push(followUp), ANY);
  assert.equal(acknowledge(event), '{"return_code":0,"return_msg":"","msg_id":"m1"}');
  assert.deepEqual(JSON.parse(acknowledge({ msgId: '"\n线' })), {
    return_code: 0,
    return_msg: "",
    msg_id: '"\n线',
  });
  assert.deepEqual(JSON.parse(refuse(event, "稍后")), { return_code: 1, return_msg: "稍后", msg_id: "m1" });
});

test("what is no event can be neither acknowledged nor refused", () => {
  for (const event of [undefined, null, {}, { msgId: 5 }, "m1"]) {
    for (const answer of [acknowledge, refuse]) {
      const error = thrownBy(() => answer(event, "reason"));
      assert.equal(error.code, "malformed", error.message);
      assert.match(error.message, /an event with a msgId is needed/);
    }
  }
});
