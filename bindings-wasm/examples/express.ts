// Receives the push of follow-up records with Express.

import express from "express";
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

const app = express();

// The signature covers the text as it came, so nothing may parse it: no express.urlencoded() before this.
const rawBody = express.raw({ type: () => true, limit: "1mb" });

app.post("/push", rawBody, async (request, response) => {
  let event: PushEvent;
  try {
    event = verifyPush(request.body, { secrets, maxAgeMs: null });
  } catch (error) {
    response.sendStatus(statusOf(error));
    return;
  }
  try {
    await store(event);
  } catch (error) {
    // With HTTP 200, for the body is what counts: the service delivers it again in the night.
    console.error("not stored", event.msgId, error);
    response.type("json").send(refuse(event, "not stored"));
    return;
  }
  response.type("json").send(acknowledge(event));
});

/** The status that says why a push was not taken. */
function statusOf(error: unknown): number {
  // The sender does not know the secret, and learns nothing but that.
  if (isQinceError(error, "bad_signature")) return 401;
  // Signed once, but recorded and sent again, or the clock here is wrong; or it is no push at all.
  if (isQinceError(error, "stale") || isQinceError(error, "malformed")) return 400;
  // The fault is on this side, such as a bug or a wrong configuration: Express logs it and answers 500.
  throw error;
}

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log("listening", JSON.stringify(server.address()));
});
