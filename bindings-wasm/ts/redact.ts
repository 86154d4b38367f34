import type { SignedRequest } from "./request.js";

/**
 * Takes openid and digest of a request out of what its transport threw, for some name the whole URL: out of the texts
 * of an error, and of the errors that it holds.
 */
export function withoutSecrets(thrown: unknown, request: SignedRequest, seen = new Set<unknown>()): unknown {
  if (typeof thrown === "string") return request.redact(thrown);
  if (typeof thrown !== "object" || thrown === null || seen.has(thrown)) return thrown;
  seen.add(thrown);
  for (const [name, { value, ...property }] of Object.entries(Object.getOwnPropertyDescriptors(thrown))) {
    const holdsText = typeof value === "string" || value instanceof Error || Array.isArray(value);
    const redacted = holdsText ? withoutSecrets(value, request, seen) : value;
    if (redacted !== value) Object.defineProperty(thrown, name, { ...property, value: redacted });
  }
  return thrown;
}
