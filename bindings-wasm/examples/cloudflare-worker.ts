// Receives the push of follow-up records on Cloudflare Workers. Its configuration is wrangler.jsonc.

import type { ExportedHandler, KVNamespace } from "@cloudflare/workers-types";
import { acknowledge, isQinceError, type PushEvent, refuse, verifyPush } from "qince-leads";

interface Env {
  /** Where events are stored, by msgId. */
  readonly PUSHES: KVNamespace;
  /** The push secret of the console; two while one takes the place of the other: "new,old". */
  readonly QINCE_PUSH_SECRET: string;
}

export default {
  async fetch(request, env): Promise<Response> {
    if (new URL(request.url).pathname !== "/push") return new Response(null, { status: 404 });
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const secrets = env.QINCE_PUSH_SECRET.split(",").filter((secret) => secret !== "");
    let event: PushEvent;
    try {
      // The signature covers the bytes as they came: request.formData() would be too late to verify.
      event = verifyPush(await request.arrayBuffer(), { secrets, maxAgeMs: null });
    } catch (error) {
      return new Response(null, { status: statusOf(error) });
    }
    try {
      await store(event, env.PUSHES);
    } catch (error) {
      // With HTTP 200, for the body is what counts: the service delivers it again in the night.
      console.error("not stored", event.msgId, error);
      return json(refuse(event, "not stored"));
    }
    return json(acknowledge(event));
  },
} satisfies ExportedHandler<Env>;

/** Makes sure that an event is stored, now or by an earlier delivery. */
async function store(event: PushEvent, pushes: KVNamespace): Promise<void> {
  // Other types have nothing to store here. Refused, they would come again every night.
  if (event.type !== "follow_up") return;
  // KV has no insert: two deliveries at the same moment may both write, the same under the same key. Where
  // each event is to start something exactly once, store it in D1 or a Durable Object, by a unique msgId.
  const key = `push:${event.msgId}`;
  if ((await pushes.get(key)) === null) await pushes.put(key, JSON.stringify(event, digits));
}

/** Members that the SDK does not know may hold integers beyond 2^53, as BigInt, which has no JSON. */
function digits(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** The status that says why a push was not taken. */
function statusOf(error: unknown): number {
  // The sender does not know the secret, and learns nothing but that.
  if (isQinceError(error, "bad_signature")) return 401;
  // Signed once, but recorded and sent again, or the clock here is wrong; or it is no push at all.
  if (isQinceError(error, "stale") || isQinceError(error, "malformed")) return 400;
  // The fault is on this side, such as a wrong configuration: Cloudflare logs it and answers 500.
  throw error;
}

function json(body: string): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}
