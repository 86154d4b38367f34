import { Account } from "./account.js";
import { AddMany, type AddManyOptions, type LeadOutcome, type Leads } from "./bulk.js";
import { type Attempt, Call, policyParts, type Step } from "./call.js";
import { Departure } from "./departure.js";
import { isQinceError } from "./errors.js";
import type { Operation, Payloads, Records } from "./generated/operations.js";
import type {
  AddApaasLead,
  AddLead,
  ModifyApaasLead,
  ModifyLead,
  QueryApaasLeads,
  QueryLeads,
  RemoveLead,
} from "./generated/payloads.js";
import {
  type ClientOptions,
  checkedCount,
  checkedHeaders,
  checkedTimeout,
  merged,
  type OtherOptions,
  type Outgoing,
  type QinceLeadsOptions,
  type RequestOptions,
  refused,
} from "./options.js";
import type { Other } from "./payload.js";
import { randomId } from "./random.js";
import type { Receipt, Reply, Results } from "./read.js";
import type { SignedRequest } from "./request.js";
import { userAgent } from "./runtime.js";
import { type Found, Scan } from "./scan.js";
import { onAbort, unlessAborted } from "./signals.js";
import { clock, sleep } from "./time.js";
import { exchange } from "./transport.js";
import { Turns } from "./turns.js";

const TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_CONCURRENT = 10;

/** What {@link QinceLeads} does: for whoever takes it as an argument, and for what stands in its place in tests. */
export interface LeadsClient {
  /** Adds a classic lead (新增线索数据). */
  add(lead: AddLead, options?: RequestOptions): Promise<Receipt>;
  /** Adds an aPaaS lead (新增apaas线索数据). */
  addApaas(lead: AddApaasLead, options?: RequestOptions): Promise<Receipt>;
  /** Modifies a classic lead (修改线索数据). */
  modify(lead: ModifyLead, options?: RequestOptions): Promise<Receipt>;
  /** Modifies an aPaaS lead (修改apaas线索数据). */
  modifyApaas(lead: ModifyApaasLead, options?: RequestOptions): Promise<Receipt>;
  /** Removes (voids) a lead (删除线索数据). */
  remove(lead: RemoveLead, options?: RequestOptions): Promise<Receipt>;
  /** Queries classic leads (线索数据查询): all of them, page by page, each once. */
  query(conditions: QueryLeads, options?: RequestOptions): Found<Records["query"]>;
  /** Queries aPaaS leads (线索apaas数据查询): all of them, page by page, each once. */
  queryApaas(conditions: QueryApaasLeads, options?: RequestOptions): Found<Records["queryApaas"]>;
  /** Finds a classic lead by its `code` (线索编码); `undefined` where none has it. */
  find(code: string, options?: RequestOptions): Promise<Records["query"] | undefined>;
  /** Finds an aPaaS lead by its `code` (线索编码); `undefined` where none has it. */
  findApaas(code: string, options?: RequestOptions): Promise<Records["queryApaas"] | undefined>;
  /** Adds a classic lead unless there is one with its `code` (线索编码), which is required. */
  ensure(lead: AddLead, options?: RequestOptions): Promise<Receipt>;
  /** Adds an aPaaS lead unless there is one with its `code` (线索编码), which is required. */
  ensureApaas(lead: AddApaasLead, options?: RequestOptions): Promise<Receipt>;
  /** Adds many classic leads, and gives an outcome for each, as they end. */
  addMany(leads: Leads<AddLead>, options?: AddManyOptions): AsyncIterable<LeadOutcome<AddLead>>;
  /** Adds many aPaaS leads, and gives an outcome for each, as they end. */
  addManyApaas(
    leads: Leads<AddApaasLead>,
    options?: AddManyOptions,
  ): AsyncIterable<LeadOutcome<AddApaasLead>>;
  /**
   * Calls any endpoint of the vendor, such as `customer/v1/queryCustomer`: signed, tried again and read alike, and
   * checked by nobody but the service. `payload` is an object, a list, or JSON text of one; what comes back is the
   * receipt's `data`.
   */
  other(path: string, payload: Other["payload"], options?: OtherOptions): Promise<Receipt>;
}

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
export class QinceLeads implements LeadsClient {
  /** The account that signs, or whose relay does. */
  readonly account: Account;
  readonly #options: ClientOptions;
  readonly #timeoutMs: number;
  readonly #connectTimeoutMs: number;
  readonly #headers: Record<string, string>;
  readonly #turns: Turns;

  constructor(options?: QinceLeadsOptions);
  /** @internal */
  constructor(options: ClientOptions, account: Account, turns: Turns | undefined);
  constructor(options: QinceLeadsOptions = {}, account = new Account(options), turns?: Turns) {
    const { fetch, headers, timeoutMs, connectTimeoutMs, maxConcurrent = MAX_CONCURRENT } = options;
    if (typeof (fetch ?? globalThis.fetch) !== "function") throw refused("fetch", "must be a function");
    for (const name of ["onRequest", "onAttempt", "onUncertain"] as const) {
      if (options[name] != null && typeof options[name] !== "function")
        throw refused(name, "must be a function");
    }
    if (typeof (options.logger ?? {}) !== "object") throw refused("logger", "must be an object");
    policyParts(options.policy);
    this.account = account;
    this.#options = withoutAccount(options);
    this.#timeoutMs = checkedTimeout("timeoutMs", timeoutMs, TIMEOUT_MS);
    this.#connectTimeoutMs = checkedTimeout("connectTimeoutMs", connectTimeoutMs, CONNECT_TIMEOUT_MS);
    this.#headers = merged({ "User-Agent": userAgent() }, checkedHeaders(headers));
    this.#turns = turns ?? new Turns(checkedCount("maxConcurrent", maxConcurrent));
  }

  /**
   * A client of the same account, with these options in place of its own. The two wait their turn together, unless it
   * has a `maxConcurrent` of its own. What is left out, or undefined, is as it was.
   *
   * @throws {InvalidAccountError} where an option cannot be used, or is one of the account.
   */
  withOptions(options: ClientOptions): QinceLeads {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const ofAccount = given.find(([name]) => OF_ACCOUNT.includes(name));
    if (ofAccount !== undefined) throw refused(ofAccount[0], "is the account's, which stays");
    const turns = options.maxConcurrent === undefined ? this.#turns : undefined;
    return new QinceLeads({ ...this.#options, ...Object.fromEntries(given) }, this.account, turns);
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
   * Finds a classic lead by its `code` (线索编码); `undefined` where none has it. Codes are the same regardless of ASCII
   * case and the white space around them; exactly this one goes first.
   */
  async find(code: string, options?: RequestOptions): Promise<Records["query"] | undefined> {
    return (await this.#run("query", { code }, options, true)).leads[0];
  }

  /** Finds an aPaaS lead by its `code` (线索编码), as {@link QinceLeads.find} does. */
  async findApaas(code: string, options?: RequestOptions): Promise<Records["queryApaas"] | undefined> {
    return (await this.#run("queryApaas", { code }, options, true)).leads[0];
  }

  /**
   * Adds a classic lead unless there is one with its `code` (线索编码), which is required: it is looked for before it is
   * added, and once more where that is refused. The receipt says whether there was one: `existed`.
   */
  ensure(lead: AddLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("add", lead, options, true);
  }

  /** Adds an aPaaS lead unless there is one with its `code` (线索编码), as {@link QinceLeads.ensure} does. */
  ensureApaas(lead: AddApaasLead, options?: RequestOptions): Promise<Receipt> {
    return this.#run("addApaas", lead, options, true);
  }

  /**
   * Adds many classic leads, and gives an outcome for each, as they end: what is wrong with one lead is its outcome's
   * error, and throws nothing. `leads` is read as it is needed, and may go on without end.
   *
   * @throws {InvalidAccountError} where an option cannot be used, or `leads` is nothing to iterate over.
   */
  addMany(leads: Leads<AddLead>, options: AddManyOptions = {}): AddMany<AddLead> {
    return new AddMany(leads, options, (lead, signal) => this.add(lead, { ...options, signal }));
  }

  /** Adds many aPaaS leads, as {@link QinceLeads.addMany} does. */
  addManyApaas(leads: Leads<AddApaasLead>, options: AddManyOptions = {}): AddMany<AddApaasLead> {
    return new AddMany(leads, options, (lead, signal) => this.addApaas(lead, { ...options, signal }));
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
    options: RequestOptions = {},
    byCode = false,
  ): Promise<Results[O]> {
    const { signal } = options;
    const { policy = this.#options.policy } = options;
    const call = new Call(this.account, operation, payload, { ...this.#options, policy, byCode });
    const run: Run = {
      now: clock(),
      signal,
      timeoutMs: checkedTimeout("timeoutMs", options.timeoutMs, this.#timeoutMs),
      headers: merged(this.#headers, checkedHeaders(options.headers)),
    };
    try {
      for (;;) {
        const step = await this.#turns.during(signal, () => this.#advance(call, run));
        if (step.type === "done") return step.result;
        await sleep(step.untilMs - run.now(), signal);
      }
    } catch (error) {
      const isGivenUp = signal?.aborted && error === signal.reason;
      if (!isGivenUp && isQinceError(error)) throw this.#told(call, error);
      const uncertain = call.giveUp(run.now());
      if (call.lastAttempt?.outcome === "cancelled") this.#observe(call.lastAttempt);
      if (uncertain === undefined) throw error;
      uncertain.cause = error;
      throw this.#told(call, uncertain);
    }
  }

  /** Whether requests go by the platform's own `fetch`. */
  get #isPlatforms(): boolean {
    return (this.#options.fetch ?? globalThis.fetch) === globalThis.fetch;
  }

  /** Sends what the call has to send, until it has to wait or is done. */
  async #advance<O extends Operation>(call: Call<O>, run: Run): Promise<Pause<O>> {
    for (;;) {
      const step = call.step(run.now(), randomId(), Math.random());
      if (step.type !== "send") return step;
      await this.#send(call, step, run);
    }
  }

  async #send(call: Call<Operation>, { request, number }: Sending, run: Run): Promise<void> {
    const { now, signal, timeoutMs } = run;
    const attempt = new AbortController();
    const departure = new Departure(request.url, attempt, this.#isPlatforms);
    const stop = () => attempt.abort(signal?.reason);
    const late = () => attempt.abort(new DOMException("no reply in time", "TimeoutError"));
    const unconnected = () => {
      if (departure.isConnecting) attempt.abort(new DOMException("no connection in time", "TimeoutError"));
    };
    const timers = [setTimeout(late, timeoutMs)];
    if (this.#connectTimeoutMs < timeoutMs) timers.push(setTimeout(unconnected, this.#connectTimeoutMs));
    const forget = onAbort(signal, stop);
    try {
      const reply = await unlessAborted(
        attempt.signal,
        this.#exchange(request, number, departure, attempt.signal, run),
      );
      call.replied(request.msgId, now(), reply, reply.headers["retry-after"]);
    } catch (thrown) {
      attempt.abort(thrown);
      await departure.stopped();
      if (signal?.aborted) {
        if (departure.isHeldBack) call.failed(request.msgId, now(), "not_sent");
        throw signal.reason;
      }
      call.failed(request.msgId, now(), departure.failureOf(thrown), departure.causeOf(thrown));
    } finally {
      for (const timer of timers) clearTimeout(timer);
      forget();
    }
    this.#observe(call.lastAttempt);
  }

  async #exchange(
    request: SignedRequest,
    number: number,
    departure: Departure,
    signal: AbortSignal,
    { headers }: Run,
  ): Promise<Reply> {
    const { operation, msgId } = request;
    const asked = await this.#asked({ operation, msgId, number });
    signal.throwIfAborted();
    const fetch = this.#options.fetch ?? globalThis.fetch;
    return departure.during(() => {
      return exchange(fetch, request, merged(headers, asked, request.headers), signal);
    });
  }

  /** The headers that a hook has for a request. One that fails must not fail the call. */
  async #asked(outgoing: Outgoing): Promise<Record<string, string>> {
    try {
      return checkedHeaders((await this.#options.onRequest?.(outgoing)) ?? undefined);
    } catch (thrown) {
      quietly(() => this.#options.logger?.warn(`onRequest failed, and is passed over: ${thrown}`));
      return {};
    }
  }

  #observe(attempt: Attempt | undefined): void {
    if (attempt === undefined) return;
    const { logger, onAttempt } = this.#options;
    quietly(() => logger?.debug(attempt.line));
    quietly(() => onAttempt?.(attempt));
  }

  /** Tells of a doubt before it is thrown, for it may be thrown where nobody listens. */
  #told(call: Call<Operation>, error: unknown): unknown {
    if (!isQinceError(error, "uncertain")) return error;
    const { logger, onUncertain } = this.#options;
    quietly(() => logger?.warn(call.doubtLine ?? error.message));
    quietly(() => onUncertain?.(error));
    return error;
  }
}

/** What is the same for all requests of a call. */
interface Run {
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly headers: Record<string, string>;
}

type Sending = Extract<Step<unknown>, { type: "send" }>;
type Pause<O extends Operation> = Exclude<Step<Results[O]>, { type: "send" }>;

const OF_ACCOUNT = ["openid", "appKey", "baseUrl", "relayUrl"];

function withoutAccount({ openid, appKey, baseUrl, relayUrl, ...options }: QinceLeadsOptions): ClientOptions {
  return options;
}

/** An observer that fails, now or later, must not fail the call that it observes. */
async function quietly(observe: () => unknown): Promise<void> {
  try {
    await observe();
  } catch {}
}
