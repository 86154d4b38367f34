// Receives the push of follow-up records in SvelteKit, which needs a word about it in svelte.config.js.

import {
  acknowledge,
  type FollowUpEvent,
  isQinceError,
  type PushEvent,
  refuse,
  verifyPush,
} from "qince-leads";

import { env } from "$env/dynamic/private";
import type { RequestHandler } from "./$types";

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

export const POST: RequestHandler = async ({ request }) => {
  let event: PushEvent;
  try {
    // Two secrets while one takes the place of the other: "new,old".
    const secrets = (env.QINCE_PUSH_SECRET ?? "").split(",");
    // The signature covers the bytes as they came: request.formData() would be too late to verify.
    event = verifyPush(await request.arrayBuffer(), { secrets, maxAgeMs: null });
  } catch (error) {
    return new Response(null, { status: statusOf(error) });
  }
  let answer = acknowledge(event);
  try {
    await store(event);
  } catch (error) {
    // With HTTP 200, for the body is what counts: the service delivers it again in the night.
    console.error("not stored", event.msgId, error);
    answer = refuse(event, "not stored");
  }
  return new Response(answer, { headers: { "Content-Type": "application/json" } });
};

function statusOf(error: unknown): number {
  // The sender does not know the secret, and learns nothing but that.
  if (isQinceError(error, "bad_signature")) return 401;
  // Signed once, but recorded and sent again, or the clock here is wrong; or it is no push at all.
  if (isQinceError(error, "stale") || isQinceError(error, "malformed")) return 400;
  // The fault is on this side, such as a bug or a wrong configuration.
  console.error(error);
  return 500;
}
