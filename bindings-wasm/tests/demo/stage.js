// What every step of the demo needs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { Account, isQinceError, QinceLeads } from "qince-leads";

import { environment, Sandbox } from "../sandbox/support.js";
import * as screen from "./screen.js";

/** How long a reply may take. */
const TIMEOUT_MS = 10_000;

export class Stage {
  leads;
  sandbox;
  pushSecret;
  baseUrl;
  #account;
  #seen = [];
  #requests = 0;

  /** Connects to the sandbox, and empties it. */
  static async set() {
    const stage = new Stage(environment());
    await stage.sandbox.forget();
    return stage;
  }

  constructor({ account, pushSecret }) {
    const onAttempt = (attempt) => this.#seen.push(attempt);
    this.leads = new QinceLeads({ ...account, timeoutMs: TIMEOUT_MS, onAttempt });
    this.sandbox = new Sandbox();
    this.pushSecret = pushSecret;
    this.baseUrl = account.baseUrl;
    this.#account = new Account(account);
  }

  /** The attempts that the observer saw since this was asked last. */
  attempts() {
    const attempts = this.#seen;
    this.#seen = [];
    this.#requests += attempts.length;
    return attempts;
  }

  /** The body in which a payload is sent. */
  bodyOf(operation, payload) {
    return this.#account.sign(operation, payload).body;
  }

  /** Calls, and prints what was sent and what came back: a result, or an error of the package. */
  async show(operation, payload, describe) {
    const { result, error } = await this.#call(operation, payload);
    const attempts = this.attempts();
    const [attempt] = attempts;
    assert.ok(attempt, "nothing was sent");
    screen.line(operation, "sent", this.path(attempt));
    screen.line("", "", this.bodyOf(operation, payload));
    const came = error === undefined ? describe(result) : error.message;
    const { status, durationMs } = attempts.at(-1);
    screen.line(
      "",
      "came",
      `${status === undefined ? "nothing" : `HTTP ${status}`} in ${durationMs} ms: ${came}`,
    );
    return { result, error };
  }

  async #call(operation, payload) {
    try {
      const call = this.leads[operation](payload);
      return { result: await (operation.startsWith("query") ? call.toArray() : call) };
    } catch (error) {
      if (isQinceError(error)) return { error };
      throw error;
    }
  }

  /** Where an attempt went, without the base URL that the title names. */
  path({ url }) {
    return url.startsWith(this.baseUrl) ? url.slice(this.baseUrl.length) : url;
  }

  summary() {
    this.attempts();
    return `All as it should be: six steps, ${this.#requests} requests, no lead lost, none doubled.`;
  }
}

/** A sample of the vendor's page. */
export function sample(name) {
  return JSON.parse(readFileSync(new URL(`../../../tests/samples/${name}.json`, import.meta.url), "utf8"));
}
