import type { AccountOptions } from "./account.js";
import type { Attempt, CallOptions, Policy } from "./call.js";
import { enter } from "./core.js";
import { InvalidAccountError, type UncertainError } from "./errors.js";
import type { Operation } from "./generated/operations.js";
import type { Fetch } from "./transport.js";

/** Who calls, where, and how. */
export type QinceLeadsOptions = AccountOptions & ClientOptions;

/** How calls are made. */
export interface ClientOptions extends Omit<CallOptions, "byCode"> {
  /** How long to wait for one whole reply, in milliseconds, from the request's turn on; 30000, if left out. */
  timeoutMs?: number | undefined;
  /**
   * How long to wait for a connection, in milliseconds; 10000, if left out. It is kept where the runtime tells when a
   * connection stands: in Node.js.
   */
  connectTimeoutMs?: number | undefined;
  /**
   * How many requests are under way at once; 10, if left out. The others wait their turn: they are not timed, and were
   * not sent.
   */
  maxConcurrent?: number | undefined;
  /** RequestHeaders that each request has besides its own: for a relay the session of the app's user. */
  headers?: RequestHeaders | undefined;
  /** What sends requests; the platform's `fetch`, if left out. */
  fetch?: Fetch | undefined;
  /**
   * Called before each request; may return headers for it, such as those of a trace. What it throws is logged and passed
   * over. It must not wait for a call of the same client: the request that it is called for has a turn already.
   */
  onRequest?: ((request: Outgoing) => MaybeHeaders | Promise<MaybeHeaders>) | undefined;
  /** Called after each attempt, for metrics. What it throws is passed over. */
  onAttempt?: ((attempt: Attempt) => unknown) | undefined;
  /**
   * Called whenever a call ends in doubt, or is given up in doubt: also where nobody waits for it any more. What it
   * throws is passed over.
   */
  onUncertain?: ((error: UncertainError) => unknown) | undefined;
  /** Where each attempt and each doubt is logged, in lines without secrets: `console`, say. */
  logger?: Logger | undefined;
}

/** What may be said about one call; what is left out is as the client has it. */
export interface RequestOptions {
  /**
   * Gives the call up. It then throws the signal's reason, or, where an add may have been carried out already, an
   * {@link UncertainError} with that reason as its cause.
   */
  signal?: AbortSignal | undefined;
  /** How long to wait for one whole reply, in milliseconds. */
  timeoutMs?: number | undefined;
  /** How often and how long it tries. */
  policy?: Policy | undefined;
  /** RequestHeaders besides those of the client. */
  headers?: RequestHeaders | undefined;
}

/** What may be said about one request to any endpoint. */
export interface OtherOptions extends RequestOptions {
  /** Whether it may be sent again where it may have been carried out, as a query may; yes, if left out. */
  repeat?: boolean | undefined;
}

/** Headers by their names. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is one that may be given.
type MaybeHeaders = RequestHeaders | undefined | void;

/** A request that is about to be sent. */
export interface Outgoing {
  /** The operation; a query where an add is being settled. */
  readonly operation: Operation;
  /** Its message id (请求消息ID). */
  readonly msgId: string;
  /** Which attempt of that operation it is, from 1. */
  readonly number: number;
}

/** What takes lines. */
export interface Logger {
  debug(line: string): void;
  warn(line: string): void;
}

/** The longest time that a timer takes. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A time-out as a timer takes it. */
export function checkedTimeout(name: string, ms: number | undefined, usualMs: number): number {
  if (ms === undefined) return usualMs;
  if (typeof ms !== "number" || !(ms > 0)) throw refused(name, "must be a number of milliseconds above 0");
  return Math.min(ms, MAX_TIMER_MS);
}

/** A number of requests at once. */
export function checkedCount(name: string, count: number): number {
  if (typeof count !== "number" || !(count >= 1)) throw refused(name, "must be a number from 1 on");
  return count;
}

/** Headers that requests may have besides their own, without those that are undefined. */
export function checkedHeaders(headers: RequestHeaders | undefined): Record<string, string> {
  const given = Object.entries(headers ?? {}).filter(([, value]) => value != null);
  const checked = given.map(([name, value]) => [name, String(value)] as const);
  for (const [name, value] of checked) enter((core) => core.checkHeader(name, value));
  return Object.fromEntries(checked);
}

/** Headers from several places; of those with one name the last one counts, in whatever case it is written. */
export function merged(...sources: RequestHeaders[]): Record<string, string> {
  const all = new Map<string, [name: string, value: string]>();
  for (const [name, value] of sources.flatMap((source) => Object.entries(source))) {
    if (value !== undefined) all.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(all.values());
}

export function refused(name: string, what: string): InvalidAccountError {
  return new InvalidAccountError(`invalid account: ${name}: ${what}`);
}
