import { acknowledge, verifyPush } from "qince-leads";

export async function POST({ request }) {
  const event = verifyPush(await request.arrayBuffer(), { secrets: "push-secret", maxAgeMs: null });
  return new Response(acknowledge(event), { headers: { "Content-Type": "application/json" } });
}
