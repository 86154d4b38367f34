// HTTP reply to result.

import { isQinceError, read } from "qince-leads";

import { compare } from "./compare.js";
import { check, head, integer, object, operationOf, text } from "./shape.js";

const SHAPE = { ...head, op: text, status: integer, "body?": text, "body_base64?": text, expect: object };

export function run(test) {
  check("the case", test, SHAPE);
  const { op, status, body, body_base64: base64, expect } = test;
  if ((body === undefined) === (base64 === undefined)) {
    throw new Error("not understood: either body or body_base64 must be given");
  }
  const operation = operationOf(op);
  const expected = sorted(expect);
  compare(expected, result(operation, { status, body: body ?? bytesOf(base64) }));
  // What comes as text may as well come as bytes.
  if (body?.isWellFormed())
    compare(expected, result(operation, { status, body: new TextEncoder().encode(body) }));
}

function bytesOf(base64) {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) throw new Error("not understood: body_base64 is no base64");
  return new Uint8Array(bytes);
}

function result(operation, reply) {
  try {
    return { ok: dump(operation, read(operation, reply)) };
  } catch (error) {
    return { error: errorOf(error) };
  }
}

/** A result as vectors write it. */
export function dump(operation, result) {
  if (result.leads === undefined) {
    const { msgId, id, data, settled } = result;
    return { msg_id: msgId, id, data, settled: settled || null };
  }
  const json = operation === "queryApaas" ? ["exts"] : [];
  const leads = result.leads.map((lead) => record(lead, json));
  return sorted({ ok: { leads, faults: pathsOf(result.faults) } }).ok;
}

/** Faults stand in any order. */
export function sorted(expect) {
  const faults = expect.ok?.faults;
  return faults == null ? expect : { ...expect, ok: { ...expect.ok, faults: [...faults].sort() } };
}

/** What vectors say of faults: their paths, and nothing where there are none. */
export function pathsOf(faults = []) {
  return faults.length > 0 ? faults.map(({ path }) => path) : undefined;
}

/** A record under wire names, those inside it too; `json` names the members that are JSON and no records. */
export function record({ extra, faults: _, ...known }, json = []) {
  const isRecord = ([name, value]) => typeof value === "object" && !json.includes(name);
  const inside = (value) => (Array.isArray(value) ? value.map((part) => record(part)) : record(value));
  const members = Object.entries(known).map((member) => {
    return isRecord(member) ? [member[0], inside(member[1])] : member;
  });
  return { ...Object.fromEntries(members), ...extra };
}

/** An error as vectors write it. */
export function errorOf(error) {
  if (!isQinceError(error)) throw error;
  const kind = error.code;
  switch (kind) {
    case "rejected":
      return { kind, code: error.returnCode, message: error.returnMsg, msg_id: error.echoedMsgId };
    case "http_status":
      return { kind, status: error.status };
    default:
      return { kind };
  }
}
