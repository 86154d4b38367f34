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
  flag,
  head,
  integer,
  list,
  listOf,
  nullOr,
  number,
  object,
  operationOf,
  opOf,
  payloadOf,
  text,
} from "./shape.js";

const SHAPE = {
  ...head,
  op: text,
  "path?": text,
  "repeat?": flag,
  account: object,
  payload: any,
  policy: object,
  script: list,
};
const POLICY = {
  max_attempts: integer,
  base_delay_ms: integer,
  max_delay_ms: integer,
  "deadline_ms?": nullOr(integer),
  jitter: number,
  "settle_delay_ms?": nullOr(integer),
  "resend_adds?": flag,
  "retry_codes?": listOf(text),
  "match_msg_id?": flag,
};
const EVENT = { "at?": integer, "expect?": object, "give?": object, "resume?": flag };
const FAILED = { failed: either("not_sent", "unknown"), "to?": text };
const REPLY = {
  status: integer,
  body: text,
  "retry_after?": nullOr(text),
  "retry_after_ms?": nullOr(integer),
  "to?": text,
};

export function run(test) {
  check("the case", test, SHAPE);
  check("its account", test.account, account);
  check("its policy", test.policy, POLICY);
  if (test.script.at(-1)?.expect === undefined) throw new Error("the script does not end in an `expect`");
  const operation = operationOf(test.op);
  const signer = new Account(accountOf(test.account));
  const policy = policyOf(test.policy);
  let call = new Call(signer, operation, payloadOf(test), { policy });
  const state = { sent: 0, underWay: undefined };
  for (const [i, event] of test.script.entries()) {
    check(`event ${i}`, event, EVENT);
    const { at = 0, expect, give, resume } = event;
    if ([expect, give, resume].filter((one) => one !== undefined).length !== 1) {
      throw new Error(`event ${i} must either expect, give or resume`);
    }
    if (expect !== undefined) compare(expect, next(call, operation, at, state), i);
    else if (give !== undefined) take(call, at, give, state, i);
    else call = Call.resume(signer, operation, call.save(), policy);
  }
}

function policyOf(policy) {
  return {
    maxAttempts: policy.max_attempts,
    baseDelayMs: policy.base_delay_ms,
    maxDelayMs: policy.max_delay_ms,
    deadlineMs: policy.deadline_ms ?? null,
    jitter: policy.jitter,
    settleDelayMs: policy.settle_delay_ms ?? undefined,
    resendAdds: policy.resend_adds,
    retryCodes: policy.retry_codes,
    matchMsgId: policy.match_msg_id,
  };
}

function take(call, at, give, state, i) {
  check(`event ${i}`, give, "failed" in give ? FAILED : REPLY);
  const to = give.to ?? state.underWay;
  if (to === undefined) throw new Error(`event ${i}: no request is under way`);
  if (give.to === undefined) state.underWay = undefined;
  if ("failed" in give) call.failed(to, at, give.failed);
  else call.replied(to, at, { status: give.status, body: give.body }, retryAfter(give));
}

/** The header's text. */
function retryAfter({ retry_after: header, retry_after_ms: ms }) {
  return header ?? (ms == null ? undefined : String(Number(ms) / 1000));
}

/** The next step as vectors write it. */
function next(call, operation, at, state) {
  state.underWay = undefined;
  let step;
  try {
    step = call.step(at, `m${state.sent + 1}`, 0.5);
  } catch (error) {
    if (!isQinceError(error)) throw error;
    return { done: { error: errorOf(error) } };
  }
  if (step.type === "wait") return { wait_until: step.untilMs };
  if (step.type === "done") return { done: { ok: dump(operation, step.result) } };
  state.sent += 1;
  const { operation: sent, msgId, timestamp } = step.request;
  state.underWay = msgId;
  return { send: { op: opOf(sent), msg_id: msgId, timestamp } };
}
