// Webhook body to event.

import { acknowledge, isQinceError, verifyPush } from "qince-leads";
import { signPush } from "qince-leads/testing";

import { compare } from "./compare.js";
import { pathsOf, record, sorted } from "./reply.js";
import { check, flag, head, integer, listOf, nullOr, object, text } from "./shape.js";

const SHAPE = {
  ...head,
  "body?": text,
  "secrets?": listOf(text),
  "sign?": object,
  "secret?": text,
  now_ms: integer,
  "max_age_ms?": nullOr(integer),
  expect: object,
};

const UNSIGNED = {
  msg_id: text,
  data: text,
  data_type: text,
  timestamp_ms: integer,
  "redelivery?": flag,
  "data_id?": text,
  "data_version?": text,
  "data_source?": text,
  "status_time?": text,
  "tenant_id?": text,
};

export function run(test) {
  check("the case", test, SHAPE);
  const { now_ms: nowMs, max_age_ms: maxAgeMs = null, expect } = test;
  const { body, secrets } = test.sign === undefined ? test : signed(test);
  if (body === undefined || secrets === undefined) throw new Error("not understood: no body, or no secrets");
  for (const rawBody of [body, new TextEncoder().encode(body)]) {
    compare(sorted(expect), sorted(verified(rawBody, { secrets, nowMs, maxAgeMs })));
  }
}

/** The body that the package makes for tests. */
function signed({ sign, secret, body, secrets }) {
  check("what is signed", sign, UNSIGNED);
  if (secret === undefined || body !== undefined || secrets !== undefined) {
    throw new Error("not understood: either body and secrets, or sign and secret must be given");
  }
  const push = {
    msgId: sign.msg_id,
    data: sign.data,
    dataType: sign.data_type,
    timestampMs: Number(sign.timestamp_ms),
    redelivery: sign.redelivery,
    dataId: sign.data_id,
    dataVersion: sign.data_version,
    dataSource: sign.data_source,
    statusTime: sign.status_time,
    tenantId: sign.tenant_id,
  };
  return { body: signPush(push, secret), secrets: [secret] };
}

function verified(rawBody, options) {
  try {
    const event = verifyPush(rawBody, options);
    return { ok: dump(event), ack: acknowledge(event) };
  } catch (error) {
    if (isQinceError(error)) return { error: { kind: kindOf(error) } };
    throw error;
  }
}

/** The vectors call it a bad signature, too, where there is no secret by which to verify. */
function kindOf({ code }) {
  return code === "invalid_account" ? "bad_signature" : code;
}

function dump(event) {
  const { type, data } = event;
  return {
    msg_id: event.msgId,
    data_id: event.dataId,
    data_version: event.dataVersion,
    data_source: event.dataSource,
    data_type: event.dataType,
    tenant_id: event.tenantId,
    timestamp_ms: event.timestampMs,
    redelivery: event.redelivery,
    status_time: event.statusTime,
    data: type === "follow_up" ? record(data) : data,
    faults: type === "follow_up" ? pathsOf(data.faults) : undefined,
  };
}
