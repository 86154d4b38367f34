// Replies: what was sent is read whole, as plain objects; all else ends in a typed error.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { deflateSync, gzipSync } from "node:zlib";

import { Account, read, toJson } from "qince-leads";

import { OPERATIONS, rows, SECRETS, thrownBy } from "./support.js";

const bytes = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder().decode(bytes);
const sample = (name) =>
  JSON.parse(readFileSync(new URL(`../../../tests/samples/${name}`, import.meta.url), "utf8"));

test("what is no reply is malformed, and says what is missing", () => {
  const wrong = [
    undefined,
    null,
    5,
    "text",
    {},
    { status: 200 },
    { body: "" },
    { status: "200", body: "" },
    { status: 200.5, body: "" },
    { status: -1, body: "" },
    { status: 1000, body: "" },
    { status: NaN, body: "" },
    ...[null, 5, {}, [], new DataView(new ArrayBuffer(2)), new Uint16Array(2), Symbol("s")].map((body) => ({
      status: 200,
      body,
    })),
  ];
  for (const reply of wrong) {
    for (const operation of OPERATIONS) {
      const error = thrownBy(() => read(operation, reply));
      assert.equal(error.code, "malformed");
      assert.match(error.message, /HTTP status|neither text nor bytes/);
    }
  }
});

test("text, bytes, gzip and a byte order mark say the same", () => {
  const { body } = rows({ id: "1", cus_name: "示例😀公司", new: "新" }, { id: "2" });
  const text = `${body}`;
  const nested = JSON.stringify({
    return_code: "0",
    response_data: JSON.stringify(JSON.parse(text).response_data),
  });
  const expected = [{ id: "1", cus_name: "示例😀公司", extra: { new: "新" } }, { id: "2" }];
  for (const whole of [text, nested]) {
    const marked = `\ufeff${whole}`;
    const behind = Uint8Array.from([1, 2, 3, ...bytes(marked)]).subarray(3);
    const forms = [
      whole,
      marked,
      bytes(whole),
      bytes(marked),
      Buffer.from(whole),
      Uint8Array.from(bytes(whole)).buffer,
      runInNewContext("Uint8Array").from(bytes(whole)),
      gzipSync(whole),
      gzipSync(marked),
      behind,
    ];
    for (const form of forms) {
      assert.deepEqual(read("query", { status: 200, body: form }).leads, expected);
    }
  }
});

test("what was compressed otherwise or broken off is malformed", () => {
  const { body } = rows({ id: "1" });
  const zipped = gzipSync(body);
  for (const broken of [
    deflateSync(body),
    zipped.subarray(0, 15),
    Buffer.from([0x1f, 0x8b]),
    bytes(body).slice(0, 9),
  ]) {
    assert.equal(thrownBy(() => read("query", { status: 200, body: broken })).code, "malformed");
  }
  const invalid = Buffer.concat([
    Buffer.from('{"return_code":"0","a":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);
  assert.equal(thrownBy(() => read("query", { status: 200, body: invalid })).code, "malformed");
});

test("a small body cannot unfold without bound", () => {
  const bomb = gzipSync(Buffer.alloc(65 * 2 ** 20));
  const error = thrownBy(() => read("query", { status: 200, body: bomb }));
  assert.equal(error.reason, "gzip that unfolds to more than 67108864 bytes");
});

test("integers in unknown members keep every digit", () => {
  const body =
    '{"return_code":"0","response_data":[{"id":12345678901234567890,"n":[98765432109876543210,-0.5,7]}]}';
  for (const form of [body, bytes(body)]) {
    const [lead] = read("query", { status: 200, body: form }).leads;
    assert.deepEqual(lead, { id: "12345678901234567890", extra: { n: [98765432109876543210n, -0.5, 7] } });
  }
});

test("long texts beside long numbers are read", () => {
  const long = "x".repeat(10_000_000);
  for (const text of [long, '"'.repeat(3_000_000)]) {
    const [lead] = read("query", rows({ new: { text, number: "1234567890123456" } })).leads;
    assert.equal(lead.extra.new.text.length, text.length);
  }
});

test("records are plain objects without a member for what is absent", () => {
  const lead = { id: "1", labels: [{ name: "重复" }], exts: [{ ext_key: "k" }], new: { a: [1] } };
  const apaas = {
    id: "2",
    mobile: { phone: "1" },
    owner: { name: "a" },
    card_photo: [{ url: "u" }],
    exts: { e: null },
  };
  for (const [operation, row] of [
    ["query", lead],
    ["queryApaas", apaas],
  ]) {
    const [record] = read(operation, rows(row)).leads;
    assertPlain(record);
    const { new: unknown, ...known } = row;
    assert.deepEqual(record, unknown === undefined ? known : { ...known, extra: { new: unknown } });
    assert.deepEqual(structuredClone(record), record);
    assert.deepEqual(JSON.parse(JSON.stringify(record)), record);
    assert.deepEqual({ ...record }, record);
  }
});

function assertPlain(value) {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) assert.equal(Object.getPrototypeOf(value), Object.prototype);
  for (const name of Object.getOwnPropertyNames(value)) {
    if (Array.isArray(value) && name === "length") continue;
    const {
      value: member,
      configurable,
      enumerable,
      writable,
    } = Object.getOwnPropertyDescriptor(value, name);
    assert.deepEqual([configurable, enumerable, writable], [true, true, true]);
    assert.notEqual(member, undefined);
    assertPlain(member);
  }
}

test("the vendor's samples are read whole", () => {
  for (const [operation, name] of [
    ["query", "lead.json"],
    ["queryApaas", "apaas_lead.json"],
  ]) {
    const [record] = read(operation, rows(sample(name))).leads;
    assert.ok(Object.keys(record).length > 20);
    assertPlain(record);
  }
});

test("unknown members called __proto__ or constructor harm nothing", () => {
  const body =
    '{"return_code":"0","response_data":[{"__proto__":{"a":1},"constructor":2,"b":{"__proto__":3}}]}';
  const [lead] = read("query", { status: 200, body }).leads;
  assert.deepEqual(Object.keys(lead.extra), ["__proto__", "constructor", "b"]);
  assert.ok(Object.hasOwn(lead.extra.b, "__proto__"));
  assert.equal(Object.getPrototypeOf(lead.extra), Object.prototype);
  assert.equal({}.a, undefined);
});

test("rows that are read twice share nothing", () => {
  const reply = rows({ labels: [{ name: "a" }], new: [1] });
  const [first, second] = [1, 2].map(() => read("query", reply).leads[0]);
  first.labels[0].name = "b";
  first.extra.new.push(2);
  assert.deepEqual(second, { labels: [{ name: "a" }], extra: { new: [1] } });
});

test("a write comes to a receipt", () => {
  const receipt = (data) => read("add", { status: 200, body: JSON.stringify({ return_code: 0, ...data }) });
  assert.deepEqual(receipt({ msg_id: "m", response_data: "7" }), { msgId: "m", id: "7", settled: false });
  const data = { id: 7, more: [1] };
  assert.deepEqual(receipt({ response_data: data }), { id: "7", data, settled: false });
  assert.deepEqual(receipt({}), { settled: false });
  assert.equal(Object.getPrototypeOf(receipt({})), Object.prototype);
});

test("a refusal, another status and broken data end in errors of their own", () => {
  const rejected = thrownBy(() => {
    read("add", { status: 500, body: '{"return_code":1,"return_msg":"编码已存在","msg_id":"m"}' });
  });
  const { code, returnCode, returnMsg, echoedMsgId, message } = rejected;
  assert.deepEqual([code, returnCode, returnMsg, echoedMsgId], ["rejected", "1", "编码已存在", "m"]);
  assert.equal(message, "rejected with code 1: 编码已存在");
  const failed = thrownBy(() => read("add", { status: 502, body: "<html>" }));
  assert.deepEqual([failed.code, failed.status, text(failed.body)], ["http_status", 502, "<html>"]);
  const broken = '{"return_code":0,"response_data":7}';
  const { reason, body } = thrownBy(() => read("query", { status: 200, body: broken }));
  assert.match(reason, /a list of records/);
  assert.equal(text(body), broken);
});

test("a member of another shape costs no page: it is kept as it came, and listed", () => {
  const reply = rows({ id: "1" }, 7, { id: "2", linkman: ["张三"], labels: [{ name: "a" }, { color: {} }] });
  const { leads, faults, msgId } = read("query", { ...reply, body: `\n${reply.body}` });
  assert.deepEqual(faults, [
    { path: "[1]", expected: "an object" },
    { path: "[2].linkman", expected: "text" },
    { path: "[2].labels[1].color", expected: "text" },
  ]);
  assert.deepEqual(leads[0], { id: "1" });
  const [, { faults: own, extra, ...known }] = leads;
  assert.deepEqual(
    own.map(({ path }) => path),
    ["linkman", "labels[1].color"],
  );
  assert.deepEqual([extra, msgId], [{ linkman: ["张三"] }, undefined]);
  assert.deepEqual(known, { id: "2", labels: [{ name: "a" }, { extra: { color: {} } }] });
});

test("a page says which request it answers", () => {
  const body = '{"return_code":"0","msg_id":"m1","response_data":[]}';
  assert.deepEqual(read("queryApaas", { status: 200, body }), { leads: [], faults: [], msgId: "m1" });
});

test("deep nesting ends in an error", () => {
  for (const open of ["[", '{"a":', '[{"a":']) {
    const deep = open.repeat(200_000);
    for (const data of [deep, `[{"x":${deep}`]) {
      const body = `{"return_code":"0","response_data":${data}`;
      assert.equal(thrownBy(() => read("query", { status: 200, body })).code, "malformed");
    }
  }
});

test("an operation that does not exist cannot be read", () => {
  for (const operation of ["query_apaas", undefined, null, 5]) {
    assert.equal(thrownBy(() => read(operation, rows())).code, "invalid_payload");
  }
});

test("what holds a number too long for JavaScript is written by JSON.stringify, as text, and by toJson as it came", () => {
  const text = '{"id":"1","new":4600000001586478077,"more":{"ids":[4600000001586478078,5],"name":"a"}}';
  const reply = { status: 200, body: `{"return_code":"0","response_data":[${text}]}` };
  const [lead] = read("query", reply).leads;
  assert.equal(lead.extra.new, 4600000001586478077n);
  assert.deepEqual(JSON.parse(JSON.stringify(lead)).extra, {
    new: "4600000001586478077",
    more: { ids: ["4600000001586478078", 5], name: "a" },
  });
  assert.equal(
    toJson(lead),
    '{"id":"1","extra":{"new":4600000001586478077,"more":{"ids":[4600000001586478078,5],"name":"a"}}}',
  );
  assert.deepEqual(Object.keys(lead.extra.more.ids), ["0", "1"]);
  const apaas = `{"return_code":"0","response_data":[{"id":"1","exts":{"n":4600000001586478077}}]}`;
  const [{ exts }] = read("queryApaas", { status: 200, body: apaas }).leads;
  assert.equal(JSON.stringify(exts), '{"n":"4600000001586478077"}');
  const receipt = read("other", {
    status: 200,
    body: '{"return_code":"0","response_data":{"n":12345678901234567890}}',
  });
  assert.equal(JSON.stringify(receipt.data), '{"n":"12345678901234567890"}');
  const bare = read("other", {
    status: 200,
    body: '{"return_code":"0","response_data":[12345678901234567890]}',
  });
  assert.equal(JSON.stringify(bare.data), '["12345678901234567890"]');
});

test("what was read can be given back, long numbers and all", () => {
  const reply = {
    status: 200,
    body: '{"return_code":"0","response_data":[{"id":"1","new":4600000001586478077}]}',
  };
  const [{ id, extra }] = read("query", reply).leads;
  const { body } = new Account(SECRETS).sign("modify", { id, extra });
  assert.equal(body, '{"id":1,"new":4600000001586478077}');
});
