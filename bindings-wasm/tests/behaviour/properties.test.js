// What must hold for any input, seen on random ones that are the same in every run.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { isQinceError, Pages, read, verifyPush } from "qince-leads";

import { Random } from "./random.js";
import { account, OPERATIONS, push, SECRETS } from "./support.js";

const NAMES = [
  "empName",
  "code",
  "id",
  "cus_name",
  "exts",
  "extra",
  "mobile",
  "page",
  "sorts",
  "company_name",
];

/** What something comes to; what it throws must be an error of the package, and none of these codes. */
function settled(run, ...never) {
  try {
    return run();
  } catch (error) {
    assert.ok(isQinceError(error), error?.stack);
    assert.ok(!["internal", ...never].includes(error.code), error.stack);
    return undefined;
  }
}

function payload(random) {
  if (random.below(10) === 0) return random.json();
  return Object.fromEntries(random.list(6, () => [random.pick(NAMES), random.json(2)]));
}

test("any JSON as a payload ends in a signed request or in violations", () => {
  const random = new Random(1);
  const signer = account();
  let signed = 0;
  for (let i = 0; i < 5000; i++) {
    const [operation, given] = [random.pick(OPERATIONS), payload(random)];
    const request = settled(() => signer.sign(operation, given), "invalid_stamp");
    if (request === undefined) continue;
    signed += 1;
    const { url, body, timestamp } = request;
    const digest = createHash("md5").update(`${body}|${SECRETS.appKey}|${timestamp}`).digest("hex");
    assert.equal(url.split("/").at(-2), digest);
    assert.doesNotThrow(() => JSON.parse(body));
  }
  assert.ok(signed > 100, `${signed} were signed`);
});

test("JSON in an extension field arrives unchanged", () => {
  const random = new Random(2);
  const signer = account();
  for (let i = 0; i < 2000; i++) {
    const value = random.json();
    const { body } = signer.sign("modify", { code: "c", exts: { value } });
    const isShown = (_, part) => (typeof part === "bigint" ? Number(part) : part);
    assert.deepEqual(JSON.parse(body).exts.value, JSON.parse(JSON.stringify(value, isShown)));
  }
});

test("any damage to a reply ends in a result or in an error of reading", () => {
  const random = new Random(3);
  for (let i = 0; i < 5000; i++) {
    const data = random.json();
    const isShown = (_, part) => (typeof part === "bigint" ? `${part}` : part);
    const whole = JSON.stringify({ return_code: "0", response_data: [{ id: 1, x: data }, data] }, isShown);
    const at = random.below(whole.length);
    const body = whole.slice(0, at) + random.text() + whole.slice(at + random.below(3));
    const operation = random.pick(OPERATIONS);
    for (const form of [body, new TextEncoder().encode(body)]) {
      settled(() => read(operation, { status: 200, body: form }), "invalid_payload");
    }
  }
});

test("text and bytes of the same reply are read alike", () => {
  const random = new Random(4);
  for (let i = 0; i < 1000; i++) {
    const leads = random.list(3, () => ({
      code: random.text(),
      cus_name: random.text(),
      new: random.text(),
    }));
    const nested = random.below(2) === 0 ? leads : JSON.stringify(leads);
    const body = JSON.stringify({ return_code: "0", response_data: nested });
    const fromText = settled(() => read("query", { status: 200, body }));
    const fromBytes = settled(() => read("query", { status: 200, body: new TextEncoder().encode(body) }));
    assert.deepEqual(fromText, fromBytes);
    assert.deepEqual(
      fromText?.leads.map((lead) => lead.code),
      leads.map((lead) => lead.code),
    );
  }
});

test("any bytes as a reply end in a result or in an error of reading", () => {
  const random = new Random(5);
  for (let i = 0; i < 3000; i++) {
    const body = Uint8Array.from(random.list(60, () => random.below(256)));
    if (random.below(3) === 0) body.set([0x1f, 0x8b].slice(0, body.length));
    settled(() => read(random.pick(OPERATIONS), { status: random.below(1000), body }), "invalid_payload");
  }
});

test("any data that was signed ends in an event or is malformed", () => {
  const random = new Random(6);
  const options = { secrets: SECRETS.pushSecret, maxAgeMs: null };
  for (let i = 0; i < 2000; i++) {
    const isShown = (_, part) => (typeof part === "bigint" ? `${part}` : part);
    const data = JSON.stringify(random.json(), isShown).slice(
      0,
      random.below(3) === 0 ? random.below(20) : undefined,
    );
    const dataType = random.pick(["salesLeads_follow", "another"]);
    settled(() => verifyPush(push(data, { dataType }), options), "bad_signature", "stale");
  }
});

test("a changed push is never accepted", () => {
  const random = new Random(7);
  const whole = push({ lead_name: "示例公司" }, { timestamp: "1234567890123" });
  const event = verifyPush(whole, { secrets: SECRETS.pushSecret, maxAgeMs: null });
  for (let i = 0; i < 3000; i++) {
    const at = random.below(whole.length);
    const changed = whole.slice(0, at) + random.pick([..."a0=&%+"]) + whole.slice(at + 1);
    const accepted = settled(() => verifyPush(changed, { secrets: SECRETS.pushSecret, maxAgeMs: null }));
    if (accepted === undefined) continue;
    // Only what is not signed may differ.
    assert.deepEqual(accepted.data, accepted.type === "follow_up" ? event.data : { lead_name: "示例公司" });
    assert.equal(accepted.timestampMs, event.timestampMs);
  }
});

test("a scan over any pages ends", () => {
  const random = new Random(8);
  for (let i = 0; i < 500; i++) {
    const pages = new Pages("query", { code: "c" });
    let turned = 0;
    while (settled(() => pages.nextQuery()) !== undefined) {
      const page = random.list(3, () => (random.below(4) === 0 ? {} : { id: String(random.below(20)) }));
      const taken = settled(() => pages.take({ leads: page }), "invalid_payload");
      assert.ok(taken === undefined || taken.every((lead) => page.includes(lead)));
      turned += 1;
      assert.ok(turned < 1000);
    }
  }
});
