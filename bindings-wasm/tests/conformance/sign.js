// Payload to request.

import { Account, isQinceError } from "qince-leads";

import { compare } from "./compare.js";
import { write } from "./json.js";
import {
  account,
  accountOf,
  any,
  check,
  either,
  head,
  integer,
  nullOr,
  object,
  operationOf,
  text,
} from "./shape.js";

const SHAPE = { ...head, op: text, account: object, stamp: object, payload: any, expect: object };
const STAMP = { now_ms: integer, msg_id: text, "form?": nullOr(either("epoch_ms", "compact")) };
const EXPECTED = { "url?": text, "body?": text, "violations?": Array.isArray, "error?": text };

export function run(test) {
  check("the case", test, SHAPE);
  check("its account", test.account, account);
  check("its stamp", test.stamp, STAMP);
  check("what it expects", test.expect, EXPECTED);
  compare(sorted(test.expect), sorted(sign(test)));
}

function sign({ op, account, stamp, payload }) {
  const operation = operationOf(op);
  const { now_ms: nowMs, msg_id: msgId, form } = stamp;
  try {
    const signer = new Account(accountOf(account));
    const request = signer.sign(operation, payload, { nowMs, msgId, timestampForm: form ?? undefined });
    return { url: request.url, body: request.body };
  } catch (error) {
    if (isQinceError(error, "invalid_payload")) {
      return { violations: error.violations.map(({ path, rule }) => ({ path, rule })) };
    }
    if (isQinceError(error)) return { error: error.code };
    throw error;
  }
}

/** Violations stand in any order. */
function sorted({ violations, ...others }) {
  if (violations === undefined) return others;
  const inOrder = [...violations].sort((a, b) => (write(a) < write(b) ? -1 : 1));
  return { ...others, violations: inOrder };
}
