import { Account, type AccountOptions } from "./account.js";
import { type Attempt, Call, type CallOptions } from "./call.js";
import { type Failure, InvalidAccountError } from "./errors.js";
import type { Operation, Payloads, Query, Records } from "./generated/operations.js";
import type {
  AddApaasLead,
  AddLead,
  ModifyApaasLead,
  ModifyLead,
  QueryApaasLeads,
  QueryLeads,
  RemoveLead,
} from "./generated/payloads.js";
import { Pages } from "./pages.js";
import type { Other } from "./payload.js";
import { randomId } from "./random.js";
import type { Page, Receipt, Results } from "./read.js";
import type { SignedRequest } from "./request.js";

/** What {@link QinceLeads} needs of a `fetch`: the platform's own, or one that behaves like it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What a `fetch` is given. */
export interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** A redirect is an answer like any other that is none of the service. */
  redirect: "manual";
  signal: AbortSignal;
}

/** What a `fetch` answers, as far as it is read. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Who calls, where, and how. */
export type QinceLeadsOptions = AccountOptions & ClientOptions;

/** How calls are made. */
export interface ClientOptions extends CallOptions {
  /** Headers that each request has besides its own: for a relay the session of the app's user. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What sends requests; the platform's `fetch`, if left out. */
  readonly fetch?: Fetch | undefined;
  /** How long to wait for one reply, in milliseconds; 30000, if left out. */
  readonly timeoutMs?: number | undefined;
  /** Called after each attempt, for logs and metrics. What it throws is passed over. */
  readonly onAttempt?: ((attempt: Attempt) => unknown) | undefined;
}

/** What may be said about one request to any endpoint. */
export interface OtherOptions extends RequestOptions {
  /** Whether it may be sent again where it may have been carried out, as a query may; yes, if left out. */
  readonly repeat?: boolean | undefined;
}

/** What may be said about one call. */
export interface RequestOptions {
  /**
   * Gives the call up. It then throws the signal's reason, or, where an add may have been carried out already, an
   * {@link UncertainError} with that reason as its cause.
   */
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 30_000;

/** The longest time that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The sales leads of one account.
 *
 * ```ts
 * const leads = new QinceLeads({ openid, appKey });
 * await leads.add({ cus_name: "示例公司", empName: "负责人", code: "L1" });
 * for await (const lead of leads.query({ create_time_start: "2026-01-01" })) console.log(lead.cus_name);
 * ```
 *
 * Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its
 * `code`, so give each lead one. Keep the app key on a server: whoever has it can do all that this class does.
 *
 * @throws {InvalidAccountError} where the account cannot be used.
 */
export class QinceLeads {
  /** The account that signs, or whose relay does. */
  readonly account: Account;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: Fetch | undefined;
  readonly #timeoutMs: number;
  readonly #onAttempt: ((attempt: Attempt) => unknown) | undefined;
  readonly #callOptions: CallOptions;

  constructor(options: QinceLeadsOptions) {
    this.account = new Account(options);
    const { fetch, headers = {}, timeoutMs = TIMEOUT_MS, onAttempt, policy, timestampForm } = options;
    if (typeof (fetch ?? globalThis.fetch) !== "function")
      throw new InvalidAccountError("invalid account: fetch: must be a function");
    if (!(timeoutMs > 0)) throw new InvalidAccountError("invalid account: timeoutMs: must be more than 0");
    this.#fetch = fetch;
    this.#headers = { ...headers };
    this.#timeoutMs = Math.min(timeoutMs, MAX_TIMER_MS);
    this.#onAttempt = onAttempt;
    this.#callOptions = { policy, timestampForm };
  }

  /** Adds a classic lead (新增线索数据). */
  add(lead: AddLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("add", lead, options);
  }

  /** Adds an aPaaS lead (新增apaas线索数据). */
  addApaas(lead: AddApaasLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("addApaas", lead, options);
  }

  /** Modifies a classic lead (修改线索数据). */
  modify(lead: ModifyLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("modify", lead, options);
  }

  /** Modifies an aPaaS lead (修改apaas线索数据). */
  modifyApaas(lead: ModifyApaasLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("modifyApaas", lead, options);
  }

  /** Removes (voids) a lead (删除线索数据). */
  remove(lead: RemoveLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("remove", lead, options);
  }

  /** Queries classic leads (线索数据查询): all of them, page by page, each once. */
  query(conditions: QueryLeads, options?: RequestOptions): Scan<"query"> {
    return new Scan("query", conditions, (query) => this.#run("query", query, options));
  }

  /** Queries aPaaS leads (线索apaas数据查询): all of them, page by page, each once. */
  queryApaas(conditions: QueryApaasLeads, options?: RequestOptions): Scan<"queryApaas"> {
    return new Scan("queryApaas", conditions, (query) => this.#run("queryApaas", query, options));
  }

  /**
   * Calls any endpoint of the vendor, such as `customer/v1/queryCustomer`: signed, tried again and read alike, and
   * checked by nobody but the service. `payload` is an object, a list, or JSON text of one; what comes back is the
   * receipt's `data`.
   */
  other(path: string, payload: Other["payload"], options: OtherOptions = {}): Promise<Receipt> {
    return this.#run("other", { path, payload, repeat: options.repeat }, options);
  }

  async #run<O extends Operation>(
    operation: O,
    payload: Payloads[O],
    options?: RequestOptions,
  ): Promise<Results[O]> {
    const signal = options?.signal;
    const call = new Call(this.account, operation, payload, this.#callOptions);
    try {
      for (;;) {
        const step = call.step(Date.now(), randomId(), Math.random());
        if (step.type === "done") return step.result;
        if (signal?.aborted) {
          if (step.type === "send") call.failed(step.request.msgId, Date.now(), "not_sent");
          throw signal.reason;
        }
        if (step.type === "send") await this.#send(call, step.request, signal);
        else await sleep(step.untilMs - Date.now(), signal);
      }
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
      const uncertain = call.giveUp(Date.now());
      if (call.lastAttempt?.outcome === "cancelled") this.#observe(call.lastAttempt);
      if (uncertain === undefined) throw error;
      uncertain.cause = error;
      throw uncertain;
    }
  }

  async #send(call: Call<Operation>, request: SignedRequest, signal: AbortSignal | undefined): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort(signal?.reason);
    const late = () => attempt.abort(new DOMException("no reply in time", "TimeoutError"));
    const timer = setTimeout(late, this.#timeoutMs);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const { status, body, retryAfter } = await unlessAborted(
        attempt.signal,
        this.#exchange(request, attempt.signal),
      );
      call.replied(request.msgId, Date.now(), { status, body }, retryAfter);
    } catch (thrown) {
      signal?.throwIfAborted();
      call.failed(request.msgId, Date.now(), failureOf(thrown), thrown);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
    this.#observe(call.lastAttempt);
  }

  async #exchange({ url, method, headers, body }: SignedRequest, signal: AbortSignal): Promise<Reply> {
    const send = this.#fetch ?? globalThis.fetch;
    const response = await send(url, {
      method,
      headers: { ...this.#headers, ...headers },
      body,
      redirect: "manual",
      signal,
    });
    return {
      status: response.status,
      body: new Uint8Array(await response.arrayBuffer()),
      retryAfter: response.headers.get("Retry-After"),
    };
  }

  /** An observer that fails must not fail the call that it observes. */
  async #observe(attempt: Attempt | undefined): Promise<void> {
    try {
      if (attempt !== undefined) await this.#onAttempt?.(attempt);
    } catch {}
  }
}

/** What came, as far as it counts. */
interface Reply {
  status: number;
  body: Uint8Array;
  retryAfter: string | null;
}

/** Waits no longer than the signal allows, also for what does not listen to it. */
function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** All leads that a query finds, read page by page as they are asked for. */
export class Scan<Q extends Query> implements AsyncIterable<Records[Q]> {
  readonly #operation: Q;
  readonly #conditions: Payloads[Q];
  readonly #run: (query: Payloads[Q]) => Promise<Results[Q]>;

  constructor(operation: Q, conditions: Payloads[Q], run: (query: Payloads[Q]) => Promise<Results[Q]>) {
    this.#operation = operation;
    this.#conditions = conditions;
    this.#run = run;
  }

  /** The leads, one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Records[Q], void, undefined> {
    for await (const { leads } of this.pages()) yield* leads;
  }

  /** The leads page by page, and what of each page is not as the vendor documents it. */
  async *pages(): AsyncGenerator<Page<Records[Q]>, void, undefined> {
    const pages = new Pages(this.#operation, this.#conditions);
    for (let query = pages.nextQuery(); query !== undefined; query = pages.nextQuery()) {
      const page = (await this.#run(query)) as Page<Records[Q]>;
      const leads = pages.take(page);
      if (leads.length > 0 || page.faults.length > 0) yield { ...page, leads };
    }
  }

  /** All leads at once, where there are not too many. */
  async toArray(): Promise<Records[Q][]> {
    const leads: Records[Q][] = [];
    for await (const lead of this) leads.push(lead);
    return leads;
  }
}

/** Waits this many milliseconds, or until the signal says to stop. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(ms, MAX_TIMER_MS),
    );
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The codes by which Node.js, Bun and Deno say that no connection was made. */
const NOT_SENT = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
];

/** A request counts as not sent only where the platform says so; browsers never do. */
function failureOf(thrown: unknown): Failure {
  const seen = new Set<unknown>();
  for (let error = thrown; error instanceof Error && !seen.has(error); error = error.cause) {
    if (NOT_SENT.includes((error as { code?: string }).code ?? "")) return "not_sent";
    seen.add(error);
  }
  return "unknown";
}
