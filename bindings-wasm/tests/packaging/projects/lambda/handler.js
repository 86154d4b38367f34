import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

/** Receives a push by way of an API Gateway, which hands on forms as base64. */
export async function handler({ body, isBase64Encoded }) {
  const rawBody = isBase64Encoded ? Buffer.from(body, "base64") : body;
  const event = qince.verifyPush(rawBody, { secrets: "push-secret", maxAgeMs: null });
  return { statusCode: 200, headers: { "Content-Type": "application/json" }, body: qince.acknowledge(event) };
}

export const results = () => check(qince, testing);
