// Webhook body to event.

import { acknowledge, isQinceError, verifyPush } from "qince-leads";

import { compare } from "./compare.js";
import { check, head, integer, listOf, nullOr, object, text } from "./shape.js";

const SHAPE = {
  ...head,
  body: text,
  secrets: listOf(text),
  now_ms: integer,
  "max_age_ms?": nullOr(integer),
  expect: object,
};

export function run(test) {
  check("the case", test, SHAPE);
  const { body, secrets, now_ms: nowMs, max_age_ms: maxAge = null, expect } = test;
  for (const rawBody of [body, new TextEncoder().encode(body)]) {
    compare(expect, verified(rawBody, { secrets, nowMs, maxAge }));
  }
}

function verified(rawBody, options) {
  try {
    const event = verifyPush(rawBody, options);
    return { ok: dump(event), ack: acknowledge(event) };
  } catch (error) {
    if (isQinceError(error)) return { error: { kind: error.code } };
    throw error;
  }
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
  };
}

function record({ extra, ...known }) {
  return { ...known, ...extra };
}
