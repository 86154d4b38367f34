// What a server does for an app without a key.

import { Account, isQinceError, Relayed } from "qince-leads";

import { compare } from "./compare.js";
import { account, accountOf, check, head, listOf, object, operationOf, stamp, text } from "./shape.js";

const SHAPE = {
  ...head,
  account: object,
  stamp: object,
  allow: listOf(text),
  path: text,
  body: text,
  expect: object,
};

export function run(test) {
  check("the case", test, SHAPE);
  check("its account", test.account, account);
  check("its stamp", test.stamp, stamp);
  compare(test.expect, relay(test));
}

function relay({ path, body, allow, account, stamp }) {
  try {
    const relayed = Relayed.read(path, body, allow.map(operationOf));
    const { now_ms: nowMs, form } = stamp;
    const request = relayed.sign(new Account(accountOf(account)), {
      nowMs,
      timestampForm: form ?? undefined,
    });
    return { url: request.url, body: request.body };
  } catch (error) {
    if (isQinceError(error)) return { error: { kind: error.code } };
    throw error;
  }
}
