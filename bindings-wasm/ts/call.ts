import { Account, isCompact, milliseconds, type TimestampForm } from "./account.js";
import { type CoreAccount, type CoreCall, enter, type Handle } from "./core.js";
import {
  type Failure,
  InvalidAccountError,
  isQinceError,
  type QinceError,
  UncertainError,
} from "./errors.js";
import type { Operation, Payloads } from "./generated/operations.js";
import { refused } from "./options.js";
import { numberOf, written } from "./payload.js";
import { checked, type Outcome, type RawReply, type Reply, type Results, result } from "./read.js";
import { withoutSecrets } from "./redact.js";
import { SignedRequest } from "./request.js";

/** How often and how long a call tries. All times are in milliseconds. */
export interface Policy {
  /** How many requests of an operation are sent at most; one is always sent. 4, if left out. */
  maxAttempts?: number | undefined;
  /** The delay after the first failed request; it doubles with each further one. 500, if left out. */
  baseDelayMs?: number | undefined;
  /** The longest delay, but for one that the service asks for. 8000, if left out. */
  maxDelayMs?: number | undefined;
  /** How long after the first request a delay may end at the latest; `null` for any time. 60000, if left out. */
  deadlineMs?: number | null | undefined;
  /** By which part of itself a delay is shortened at most, from 0 to 1. 0.5, if left out. */
  jitter?: number | undefined;
  /**
   * How long to wait at least before an add that may have been carried out is looked for: as long as the service may
   * take to show what it stored. 0, if left out.
   */
  settleDelayMs?: number | undefined;
  /**
   * Whether an add that may have been carried out is sent again once a query has not found it; without that such a
   * call ends with an {@link UncertainError}. Yes, if left out.
   */
  resendAdds?: boolean | undefined;
  /**
   * Return codes by which this tenant's service says that it has not carried out a request and that it may be sent
   * again: a rate limit that comes as HTTP 200, say. None, if left out.
   */
  retryCodes?: readonly string[] | undefined;
  /**
   * Whether the tenant's service echoes message ids: then a reply with another one is another request's. No, if left
   * out.
   */
  matchMsgId?: boolean | undefined;
}

/** How a call is made. */
export interface CallOptions {
  /** How often and how long it tries. */
  policy?: Policy | undefined;
  /** How timestamps are written; `epoch_ms`, if left out. */
  timestampForm?: TimestampForm | undefined;
  /**
   * Whether an add is to add the lead only where none has its `code`, which the receipt then says (`existed`), and a
   * query to find the one lead that has its `code`. Both need one. No, if left out.
   */
  byCode?: boolean | undefined;
}

/** What a host does next. */
export type Step<T> =
  /** Send this request and say what came of it: {@link Call.replied} or {@link Call.failed}. */
  | {
      readonly type: "send";
      readonly request: SignedRequest;
      /** Which attempt of its operation it is, from 1. The queries of each settling are counted afresh. */
      readonly number: number;
    }
  /** Wait until the clock shows this time, in milliseconds since the epoch, and ask again. */
  | { readonly type: "wait"; readonly untilMs: number }
  /** The call is over. */
  | { readonly type: "done"; readonly result: T };

/** One finished attempt, for logs and metrics: it holds no secret, no body and no openid. */
export interface Attempt {
  /** The operation that was sent; a query where an add is being settled. */
  readonly operation: Operation;
  /** Which attempt of that operation it was, from 1. */
  readonly number: number;
  /** The message id (请求消息ID) of the request. */
  readonly msgId: string;
  /** Where it was sent, openid and digest replaced by `***`. */
  readonly url: string;
  /** The HTTP status, if a reply came. */
  readonly status?: number;
  /** `ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was. */
  readonly outcome: string;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** All of that in a line, for a log. */
  readonly line: string;
}

/** What is known of a call beside its result. */
export interface Progress {
  /** How many requests were sent, those that settle an add included. */
  readonly attempts: number;
  /** The message id (请求消息ID) of the last request. */
  readonly msgId?: string;
  /**
   * Whether the operation may have been carried out without its reply being read: by an attempt before a refusal,
   * too.
   */
  readonly mayHaveBeenCarriedOut: boolean;
  /** The code (线索编码) of the lead that is added, by which an add in doubt is looked up. */
  readonly leadCode?: string;
}

/**
 * One call of an operation, from the first request to the result: the retry machine below {@link QinceLeads}, without
 * clock, randomness and network of its own.
 *
 * Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again:
 * if it has a `code`, the call first queries for that code; if it has none, the call ends with an `UncertainError`.
 * Once an add may have been carried out, its call ends as a success or as uncertain, whatever ends it.
 *
 * A host that saves a call before it sends can stop at any instant and lose nothing: another one goes on with it.
 */
export class Call<O extends Operation> {
  readonly #operation: O;
  readonly #call: CoreCall;
  #request: SignedRequest | undefined;
  #reply: Reply | undefined;
  #thrown: unknown;
  /** What is known of the call since it sent last, for the case that the core goes wrong. */
  #sent: { isInDoubt: boolean; progress: Progress } | undefined;
  #end: End<O> | undefined;

  /** @throws {InvalidPayloadError} where the payload has no JSON; other violations show at the first step. */
  constructor(account: Account, operation: O, payload: Payloads[O], options?: CallOptions);
  /** @internal */
  constructor(account: Account, operation: O, payload: undefined, options: undefined, resumed: CoreCall);
  constructor(
    account: Account,
    operation: O,
    payload: Payloads[O] | undefined,
    options: CallOptions = {},
    resumed?: CoreCall,
  ) {
    this.#operation = operation;
    this.#call = resumed ?? begun(account, operation, payload as Payloads[O], options);
  }

  /**
   * Goes on with a call that was saved, as one of this account and with this policy.
   *
   * @throws {MalformedError} where the text is damaged, of another version, or of another operation.
   */
  static resume<O extends Operation>(account: Account, operation: O, text: string, policy?: Policy): Call<O> {
    const number = numberOf(operation);
    const parts = policyParts(policy);
    const resumed = enter((core) => {
      return core.CoreCall.resume(handleOf(account).held(core), number, String(text), parts);
    });
    return new Call(account, operation, undefined, undefined, resumed);
  }

  /**
   * Says what to do next. `nowMs` is the clock in milliseconds since the epoch, `msgId` the id of the next request,
   * used only if one is to be sent, and `random` a number from 0 to 1, for the jitter of delays.
   *
   * Whoever asks while a request is under way has lost track of it: it then counts as failed, in an unknown way.
   *
   * @throws {QinceError} where the call has failed.
   */
  step(nowMs: number, msgId: string, random: number): Step<Results[O]> {
    if (this.#end !== undefined) return this.#end.step();
    const id = String(msgId);
    let next: Next;
    try {
      const circumstances = { thrown: this.#thrown, reply: this.#reply };
      next = enter(() => this.#call.step(milliseconds(nowMs), id, Number(random)), circumstances);
    } catch (error) {
      if (isQinceError(error, "internal")) throw this.#broken(error);
      Object.assign(error as object, this.progress);
      return this.#finish(() => {
        throw error;
      });
    }
    switch (next[0]) {
      case "send": {
        const [type, operation, msgId, timestamp, url, body, number] = next;
        this.#request = new SignedRequest({ operation, msgId, timestamp, url, body });
        this.#reply = undefined;
        this.#sent = { isInDoubt: this.#enter(() => this.#call.isInDoubt), progress: this.progress };
        return { type, request: this.#request, number };
      }
      case "wait": {
        const [type, untilMs] = next;
        return { type, untilMs };
      }
      case "done": {
        const [type, outcome] = next;
        const step = { type, result: result(this.#operation, outcome, this.#reply as Reply) };
        return this.#finish(() => step);
      }
    }
  }

  /** The core's part of a call that is over is of no more use: calls in a loop take no memory. */
  #finish(step: () => Step<Results[O]>): Step<Results[O]> {
    const { lastAttempt: attempt, progress, doubtLine } = this;
    this.#end = { step, attempt, progress, doubtLine };
    this.#reply = undefined;
    this.#enter(() => this.#call.free());
    return step();
  }

  /** Runs something in the core; where that goes wrong, the call is over. */
  #enter<T>(run: () => T): T {
    try {
      return enter(run);
    } catch (error) {
      throw isQinceError(error, "internal") ? this.#broken(error) : error;
    }
  }

  /** The core has gone wrong, in this call or in another one. What was sent may have been carried out all the same. */
  #broken(error: QinceError): QinceError {
    const { isInDoubt, progress } = this.#sent ?? NOTHING_SENT;
    const what =
      "it may or may not have been carried out (the core failed); look it up before sending it again";
    const end = isInDoubt
      ? new UncertainError(`uncertain: ${what}`, { ...progress, cause: error })
      : Object.assign(error, progress);
    const step = () => {
      throw end;
    };
    this.#end = { step, attempt: undefined, progress, doubtLine: isInDoubt ? end.message : undefined };
    return end;
  }

  /**
   * Takes the reply to the request with this message id; one to any other request than the one under way comes too
   * late, and changes nothing. `retryAfter` is the text of its `Retry-After` header, if it has one.
   */
  replied(msgId: string, nowMs: number, reply: RawReply, retryAfter?: string | null): void {
    const taken = checked(reply);
    if (this.#end !== undefined) return;
    const { status, body } = taken;
    const [id, now, header] = [String(msgId), milliseconds(nowMs), retryAfter ?? undefined];
    const text = header === undefined ? undefined : String(header);
    this.#reply = taken;
    this.#enter(() => this.#call.replied(id, now, status, body, text));
  }

  /**
   * Takes note that no reply came to the request with this message id; of another one than the one under way that
   * changes nothing. `thrown` becomes the error's cause; openid and digest are taken out of it.
   */
  failed(msgId: string, nowMs: number, failure: Failure, thrown?: unknown): void {
    if (this.#end !== undefined) return;
    const id = String(msgId);
    this.#thrown = this.#request === undefined ? thrown : withoutSecrets(thrown, this.#request);
    this.#reply = undefined;
    this.#enter(() => this.#call.failed(id, milliseconds(nowMs), failure === "not_sent"));
  }

  /**
   * Gives the call up, because it is cancelled: it is over. Where an add may have been carried out, returns the error
   * to report.
   */
  giveUp(nowMs: number): UncertainError | undefined {
    if (this.#end !== undefined) return undefined;
    try {
      this.#enter(() => this.#call.giveUp(milliseconds(nowMs)));
      this.step(nowMs, "", 0);
    } catch (error) {
      if (isQinceError(error, "uncertain")) return error;
    }
    return undefined;
  }

  /**
   * The call as one line of text, by which {@link Call.resume} goes on with it in another process, host or language;
   * `undefined` where its end is known. It holds the payload, but no secret, openid or digest.
   *
   * Save before sending: a request that was under way when a host ended counts as failed in an unknown way.
   */
  save(): string | undefined {
    return this.#end === undefined ? this.#enter(() => this.#call.save()) : undefined;
  }

  /** Whether an add may or may not have been carried out: whoever gives the call up now does not know. */
  get isInDoubt(): boolean {
    return this.#end === undefined && this.#enter(() => this.#call.isInDoubt);
  }

  /** The attempt that finished last, for an observer. */
  get lastAttempt(): Attempt | undefined {
    if (this.#end !== undefined) return this.#end.attempt;
    const json = this.#enter(() => this.#call.lastAttempt());
    return json === undefined ? undefined : JSON.parse(json);
  }

  /**
   * One line for a log, of a call that has ended in doubt: the operation, the error, and the lead's code and the message
   * id to look it up by; `undefined` of any other.
   */
  get doubtLine(): string | undefined {
    return this.#end === undefined ? this.#enter(() => this.#call.doubtLine) : this.#end.doubtLine;
  }

  /** What is known of the call beside its result. */
  get progress(): Progress {
    if (this.#end !== undefined) return this.#end.progress;
    return JSON.parse(this.#enter(() => this.#call.progress()));
  }
}

/** What is known of a call that is over. */
interface End<O extends Operation> {
  readonly step: () => Step<Results[O]>;
  readonly attempt: Attempt | undefined;
  readonly progress: Progress;
  readonly doubtLine: string | undefined;
}

const NOTHING_SENT = { isInDoubt: false, progress: { attempts: 0, mayHaveBeenCarriedOut: false } };

/** What the core says to do next. */
type Next =
  | [
      type: "send",
      operation: Operation,
      msgId: string,
      timestamp: string,
      url: string,
      body: string,
      number: number,
    ]
  | [type: "wait", untilMs: number]
  | [type: "done", outcome: Outcome];

function begun<O extends Operation>(
  account: Account,
  operation: O,
  payload: Payloads[O],
  { policy, timestampForm, byCode = false }: CallOptions,
): CoreCall {
  const handle = handleOf(account);
  const number = numberOf(operation);
  const { json, path, mayRepeat } = written(operation, payload);
  const parts = policyParts(policy);
  const compact = isCompact(timestampForm);
  return enter(
    (core) => new core.CoreCall(handle.held(core), number, json, path, mayRepeat, parts, compact, byCode),
  );
}

function handleOf(account: Account): Handle<CoreAccount> {
  if (account instanceof Account) return account.handle;
  throw new InvalidAccountError("invalid account: an Account is needed");
}

/** A policy whose members the core can read without anything going wrong. */
export function policyParts(policy: Policy = {}) {
  if (typeof policy !== "object" || policy === null) throw refused("policy", "must be an object");
  const number = (name: keyof Policy) => {
    if (policy[name] == null) return undefined;
    const value = Number(policy[name]);
    // Of the jitter the core says more.
    if (Number.isNaN(value) && name !== "jitter") throw refused(`policy.${name}`, "must be a number");
    return value;
  };
  const flag = (value: boolean | null | undefined) => (value == null ? undefined : Boolean(value));
  const { deadlineMs, retryCodes } = policy;
  if (
    retryCodes != null &&
    !(Array.isArray(retryCodes) && retryCodes.every((each) => typeof each === "string"))
  )
    throw refused("policy.retryCodes", "must be a list of texts");
  return {
    maxAttempts: number("maxAttempts"),
    baseDelayMs: number("baseDelayMs"),
    maxDelayMs: number("maxDelayMs"),
    deadlineMs: deadlineMs === null ? Number.POSITIVE_INFINITY : number("deadlineMs"),
    jitter: number("jitter"),
    settleDelayMs: number("settleDelayMs"),
    resendAdds: flag(policy.resendAdds),
    retryCodes: retryCodes ?? undefined,
    matchMsgId: flag(policy.matchMsgId),
  };
}
