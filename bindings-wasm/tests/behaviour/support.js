// What the tests of behaviour share.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

import { Account, QinceLeads } from "qince-leads";

export const OPERATIONS = ["add", "addApaas", "modify", "modifyApaas", "remove", "query", "queryApaas"];
export const SECRETS = { openid: "openid-8f3a", appKey: "app-key-5c1e", pushSecret: "push-secret-77aa" };
export const OK = reply('{"return_code":"0","return_msg":"ok","response_data":"7"}');
export const EMPTY = reply('{"return_code":"0","response_data":[]}');

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export function account() {
  return new Account(SECRETS);
}

/** The error that something ends with. */
export function thrownBy(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

/** The error that a promise ends with. */
export async function rejectionOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

/** What a promise comes to, or an error where it has not come to anything in a second. */
export async function soon(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("not within a second")), 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The violations of a payload, as `path rule`. */
export function violations(operation, payload) {
  const error = thrownBy(() => account().sign(operation, payload));
  assert.equal(error.code, "invalid_payload", error.stack);
  return error.violations.map(({ path, rule }) => `${path} ${rule}`);
}

/** A reply as the core reads it. */
export function reply(body, status = 200) {
  return { status, body };
}

/** The reply of the service with these rows. */
export function rows(...leads) {
  return reply(JSON.stringify({ return_code: "0", response_data: leads }));
}

/** The body of a push that was signed. */
export function push(
  data,
  { secret = SECRETS.pushSecret, timestamp = "1000", dataType = "salesLeads_follow" } = {},
) {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  const digest = createHash("md5").update(`${text}|${secret}|${timestamp}`).digest("hex");
  return new URLSearchParams({ msgId: "m1", data: text, timestamp, digest, dataType }).toString();
}

/** A response like that of `fetch`. */
export function response({ status, body }, headers = {}) {
  return new Response([204, 304].includes(status) ? null : body, { status, headers });
}

/**
 * A client whose `fetch` answers by a list: each entry is a reply, an error to be thrown, or a function of URL
 * and options. It tells what was sent, and what the observer saw.
 */
export function scripted(script, options = {}) {
  const sent = [];
  const attempts = [];
  const fetch = async (url, init) => {
    const answer = script[sent.length];
    sent.push({ url, ...init });
    if (answer === undefined) throw new Error("the script of this test is over");
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(url, init) : response(answer);
  };
  const leads = new QinceLeads({
    ...SECRETS,
    fetch,
    policy: { baseDelayMs: 1, maxDelayMs: 2 },
    onAttempt: (attempt) => attempts.push(attempt),
    ...options,
  });
  return { leads, sent, attempts };
}

/** A request that is never answered, but given up with its signal. */
export function unanswered(_url, { signal }) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

export function outcomes(attempts) {
  return attempts.map(({ operation, outcome }) => `${operation} ${outcome}`);
}

/** Runs a module in a process of its own, which is ended where it takes too long. */
export function inProcess(module, { timeoutMs = 10_000, flags = [] } = {}) {
  const args = [...flags, "--input-type=module", "-e", module];
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  assert.equal(signal, null, `it did not end within ${timeoutMs} ms`);
  assert.equal(status, 0, stderr.slice(0, 2000));
  return stdout.trim();
}
