import { createHash } from "node:crypto";

const DATA = { lead_ID: "4600000001586478077", lead_code: "L1", activity_content: "电话沟通 100% & 更多" };

/** A push as the service sends it, not signed by the SDK; `changes` replace parameters afterwards. */
export function push({ msgId, secret, data = JSON.stringify(DATA), timestamp = Date.now(), ...changes }) {
  const digest = createHash("md5").update(`${data}|${secret}|${timestamp}`).digest("hex");
  const head = { msgId, dataType: "salesLeads_follow", dataSource: "biz", status: "1", tenantId: "1" };
  return new URLSearchParams({ ...head, timestamp: String(timestamp), data, digest, ...changes }).toString();
}

/** What any receiver has to make of what comes: name, raw body and answer of each case. */
export function cases(secret) {
  const acknowledged = (msgId) => ({ status: 200, code: 0, msgId });
  const good = push({ msgId: "good", secret });
  return [
    ["a good push", good, acknowledged("good")],
    ["the same push again", good, acknowledged("good")],
    [
      "a redelivery",
      push({ msgId: "good", secret, status: "2", statusTime: "2026-01-01 00:00:00" }),
      acknowledged("good"),
    ],
    ["a push of another type", push({ msgId: "other", secret, dataType: "other" }), acknowledged("other")],
    ["a push with large integers", push({ msgId: "large", secret, data: LARGE }), acknowledged("large")],
    [
      "a push signed with another secret",
      push({ msgId: "forged", secret: `not ${secret}` }),
      { status: 401 },
    ],
    ["a push changed after signing", push({ msgId: "changed", secret }).replace("L1", "L2"), { status: 401 }],
    [
      "a push whose data is broken JSON",
      push({ msgId: "broken", secret, data: '{"lead_ID":' }),
      { status: 400 },
    ],
    ["what is no form", '{"msgId":"json"}', { status: 400 }],
    ["an empty body", "", { status: 400 }],
  ];
}

const LARGE = '{"lead_code":"L3","new_member":{"id":4600000001586478077}}';

/** What a service reads of an answer. */
export async function told(response) {
  const { status } = response;
  const text = await response.text();
  if (status !== 200) return { status };
  const { return_code: code, msg_id: msgId } = JSON.parse(text);
  return { status, code, msgId };
}

/** Delivers a body as the service does. */
export async function deliver(url, body) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  return told(await fetch(url, { method: "POST", headers, body }));
}
