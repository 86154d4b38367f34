// Payload to request.

import { Account, isQinceError } from "qince-leads";

import { compare } from "./compare.js";
import { write } from "./json.js";
import {
  account,
  accountOf,
  any,
  check,
  head,
  object,
  operationOf,
  payloadOf,
  stamp,
  text,
} from "./shape.js";

const SHAPE = {
  ...head,
  op: text,
  "path?": text,
  account: object,
  stamp: object,
  payload: any,
  expect: object,
};
const EXPECTED = { "url?": text, "body?": text, "violations?": Array.isArray, "error?": text };

export function run(test) {
  check("the case", test, SHAPE);
  check("its account", test.account, account);
  check("its stamp", test.stamp, stamp);
  check("what it expects", test.expect, EXPECTED);
  compare(sorted(test.expect), sorted(sign(test)));
}

function sign(test) {
  const operation = operationOf(test.op);
  const { now_ms: nowMs, msg_id: msgId, form } = test.stamp;
  try {
    const signer = new Account(accountOf(test.account));
    const request = signer.sign(operation, payloadOf(test), {
      nowMs,
      msgId,
      timestampForm: form ?? undefined,
    });
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
