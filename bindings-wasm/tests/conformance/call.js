// The retry machine, event by event.

import { Account, Call, isQinceError } from "qince-leads";

import { compare } from "./compare.js";
import { dump, errorOf } from "./reply.js";
import {
  account,
  accountOf,
  any,
  check,
  either,
  head,
  integer,
  list,
  nullOr,
  number,
  object,
  operationOf,
  opOf,
  text,
} from "./shape.js";

const SHAPE = { ...head, op: text, account: object, payload: any, policy: object, script: list };
const POLICY = {
  max_attempts: integer,
  base_delay_ms: integer,
  max_delay_ms: integer,
  "deadline_ms?": nullOr(integer),
  jitter: number,
};
const EVENT = { at: integer, "expect?": object, "give?": object };
const FAILED = { failed: either("not_sent", "unknown") };
const REPLY = { status: integer, body: text, "retry_after_ms?": nullOr(integer) };

export function run(test) {
  check("the case", test, SHAPE);
  check("its account", test.account, account);
  check("its policy", test.policy, POLICY);
  if (test.script.at(-1)?.expect === undefined) throw new Error("the script does not end in an `expect`");
  const operation = operationOf(test.op);
  const signer = new Account(accountOf(test.account));
  const call = new Call(signer, operation, test.payload, { policy: policyOf(test.policy) });
  const state = { sent: 0, isUnderWay: false };
  for (const [i, event] of test.script.entries()) {
    check(`event ${i}`, event, EVENT);
    if ((event.expect === undefined) === (event.give === undefined)) {
      throw new Error(`event ${i} must either expect or give`);
    }
    if (event.expect === undefined) give(call, event, state, i);
    else compare(event.expect, next(call, operation, event.at, state), i);
  }
}

function policyOf(policy) {
  return {
    maxAttempts: policy.max_attempts,
    baseDelayMs: policy.base_delay_ms,
    maxDelayMs: policy.max_delay_ms,
    deadlineMs: policy.deadline_ms ?? null,
    jitter: policy.jitter,
  };
}

function give(call, { at, give }, state, i) {
  if (!state.isUnderWay) throw new Error(`event ${i}: no request is under way`);
  state.isUnderWay = false;
  if ("failed" in give) {
    check(`event ${i}`, give, FAILED);
    call.failed(at, give.failed);
  } else {
    check(`event ${i}`, give, REPLY);
    call.replied(at, { status: give.status, body: give.body }, give.retry_after_ms ?? undefined);
  }
}

/** The next step as vectors write it. */
function next(call, operation, at, state) {
  state.isUnderWay = false;
  let step;
  try {
    step = call.step(at, `m${state.sent + 1}`, 0.5);
  } catch (error) {
    if (!isQinceError(error)) throw error;
    return { done: { error: errorOf(error) } };
  }
  if (step.type === "wait") return { wait_until: step.untilMs };
  if (step.type === "done") return { done: { ok: dump(operation, step.result) } };
  state.isUnderWay = true;
  state.sent += 1;
  const { operation: sent, msgId, timestamp } = step.request;
  return { send: { op: opOf(sent), msg_id: msgId, timestamp } };
}
