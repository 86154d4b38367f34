// Receives the push of follow-up records with Hono, here on Node.js.

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import {
  acknowledge,
  type FollowUpEvent,
  isQinceError,
  type PushEvent,
  refuse,
  verifyPush,
} from "qince-leads";

// Two secrets while one takes the place of the other: "new,old".
const secrets = (process.env.QINCE_PUSH_SECRET ?? "").split(",").filter((secret) => secret !== "");
if (secrets.length === 0) throw new Error("set QINCE_PUSH_SECRET to the push secret of the console");

// The real store goes here: a table with a unique key on msgId, and an insert that passes over what is there.
// Something else then reads the table. Work done before the answer would have to fit into the 5 seconds.
const followUps = new Map<string, FollowUpEvent>();

/** Makes sure that an event is stored, now or by an earlier delivery. */
async function store(event: PushEvent): Promise<void> {
  // Other types have nothing to store here. Refused, they would come again every night.
  if (event.type !== "follow_up" || followUps.has(event.msgId)) return;
  followUps.set(event.msgId, event);
  console.log("stored", event.msgId, event.data.lead_code, event.data.activity_content);
}

const app = new Hono();

app.post("/push", async (c) => {
  // The signature covers the bytes as they came: c.req.parseBody() would be too late to verify.
  const rawBody = await c.req.arrayBuffer();
  const event = verifyPush(rawBody, { secrets, maxAgeMs: null });
  c.header("Content-Type", "application/json");
  try {
    await store(event);
  } catch (error) {
    // With HTTP 200, for the body is what counts: the service delivers it again in the night.
    console.error("not stored", event.msgId, error);
    return c.body(refuse(event, "not stored"));
  }
  return c.body(acknowledge(event));
});

app.onError((error, c) => {
  // The sender does not know the secret, and learns nothing but that.
  if (isQinceError(error, "bad_signature")) return c.body(null, 401);
  // Signed once, but recorded and sent again, or the clock here is wrong; or it is no push at all.
  if (isQinceError(error, "stale") || isQinceError(error, "malformed")) return c.body(null, 400);
  // The fault is on this side, such as a bug or a wrong configuration.
  console.error(error);
  return c.body(null, 500);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, (address) => {
  console.log("listening", JSON.stringify(address));
});
