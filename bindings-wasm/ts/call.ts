import { Account, isCompact, milliseconds, type TimestampForm } from "./account.js";
import { type CoreCall, enter } from "./core.js";
import { described, type Failure, InvalidAccountError } from "./errors.js";
import type { Operation, Payloads } from "./generated/operations.js";
import { numberOf, operationAt, payloadToJson } from "./payload.js";
import { checked, type Outcome, type RawReply, type Results, result } from "./read.js";
import { SignedRequest } from "./request.js";

/** How often and how long a call tries. All times are in milliseconds. */
export interface Policy {
  /** How many requests of an operation are sent at most; one is always sent. 4, if left out. */
  readonly maxAttempts?: number | undefined;
  /** The delay after the first failed request; it doubles with each further one. 500, if left out. */
  readonly baseDelayMs?: number | undefined;
  /** The longest delay, but for one that the service asks for. 8000, if left out. */
  readonly maxDelayMs?: number | undefined;
  /** How long after the first request a delay may end at the latest; `null` for any time. 60000, if left out. */
  readonly deadlineMs?: number | null | undefined;
  /** By which part of itself a delay is shortened at most, from 0 to 1. 0.5, if left out. */
  readonly jitter?: number | undefined;
}

/** How a call is made. */
export interface CallOptions {
  /** How often and how long it tries. */
  readonly policy?: Policy | undefined;
  /** How timestamps are written; `epoch_ms`, if left out. */
  readonly timestampForm?: TimestampForm | undefined;
}

/** What a host does next. */
export type Step<T> =
  /** Send this request and say what came of it: {@link Call.replied} or {@link Call.failed}. */
  | { readonly type: "send"; readonly request: SignedRequest }
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
  /** Where it was sent, openid and digest replaced by `***`. */
  readonly url: string;
  /** The HTTP status, if a reply came. */
  readonly status?: number;
  /** `ok`, `not_sent`, `unknown`, or the code of the error that the reply was. */
  readonly outcome: string;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/**
 * One call of an operation, from the first request to the result: the retry machine below {@link QinceLeads}, without
 * clock, randomness and network of its own.
 *
 * Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again:
 * if it has a `code`, the call first queries for that code; if it has none, the call ends with an `UncertainError`.
 */
export class Call<O extends Operation> {
  readonly #operation: O;
  readonly #call: CoreCall;
  #body: string | Uint8Array = "";
  #thrown: unknown;
  #attempt: Attempt | undefined;
  #end: (() => Step<Results[O]>) | undefined;

  /** @throws {InvalidPayloadError} where the payload has no JSON; other violations show at the first step. */
  constructor(account: Account, operation: O, payload: Payloads[O], options: CallOptions = {}) {
    if (!(account instanceof Account)) throw new InvalidAccountError("invalid account: an Account is needed");
    const number = numberOf(operation);
    const json = payloadToJson(operation, payload);
    const { maxAttempts, baseDelayMs, maxDelayMs, deadlineMs, jitter } = options.policy ?? {};
    const compact = isCompact(options.timestampForm);
    this.#operation = operation;
    this.#call = enter((core) => {
      return new core.CoreCall(
        account.handle.held(core),
        number,
        json,
        maxAttempts,
        baseDelayMs,
        maxDelayMs,
        deadlineMs === null ? Number.POSITIVE_INFINITY : deadlineMs,
        jitter,
        compact,
      );
    });
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
    if (this.#end !== undefined) return this.#end();
    const id = String(msgId);
    const outcome: Outcome = enter(() => this.#call.step(milliseconds(nowMs), id, Number(random)));
    if (typeof outcome === "string" && !outcome.startsWith("{")) {
      const told = outcome.slice(1);
      if (outcome.startsWith("s")) {
        const [number, url, body] = told.split("\n") as [string, string, string];
        return { type: "send", request: new SignedRequest(operationAt(Number(number)), url, body, id) };
      }
      if (outcome.startsWith("w")) return { type: "wait", untilMs: Number(told) };
      const error = described(told, { body: this.#body, thrown: this.#thrown });
      return this.#finish(() => {
        throw error;
      });
    }
    const step = { type: "done", result: result(this.#operation, outcome, this.#body) } as const;
    return this.#finish(() => step);
  }

  /** The core's part of a call that is over is of no more use: calls in a loop take no memory. */
  #finish(end: () => Step<Results[O]>): Step<Results[O]> {
    this.#attempt = this.lastAttempt;
    this.#end = end;
    this.#body = "";
    enter(() => this.#call.free());
    return end();
  }

  /** Takes the reply to the request under way; `retryAfterMs` is what its `Retry-After` header asks for. */
  replied(nowMs: number, reply: RawReply, retryAfterMs?: number): void {
    const { status, body } = checked(reply);
    if (this.#end !== undefined) return;
    this.#body = body;
    enter(() => {
      if (typeof body === "string") this.#call.repliedText(milliseconds(nowMs), status, body, retryAfterMs);
      else this.#call.repliedBytes(milliseconds(nowMs), status, body, retryAfterMs);
    });
  }

  /** Takes note that no reply came to the request under way; `thrown` becomes the error's cause. */
  failed(nowMs: number, failure: Failure, thrown?: unknown): void {
    if (this.#end !== undefined) return;
    this.#thrown = thrown;
    enter(() => this.#call.failed(milliseconds(nowMs), failure === "not_sent"));
  }

  /** Whether an add may or may not have been carried out: whoever gives the call up now does not know. */
  get isInDoubt(): boolean {
    return this.#end === undefined && enter(() => this.#call.isInDoubt);
  }

  /** The attempt that finished last, for an observer. */
  get lastAttempt(): Attempt | undefined {
    if (this.#end !== undefined) return this.#attempt;
    const attempt = enter(() => this.#call.lastAttempt());
    if (attempt === undefined) return undefined;
    const told = JSON.parse(attempt);
    return { ...told, operation: operationAt(told.operation) };
  }
}
