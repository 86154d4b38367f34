// Signing an add, by this package and by its peers.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { ADD_LEAD } from "./data.js";
import { Account } from "./package.js";

const BASE_URL = "https://openapi.waiqin365.com";
const OPENID = "1234567890";
const APP_KEY = "2EV5i30kYI6r7Hz817";
const MSG_ID = "0e6f3a52-5d1c-4c39-8d3f-7a4b1f0f2a11";
const FIRST_MS = 1_617_206_400_000;

const account = new Account({ openid: OPENID, appKey: APP_KEY, baseUrl: BASE_URL });

/** This package. */
export const ours = contender("ours", (nowMs) => account.sign("add", ADD_LEAD, { nowMs, msgId: MSG_ID }));

/** What one writes by hand, with nothing checked. */
export const bare = contender("bare", (nowMs) => sign(ADD_LEAD, nowMs));

/** What one writes by hand, after a check. */
export function checked({ name, checkAddLead }) {
  return contender(name, (nowMs) => sign(checkAddLead(ADD_LEAD), nowMs));
}

function sign(payload, nowMs) {
  const body = JSON.stringify(payload);
  const digest = digestOf(body, nowMs);
  return { url: `${BASE_URL}/api/salesleads/v1/addSalesLeads/${OPENID}/${nowMs}/${digest}/${MSG_ID}`, body };
}

function digestOf(body, nowMs) {
  return createHash("md5").update(`${body}|${APP_KEY}|${nowMs}`).digest("hex");
}

function contender(name, sign) {
  assertSigned(name, sign(FIRST_MS));
  let nowMs = FIRST_MS;
  return () => {
    nowMs += 1;
    const { url, body } = sign(nowMs);
    return url.length + body.length;
  };
}

/** The order of members is each contender's own, and so is the digest of its body. */
function assertSigned(name, { url, body }) {
  assert.deepEqual(JSON.parse(body), ADD_LEAD, name);
  const path = `/api/salesleads/v1/addSalesLeads/${OPENID}/${FIRST_MS}/${digestOf(body, FIRST_MS)}/${MSG_ID}`;
  assert.equal(url, BASE_URL + path, name);
}
