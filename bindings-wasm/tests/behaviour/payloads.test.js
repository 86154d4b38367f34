// Payloads of any type: each is signed as it stands, or refused with all that is wrong with it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fields } from "qince-leads";

import { account, inProcess, thrownBy, violations } from "./support.js";

const UNSAFE = 2 ** 53;

function bodyOf(exts) {
  const { body } = account().sign("modify", { code: "c", exts });
  return body.slice('{"code":"c","exts":'.length, -1);
}

test("what is no object is refused as a whole", () => {
  for (const payload of [undefined, null, true, 1, 1n, "text", [], Symbol("s"), () => 1, NaN]) {
    assert.deepEqual(violations("add", payload), [" type"], typeof payload);
  }
});

test("an operation that does not exist is refused by its name", () => {
  for (const operation of ["add_apaas", "", undefined, null, 3, "__proto__", "toString"]) {
    const error = thrownBy(() => account().sign(operation, {}));
    assert.equal(error.code, "invalid_payload");
    assert.match(error.message, /no operation is called/);
  }
});

test("members that are undefined or null are left out", () => {
  const { body } = account().sign("add", { empName: "a", code: undefined, cus_name: null });
  assert.equal(body, '{"empName":"a"}');
});

test("symbols and functions are refused where they stand", () => {
  const payload = { code: Symbol("s"), exts: { a: [() => 1] } };
  assert.deepEqual(violations("modify", payload), ["code type", "exts.a[0] type"]);
});

test("numbers that are none are refused", () => {
  for (const number of [NaN, Infinity, -Infinity]) {
    const error = thrownBy(() => account().sign("modify", { code: "c", exts: { a: number } }));
    assert.deepEqual(
      error.violations.map(({ path }) => path),
      ["exts.a"],
    );
    assert.match(error.message, new RegExp(`${number} has no JSON`));
  }
});

test("an integer that has lost digits is refused, and the message says why and what to do", () => {
  for (const unsafe of [UNSAFE, -UNSAFE, 7.1e18, 1e300]) {
    const error = thrownBy(() => account().sign("modify", { id: unsafe }));
    assert.deepEqual(
      error.violations.map(({ path, rule }) => [path, rule]),
      [["id", "type"]],
    );
    assert.match(error.message, /lost digits as a number already; give it as text or as a BigInt/);
  }
});

test("all violations are reported at once, those that the core cannot see among them", () => {
  const payload = {
    id: UNSAFE,
    cus_name: "客".repeat(101),
    cus_nam: "a",
    mobile: Symbol("s"),
    exts: [{ salesleads_ext_value: NaN }],
  };
  const found = violations("modify", payload).sort();
  assert.deepEqual(found, [
    "cus_nam unknown_field",
    "cus_name max_length",
    "exts[0].salesleads_ext_key required",
    "exts[0].salesleads_ext_value type",
    "id type",
    "mobile type",
  ]);
});

test("a field of the wrong type reports that alone", () => {
  assert.deepEqual(violations("modify", { id: UNSAFE }), ["id type"]);
  assert.deepEqual(violations("add", { empName: "a", mobile_repeat: NaN }), ["mobile_repeat type"]);
});

test("a name that is misspelt is told the nearest right one", () => {
  const error = thrownBy(() => account().sign("add", { empName: "a", linkmann: "b", cus_nam: "c" }));
  assert.match(error.message, /linkmann: unknown field; did you mean `linkman`\?/);
  assert.match(error.message, /cus_nam: unknown field; did you mean `cus_name`\?/);
});

test("a BigInt is sent with every digit", () => {
  assert.equal(account().sign("modify", { id: 7123456789012345678n }).body, '{"id":7123456789012345678}');
  assert.equal(bodyOf({ a: [-(10n ** 40n)] }), `{"a":[-1${"0".repeat(40)}]}`);
});

test("toJSON is asked, as JSON.stringify does", () => {
  assert.equal(bodyOf({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}');
  assert.equal(bodyOf({ a: { toJSON: () => 5n } }), '{"a":5}');
  const { body } = account().sign("remove", { toJSON: () => ({ code: "c" }) });
  assert.equal(body, '{"code":"c"}');
});

test("class instances and objects without a prototype are taken by their own members", () => {
  class Lead {
    code = "c";
    #hidden = 1;
    get cus_name() {
      return this.#hidden;
    }
  }
  assert.equal(account().sign("remove", new Lead()).body, '{"code":"c"}');
  const bare = Object.assign(Object.create(null), { code: "c" });
  assert.equal(account().sign("remove", bare).body, '{"code":"c"}');
  assert.deepEqual(violations("remove", Object.create({ code: "c" })), [" required_one_of"]);
});

test("a member called __proto__ is a member like any other", () => {
  const exts = JSON.parse('{"__proto__":{"a":1}}');
  assert.equal(bodyOf(exts), '{"__proto__":{"a":1}}');
  assert.equal(bodyOf({ b: 1n, ...JSON.parse('{"constructor":1}') }), '{"b":1,"constructor":1}');
  assert.deepEqual(violations("remove", JSON.parse('{"code":"c","__proto__":1}')), [
    "__proto__ unknown_field",
  ]);
  assert.equal({}.a, undefined);
});

test("holes and undefined elements of a list are null, as JSON.stringify has it", () => {
  for (const big of [1, 1n]) {
    const sparse = Array(2).concat([undefined, big]);
    assert.ok(!(0 in sparse));
    assert.equal(bodyOf({ a: sparse }), '{"a":[null,null,null,1]}');
  }
});

test("half of a surrogate pair is refused where it stands, and a whole one is sent", () => {
  assert.equal(bodyOf({ a: "😀" }), '{"a":"😀"}');
  assert.equal(bodyOf({ a: "\\ud83d" }), '{"a":"\\\\ud83d"}');
  assert.deepEqual(violations("modify", { code: "\ud83d", exts: { a: "b\ude00" } }), [
    "code type",
    "exts.a type",
  ]);
  assert.equal(violations("modify", { code: "c", exts: { "\ud83d": 1 } }).length, 1);
});

test("a payload that throws when it is read is refused with what it threw", () => {
  const cause = new Error("no");
  const thrower = () => {
    throw cause;
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const payloads = [
    {
      get code() {
        return thrower();
      },
    },
    { code: "c", exts: { toJSON: thrower } },
    new Proxy({}, { get: thrower }),
    new Proxy({}, { ownKeys: thrower }),
    { code: "c", exts: { a: 1n, b: new Proxy({}, { get: thrower }) } },
  ];
  for (const payload of payloads) {
    const error = thrownBy(() => account().sign("modify", payload));
    assert.equal(error.code, "invalid_payload");
    assert.equal(error.cause, cause);
  }
  assert.equal(thrownBy(() => account().sign("modify", proxy)).code, "invalid_payload");
});

test("a proxy of a payload is as good as the payload", () => {
  assert.equal(account().sign("remove", new Proxy({ code: "c" }, {})).body, '{"code":"c"}');
});

test("an object that holds itself is refused", () => {
  const lead = { code: "c", exts: {} };
  lead.exts.self = lead;
  const error = thrownBy(() => account().sign("modify", lead));
  assert.equal(error.code, "invalid_payload");
  assert.match(error.message, /holds itself/);
});

test("objects that hold each other twice are refused at once", () => {
  const module = `
    import { Account, isQinceError } from "qince-leads";
    const company = { name: "a" };
    company.contacts = [1, 2].map(() => ({ company }));
    try {
      new Account({ openid: "o", appKey: "k" }).sign("modify", { code: "c", exts: company });
    } catch (error) {
      console.log(error.code, error.violations.length < 1000);
    }`;
  assert.equal(inProcess(module, { timeoutMs: 5000 }), "invalid_payload true");
});

test("an object that stands twice without holding itself is sent twice", () => {
  const shared = { n: 1n };
  assert.equal(bodyOf({ a: shared, b: [shared, shared] }), '{"a":{"n":1},"b":[{"n":1},{"n":1}]}');
});

test("nesting is taken up to a depth, and refused beyond it", () => {
  const nested = (depth) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  assert.equal(bodyOf({ a: nested(100) }).length, '{"a":}'.length + 200);
  for (const depth of [200, 5000]) {
    const error = thrownBy(() => account().sign("modify", { code: "c", exts: { a: nested(depth) } }));
    assert.equal(error.code, "invalid_payload");
    assert.match(error.message, /at most 128 levels of nesting/);
  }
});

test("texts of ten megabytes are measured, and sent where there is no limit", () => {
  const long = "线".repeat(10 * 2 ** 20);
  assert.deepEqual(violations("add", { empName: "a", cus_name: long }), ["cus_name max_length"]);
  assert.equal(bodyOf({ a: long }).length, long.length + '{"a":""}'.length);
});

test("of a thousand faults a hundred are listed, and the others counted", () => {
  for (const fault of ["x".repeat(101), Symbol("s")]) {
    const exts = Array.from({ length: 1000 }, () => ({ salesleads_ext_key: fault }));
    const error = thrownBy(() => account().sign("add", { empName: "a", exts }));
    assert.deepEqual([error.violations.length, error.more], [100, 900]);
    assert.match(error.message, /; and 900 more$/);
  }
});

test("what only looks like an object is not emptied without a word", () => {
  for (const value of [new Map([["a", 1]]), new Set([1])]) {
    const error = thrownBy(() => account().sign("modify", { code: "c", exts: { value } }));
    assert.deepEqual(
      error.violations?.map(({ path }) => path),
      ["exts.value"],
      value.constructor.name,
    );
  }
});

test("a boxed value is taken for what it holds, whatever stands beside it", () => {
  for (const beside of [1, 1n]) {
    const exts = { a: new String("t"), b: new Number(5), c: new Boolean(true), d: beside };
    assert.equal(bodyOf(exts), '{"a":"t","b":5,"c":true,"d":1}');
  }
  assert.deepEqual(violations("modify", { code: "c", exts: { a: new Number(UNSAFE) } }), ["exts.a type"]);
});

test("a violation says in both languages what is wrong, and of what", () => {
  const given = { cus_name: "长".repeat(101), mobile_repeat: "2", id: NaN, code: Symbol("s"), empName: "a" };
  const found = thrownBy(() => account().sign("add", given)).violations;
  const of = (path) => found.find((violation) => violation.path === path);
  assert.deepEqual(of("cus_name"), {
    path: "cus_name",
    rule: "max_length",
    message: "cus_name (客户名称): 101 characters, at most 100",
    messageZh: "客户名称：101个字符，最多100个",
    label: "客户名称",
    limit: 100,
    actual: 101,
  });
  const { allowed, messageZh } = of("mobile_repeat");
  assert.deepEqual(allowed, [
    { value: "0", label: "不可以" },
    { value: "1", label: "可以" },
  ]);
  assert.match(messageZh, /^手机号码是否能重复：只能是/);
  assert.equal(of("code").message, "code (线索编码): a symbol has no JSON; give plain values");
  assert.equal(of("code").messageZh, "线索编码：a symbol无法表示为JSON，请传入普通的值");
  assert.equal(of("id").label, "");
});

test("the vendor's tables are to be had as data", () => {
  const [first] = fields("AddLead");
  const expected = {
    name: "empName",
    label: "负责人",
    kind: "text",
    maxChars: 100,
    allowed: [],
    required: false,
  };
  assert.deepEqual(first, expected);
  const named = (table, name) => fields(table).find((field) => field.name === name);
  assert.deepEqual([named("AddLead", "exts").kind, named("AddLead", "exts").part], ["parts", "LeadExtField"]);
  assert.equal(named("LeadExtField", "salesleads_ext_key").required, true);
  assert.deepEqual(named("AddLead", "mobile_repeat").allowed[1], { value: "1", label: "可以" });
  for (const table of ["Lead", "ApaasLead", "FollowUp", "RemoveLead"]) assert.ok(fields(table).length > 1);
  for (const table of ["addLead", "", undefined]) {
    assert.match(thrownBy(() => fields(table)).message, /no payload, record or part is called/);
  }
});

test("what stands in extra is sent behind the known parameters", () => {
  const { body } = account().sign("add", { extra: { z: null, a: [1n] }, empName: "a" });
  assert.equal(body, '{"empName":"a","z":null,"a":[1]}');
});

test("a stamp that cannot be written is refused", () => {
  const times = [-1, NaN, Infinity, -Infinity, 1n, "1", null, {}, 2 ** 60];
  for (const stamp of [
    ...times.map((nowMs) => ({ nowMs })),
    { msgId: "" },
    { msgId: 5 },
    { timestampForm: "iso" },
  ]) {
    const error = thrownBy(() => account().sign("remove", { code: "c" }, { msgId: "m", ...stamp }));
    assert.equal(
      error.code,
      "invalid_stamp",
      JSON.stringify(stamp, (_, value) => String(value)),
    );
  }
});

test("without a stamp a request has the time and an id of its own", () => {
  const [first, second] = [1, 2].map(() => account().sign("remove", { code: "c" }));
  assert.notEqual(first.msgId, second.msgId);
  assert.match(first.msgId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(Math.abs(Number(first.timestamp) - Date.now()) < 60_000);
});
