// The sandbox from the outside: where it is, what its admin surface does, and a webhook for what it pushes.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { acknowledge, isQinceError, QinceLeads, refuse, verifyPush } from "qince-leads";

const LISTED_AT_ONCE = 1000;

/** Where the sandbox listens, and as whom to connect. */
export function environment() {
  const variable = (name) => {
    const value = process.env[name];
    if (value) return value;
    throw new Error(`${name} is not set; start the sandbox with \`cargo run -p qince-sandbox\``);
  };
  return {
    account: {
      baseUrl: variable("QINCE_BASE_URL"),
      openid: variable("QINCE_OPENID"),
      appKey: variable("QINCE_APP_KEY"),
    },
    pushSecret: variable("QINCE_PUSH_SECRET"),
  };
}

/** A client that waits only shortly between attempts, and what it sent. */
export function client(options = {}) {
  const attempts = [];
  const leads = new QinceLeads({
    ...environment().account,
    policy: { maxAttempts: 8, baseDelayMs: 2, maxDelayMs: 20 },
    timeoutMs: 5000,
    onAttempt: (attempt) => attempts.push(attempt),
    ...options,
  });
  return { leads, attempts };
}

/** The sandbox's admin surface. */
export class Sandbox {
  #baseUrl = environment().account.baseUrl;

  /** Forgets leads, pushes, faults, quirks and counts. */
  forget() {
    return this.#ask("DELETE", "state");
  }

  quirks(quirks) {
    return this.#ask("PUT", "quirks", quirks);
  }

  planFaults(plan) {
    return this.#ask("PUT", "faults", plan);
  }

  faults() {
    return this.#ask("GET", "faults");
  }

  createLeads(order) {
    return this.#ask("POST", "leads", order);
  }

  /** All leads of both families, removed ones too, in the order of their creation. */
  async leads() {
    const all = [];
    for (;;) {
      const { total, leads } = await this.#ask("GET", `leads?limit=${LISTED_AT_ONCE}&offset=${all.length}`);
      all.push(...leads);
      if (all.length >= total) return all;
      assert.notEqual(leads.length, 0, "the sandbox lists fewer leads than it has");
    }
  }

  async leadsWithCode(code) {
    const { leads } = await this.#ask("GET", `leads?code=${encodeURIComponent(code)}`);
    return leads;
  }

  /** Pushes follow-up records, and waits for what becomes of them. */
  async push(order) {
    return (await this.#ask("POST", "follow-ups", order)).pushes;
  }

  /** Pushes those again that were not acknowledged. */
  async redeliver() {
    return (await this.#ask("POST", "redeliver", {})).pushes;
  }

  /** What became of every genuine push. */
  async journal() {
    return (await this.#ask("GET", "pushes")).pushes;
  }

  async #ask(method, path, order) {
    const body = order === undefined ? null : JSON.stringify(order);
    const answer = await fetch(`${this.#baseUrl}/_sandbox/${path}`, { method, body });
    const text = await answer.text();
    assert.ok(
      answer.ok,
      `the sandbox was asked to ${method} ${path}: HTTP ${answer.status} ${text.slice(0, 300)}`,
    );
    return text === "" ? undefined : JSON.parse(text);
  }
}

/**
 * A webhook that hands each event to a handler once. An event whose handler throws is refused, and so comes
 * again; what no secret signed is answered with HTTP 401 and no word more, what is no push with HTTP 400.
 */
export class Webhook {
  url = "";
  #handled = new Set();
  #server;

  constructor(handle, secrets = environment().pushSecret) {
    this.#server = createServer(async (request, answer) => {
      const { status, body } = this.#answer(await read(request), handle, secrets);
      answer.writeHead(status, { "Content-Type": "application/json" }).end(body);
    });
  }

  /** Serves on a free port of this machine. */
  async start() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${this.#server.address().port}/push`;
    return this;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(body, handle, secrets) {
    let event;
    try {
      event = verifyPush(body, { secrets, maxAgeMs: 60_000 });
    } catch (error) {
      return { status: isQinceError(error, "bad_signature") ? 401 : 400 };
    }
    if (!this.#handled.has(event.msgId)) {
      try {
        handle(event);
      } catch (error) {
        return { status: 200, body: refuse(event, error.message) };
      }
      this.#handled.add(event.msgId);
    }
    return { status: 200, body: acknowledge(event) };
  }
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
