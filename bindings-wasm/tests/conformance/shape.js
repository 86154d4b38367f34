// What a case may say. A member that is missing, not known or of another type is a failure.

import { sourceOf } from "./json.js";

/** A member that may be anything. */
export const any = () => true;
export const text = (value) => typeof value === "string";
export const flag = (value) => typeof value === "boolean";
export const number = (value) => typeof value === "number";
export const integer = (value) => Number.isSafeInteger(value) || typeof value === "bigint";
export const list = (value) => Array.isArray(value);
export const object = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const listOf = (is) => (value) => list(value) && value.every(is);
export const either =
  (...choices) =>
  (value) =>
    choices.includes(value);
export const nullOr = (is) => (value) => value === null || is(value);

/** What every case has. */
export const head = { name: text, kind: text };

/** An account as vectors write it. */
export const account = {
  "openid?": text,
  "app_key?": text,
  "base_url?": nullOr(text),
  "relay_url?": nullOr(text),
};

/** A stamp as vectors write it. */
export const stamp = {
  now_ms: integer,
  msg_id: text,
  "form?": nullOr(either("epoch_ms", "compact")),
};

/** Fails where a value is no object of this shape; a member that may be left out has a name with `?`. */
export function check(what, value, shape) {
  if (!object(value)) throw new Error(`not understood: ${what} is no object`);
  for (const [key, is] of Object.entries(shape)) {
    const name = key.replace("?", "");
    if (!Object.hasOwn(value, name)) {
      if (name === key) throw new Error(`not understood: ${what} has no ${name}`);
    } else if (!is(value[name])) {
      throw new Error(`not understood: ${name} of ${what} is of another type`);
    }
  }
  const unknown = Object.keys(value).find((name) => !(name in shape || `${name}?` in shape));
  if (unknown !== undefined) throw new Error(`not understood: ${what} has a member ${unknown}`);
}

const OPERATIONS = {
  add: "add",
  add_apaas: "addApaas",
  modify: "modify",
  modify_apaas: "modifyApaas",
  remove: "remove",
  query: "query",
  query_apaas: "queryApaas",
  other: "other",
};

/** The package's name for an operation. */
export function operationOf(op) {
  if (!Object.hasOwn(OPERATIONS, op)) throw new Error(`no operation \`${op}\``);
  return OPERATIONS[op];
}

/** The vectors' name for an operation. */
export function opOf(operation) {
  return Object.keys(OPERATIONS).find((op) => OPERATIONS[op] === operation);
}

/** The account as the package takes it. */
export function accountOf({ openid, app_key: appKey, base_url: baseUrl, relay_url: relayUrl }) {
  return relayUrl == null ? { openid, appKey, baseUrl: baseUrl ?? undefined } : { relayUrl };
}

/** The payload as the package takes it; of a request to any endpoint as JSON text, which keeps all digits. */
export function payloadOf({ op, path, payload, repeat }) {
  if (op === "other") return { path, payload: sourceOf(payload), repeat };
  if (path !== undefined || repeat !== undefined) throw new Error("only `other` has path and repeat");
  return payload;
}
