// The runner of the vectors fails where it must.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("../conformance/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "vectors-"));
after(() => rmSync(folder, { recursive: true }));

const passing = {
  name: "passes",
  kind: "reply",
  op: "remove",
  status: 200,
  body: '{"return_code":"0"}',
  expect: { ok: {} },
};
const call = {
  name: "call",
  kind: "call",
  op: "remove",
  account: { openid: "o", app_key: "k" },
  payload: { code: "c" },
  policy: { max_attempts: 1, base_delay_ms: 1, max_delay_ms: 1, deadline_ms: null, jitter: 0 },
  script: [{ at: 0, expect: { send: { op: "remove", msg_id: "m1", timestamp: "0" } } }],
};
const send = call.script[0];

/** Runs the files of a folder, each by its name. */
function run(files) {
  const vectors = mkdtempSync(join(folder, "case-"));
  mkdirSync(join(vectors, "below"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(vectors, name), text);
  const { stdout, status } = spawnSync(process.execPath, [RUNNER, "--vectors", vectors], {
    encoding: "utf8",
  });
  return { lines: stdout.trimEnd().split("\n"), status };
}

const suite = (...cases) => JSON.stringify({ cases });

function assertFails(files, failure, tally = "node: 0 passed, 1 failed") {
  const { lines, status } = run(files);
  assert.equal(status, 1);
  assert.match(lines.join("\n"), failure);
  assert.equal(lines.at(-1), tally);
}

test("what is as expected passes, in files below the folder too", () => {
  const { lines, status } = run({
    "a.json": suite(passing, call),
    "below/b.json": suite({ ...passing, name: "2" }),
  });
  assert.deepEqual([lines, status], [["node: 3 passed, 0 failed"], 0]);
});

test("another expectation fails, and says what came", () => {
  const wrong = { ...passing, expect: { ok: { id: "7" } } };
  assertFails(
    { "a.json": suite(wrong) },
    /^FAILED passes\n {2}expected \{"ok":\{"id":"7"\}\}\n {2}came {5}\{"ok":\{\}\}/,
  );
});

test("long texts are cut", () => {
  const { lines } = run({ "a.json": suite({ ...passing, expect: { ok: { id: "7".repeat(10_000) } } }) });
  assert.ok(lines.every((line) => line.length < 500));
});

test("what is not understood fails", () => {
  const wrong = [
    { ...passing, kind: "stream" },
    { ...passing, kind: "__proto__" },
    { ...passing, kind: undefined },
    { ...passing, more: 1 },
    { ...passing, op: "addApaas" },
    { ...passing, body: 5 },
    { ...passing, expect: undefined },
    { ...passing, body_base64: "e30=" },
    { ...passing, body: undefined },
    { ...passing, expect: { ok: {}, more: 1 } },
    { ...call, policy: { ...call.policy, more: 1 } },
    { ...call, account: { ...call.account, more: 1 } },
    { ...call, script: [{ ...send, more: 1 }] },
    { ...call, script: [{ ...send, give: { failed: "unknown" } }] },
    { ...call, script: [send, { at: 0, give: { failed: "never" } }, send] },
    { ...call, script: [{ at: 0, give: { failed: "unknown" } }, send] },
    "text",
    null,
    5,
  ];
  for (const test of wrong) assertFails({ "a.json": suite(test) }, /^FAILED /);
});

test("a script that does not end in an expectation fails", () => {
  for (const script of [[], [send, { at: 0, give: { failed: "unknown" } }]]) {
    assertFails({ "a.json": suite({ ...call, script }) }, /does not end in an `expect`/);
  }
});

test("a name that comes twice fails", () => {
  const files = { "a.json": suite(passing), "b.json": suite(passing) };
  assertFails(files, /a second case of this name/, "node: 1 passed, 1 failed");
});

test("a file that is no suite fails, and the others run", () => {
  for (const text of [
    "",
    "{",
    "[]",
    '{"cases":5}',
    '{"cases":[],"more":1}',
    '{"cases":[],"cases":[]}',
    "{} x",
  ]) {
    assertFails({ "a.json": text, "b.json": suite(passing) }, /FAILED .*a\.json/, "node: 1 passed, 1 failed");
  }
});

test("a folder in which no case ran fails", () => {
  for (const files of [{}, { "a.txt": suite(passing) }, { "a.json": suite() }]) {
    const { lines, status } = run(files);
    assert.deepEqual([lines, status], [["node: 0 passed, 0 failed"], 1]);
  }
  const { status } = spawnSync(process.execPath, [RUNNER, "--vectors", join(folder, "missing")], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
});

test("integers in vectors keep every digit", () => {
  const body = '{"return_code":0,"response_data":[{"n":12345678901234567891}]}';
  const long = { ...passing, op: "query", body, expect: { ok: { leads: [{ n: 0 }] } } };
  const file = (number) => ({ "a.json": suite(long).replace('"n":0', `"n":${number}`) });
  assert.equal(run(file("12345678901234567891")).status, 0);
  assert.equal(run(file("12345678901234567892")).status, 1);
});
