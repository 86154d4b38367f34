// The service pushes; the host's webhook verifies and acknowledges.

import assert from "node:assert/strict";

import { Webhook } from "../sandbox/support.js";
import * as screen from "./screen.js";

export async function show(stage) {
  const events = [];
  const webhook = await new Webhook((event) => events.push(event), stage.pushSecret).start();
  try {
    await receive(stage, webhook.url, events);
  } finally {
    webhook.stop();
  }
}

async function receive(stage, url, events) {
  screen.line("webhook", "", url);
  const followUp = {
    lead_code: "D1",
    lead_name: "示例公司",
    activity_type: "电话",
    activity_content: "客户很感兴趣",
    create_by: "张三",
    create_at: "2026-01-02 09:30",
  };
  const deliveries = await stage.sandbox.push({ url, count: 1, tamper: 1, follow_up: followUp });
  const genuine = deliveries.find((delivery) => !delivery.forged);
  assert.ok(genuine, "nothing was pushed");
  const forged = deliveries.find((delivery) => delivery.forged);
  assert.ok(forged, "nothing forged was pushed");

  assert.equal(events.length, 1, `${events.length} events were handled`);
  const [event] = events;
  screen.line("follow-up", "came", `msg_id ${event.msgId}`);
  screen.line("", "", describe(event));
  screen.line("", "said", genuine.answer);
  assert.equal(event.msgId, genuine.msg_id, "what was handled is not what was pushed");
  const journal = await stage.sandbox.journal();
  const isDone = journal.every(({ acknowledged, attempts }) => acknowledged && attempts === 1);
  assert.ok(isDone, "the sandbox took the answer for no acknowledgement");
  screen.ok("verified, handled once, and acknowledged at once");

  const { http_status: status, answer, acknowledged } = forged;
  screen.line("forged", "came", `msg_id ${forged.msg_id}`);
  screen.line("", "said", `HTTP ${status} and nothing else`);
  const isTurnedAway = status === 401 && answer === "" && !acknowledged;
  assert.ok(isTurnedAway, `the forged push was answered with HTTP ${status} \`${answer}\``);
  screen.ok("turned away, and never handled");
}

function describe(event) {
  assert.equal(event.type, "follow_up", "the push holds no follow-up");
  const { lead_name, activity_type, activity_content, create_by, create_at } = event.data;
  const words = [lead_name, activity_type, activity_content, create_by, create_at];
  assert.ok(!words.includes(undefined), "the follow-up is not whole");
  return words.join(", ");
}
