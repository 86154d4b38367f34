import { acknowledge, verifyPush } from "qince-leads";

export default defineEventHandler(async (event) => {
  const push = verifyPush(await readRawBody(event, false), { secrets: "push-secret", maxAgeMs: null });
  setResponseHeader(event, "Content-Type", "application/json");
  return acknowledge(push);
});
