import type { ErrorCode, Operation, Rule } from "./generated/operations.js";
import type { Reply } from "./read.js";

export type { ErrorCode, Rule };

const BRAND = Symbol.for("qince-leads.error");

/** What may be known of an error besides its message. */
export interface ErrorFacts extends ErrorOptions {
  /** The message id (请求消息ID) of the call's last request, for the vendor's support. */
  readonly msgId?: string;
  /** How many requests the call sent, those that settle an add included. */
  readonly attempts?: number;
  /**
   * Whether the operation may have been carried out without its reply being read, by an attempt before a refusal,
   * too.
   */
  readonly mayHaveBeenCarriedOut?: boolean;
  /** The code (线索编码) of the lead that the call adds: look it up by it. */
  readonly leadCode?: string;
  /** The reply of which the error came. */
  readonly reply?: Reply | undefined;
}

/**
 * Whatever this SDK throws on purpose. Its message says what is wrong, where, and what to do; it never holds an app
 * key, a push secret or a digest.
 */
export abstract class QinceError extends Error {
  /** The stable code of this kind of error, the same in every language. */
  abstract readonly code: ErrorCode | "internal";
  /** Of an error that came of a call: the message id (请求消息ID) of its last request, for the vendor's support. */
  declare readonly msgId?: string;
  /** Of an error that came of a call: how many requests were sent, those that settle an add included. */
  declare readonly attempts?: number;
  /**
   * Of an error that came of a call: whether the operation may have been carried out without its reply being read, by
   * an attempt before a refusal, too.
   */
  declare readonly mayHaveBeenCarriedOut?: boolean;
  /** Of an error that came of an add: the lead's code (线索编码), if it has one. */
  declare readonly leadCode?: string;
  readonly #reply: Reply | undefined;

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts);
    const { cause, reply, ...known } = facts;
    Object.assign(this, known);
    this.#reply = reply;
  }

  /** The reply to a call's last request, if one came, or the one that was read: as it came. Logs do not print it. */
  get reply(): Reply | undefined {
    return this.#reply;
  }

  /** Tells errors of this SDK apart from all others, also where it is loaded twice, as module and by `require`. */
  get [BRAND](): true {
    return true;
  }
}

/** The account cannot be used: see the message. Nothing was signed. */
export class InvalidAccountError extends QinceError {
  override readonly name = "InvalidAccountError";
  readonly code = "invalid_account";
}

/** The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999. Nothing was signed. */
export class InvalidStampError extends QinceError {
  override readonly name = "InvalidStampError";
  readonly code = "invalid_stamp";
}

/** One way in which a payload is wrong. */
export interface Violation {
  /** Where, in wire names: `exts[0].salesleads_ext_key`; empty where the payload as a whole is meant. */
  readonly path: string;
  /** Which rule is broken. */
  readonly rule: Rule;
  /** What is wrong and what to do, ready to be shown: `cus_name (客户名称): 101 characters, at most 100`. */
  readonly message: string;
  /** The same in Chinese, for the users of a form: `客户名称：101个字符，最多100个`. */
  readonly messageZh: string;
  /** The field's Chinese label; empty where no field is meant. */
  readonly label: string;
  /** How many characters are allowed, where there are too many. */
  readonly limit?: number;
  /** How many characters there are, where there are too many. */
  readonly actual?: number;
  /** The texts that are allowed, where the text is none of them. */
  readonly allowed?: readonly AllowedValue[];
}

/** A text that a field may hold, where it may not hold any. */
export interface AllowedValue {
  /** The text. */
  readonly value: string;
  /** The vendor's Chinese label. */
  readonly label: string;
}

/** The payload breaks at least one rule. Nothing was signed; mend all violations at once. */
export class InvalidPayloadError extends QinceError {
  override readonly name = "InvalidPayloadError";
  readonly code = "invalid_payload";

  constructor(
    message: string,
    /** Everything that is wrong, not only what was found first. At most 100 are listed. */
    readonly violations: readonly Violation[],
    /** How many more there are. */
    readonly more: number,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
  }
}

/** The service understood the request and refused it. Sending it again does not help. */
export class RejectedError extends QinceError {
  override readonly name = "RejectedError";
  readonly code = "rejected";

  constructor(
    message: string,
    /** `return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix. */
    readonly returnCode: string,
    /** `return_msg` (响应说明), free text. */
    readonly returnMsg?: string,
    /** `msg_id` (请求消息ID) of the refused request, as far as the service echoes it. */
    readonly echoedMsgId?: string,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
  }
}

/** The HTTP status is outside 200-299 and the body is no reply of the service. */
export class HttpStatusError extends QinceError {
  override readonly name = "HttpStatusError";
  readonly code = "http_status";
  readonly #body: Uint8Array;

  constructor(
    message: string,
    /** The HTTP status. */
    readonly status: number,
    body: Uint8Array,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
    this.#body = body;
  }

  /** What came with it, unchanged: often the page of something that stands between. Logs do not print it. */
  get body(): Uint8Array {
    return this.#body;
  }
}

/** What came is not a reply or push of the service, or of another shape. */
export class MalformedError extends QinceError {
  override readonly name = "MalformedError";
  readonly code = "malformed";
  readonly #body: Uint8Array;

  constructor(
    message: string,
    /** What is wrong with it. */
    readonly reason: string,
    body: Uint8Array,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
    this.#body = body;
  }

  /**
   * What came, unchanged, so that nothing is lost; empty where a page as a whole is at fault, and after a call was
   * resumed. It may hold what people wrote, and is therefore not among the members that a log prints.
   */
  get body(): Uint8Array {
    return this.#body;
  }
}

/** The error of what is not even given as it should be, so that there is nothing to keep of it. */
export function malformed(reason: string): MalformedError {
  return new MalformedError(`malformed: ${reason}`, reason, new Uint8Array());
}

/** Why a request got no reply: `not_sent`, where nothing left the host, or `unknown`, where it may have arrived. */
export type Failure = "not_sent" | "unknown";

/**
 * No reply came, and no attempt is left. This is how the last attempt failed; an earlier one of an operation that may
 * be repeated may still have been carried out. `cause` says what the transport threw, without openid and digest.
 */
export class TransportError extends QinceError {
  override readonly name = "TransportError";
  readonly code = "transport";

  constructor(
    message: string,
    /** How it failed. */
    readonly failure: Failure,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
  }
}

/**
 * It may or may not have been carried out: an add, or another request that must not be repeated. Look it up
 * before sending it again; an add with a `code` lets the call do so by itself. `cause` is what left it open, or
 * ended the call before it was settled.
 */
export class UncertainError extends QinceError {
  override readonly name = "UncertainError";
  readonly code = "uncertain";
}

/** An app asked a relay for an operation that it may not use. */
export class ForbiddenError extends QinceError {
  override readonly name = "ForbiddenError";
  readonly code = "forbidden";

  constructor(
    message: string,
    /** The operation. */
    readonly operation: Operation,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
  }
}

/** No secret of those given signed this push: whoever sent it does not know one of them. */
export class BadSignatureError extends QinceError {
  override readonly name = "BadSignatureError";
  readonly code = "bad_signature";
}

/** The push is signed, but its time lies too far from now. */
export class StaleError extends QinceError {
  override readonly name = "StaleError";
  readonly code = "stale";

  constructor(
    message: string,
    /** How far its timestamp lies from the clock, in milliseconds. */
    readonly ageMs: number,
    /** How far it may lie, in milliseconds. */
    readonly maxAgeMs: number,
    facts?: ErrorFacts,
  ) {
    super(message, facts);
  }
}

/** This SDK itself went wrong. Later calls work; please report what happened. */
export class InternalError extends QinceError {
  override readonly name = "InternalError";
  readonly code = "internal";
}

/** Any error of this SDK, told apart by `code`. */
export type AnyQinceError =
  | InvalidAccountError
  | InvalidStampError
  | InvalidPayloadError
  | RejectedError
  | HttpStatusError
  | MalformedError
  | TransportError
  | UncertainError
  | ForbiddenError
  | BadSignatureError
  | StaleError
  | InternalError;

/**
 * Whether a value is an error of this SDK, and of this kind if a code is given.
 *
 * ```ts
 * if (isQinceError(error, "rejected")) console.error(error.returnMsg);
 * ```
 */
export function isQinceError(error: unknown): error is AnyQinceError;
export function isQinceError<Code extends AnyQinceError["code"]>(
  error: unknown,
  code: Code,
): error is Extract<AnyQinceError, { code: Code }>;
export function isQinceError(error: unknown, code?: string): boolean {
  const isOne = typeof error === "object" && error !== null && BRAND in error;
  return isOne && (code === undefined || (error as AnyQinceError).code === code);
}

/** What the core throws: an error as JSON text, and the bytes that it keeps, if it keeps any. */
export type Thrown = [json: string, body: Uint8Array];

/** An error as the core describes it; each kind has members of its own. */
interface Described {
  code: ErrorCode;
  message: string;
  violations: Violation[];
  more: number;
  returnCode: string;
  returnMsg?: string;
  echoedMsgId?: string;
  status: number;
  reason: string;
  failure: Failure;
  cause: Described;
  operation: Operation;
  ageMs: number;
  maxAgeMs: number;
}

/** What a binding adds to what the core says: what the transport threw, and the reply that came. */
export interface Circumstances {
  readonly thrown?: unknown;
  readonly reply?: Reply | undefined;
}

/** Makes an error of its own class of one that the core describes. */
export function described([json, body]: Thrown, { thrown, reply }: Circumstances = {}): QinceError {
  return revive(JSON.parse(json), body, { reply }, thrown);
}

function revive(told: Described, body: Uint8Array, facts: ErrorFacts, thrown: unknown): QinceError {
  const { code, message } = told;
  switch (code) {
    case "invalid_account":
      return new InvalidAccountError(message, facts);
    case "invalid_stamp":
      return new InvalidStampError(message, facts);
    case "invalid_payload":
      return new InvalidPayloadError(message, told.violations, told.more, facts);
    case "rejected":
      return new RejectedError(message, told.returnCode, told.returnMsg, told.echoedMsgId, facts);
    case "http_status":
      return new HttpStatusError(message, told.status, body, facts);
    case "malformed":
      return new MalformedError(message, told.reason, body, facts);
    case "transport":
      return new TransportError(message, told.failure, withCause(facts, thrown));
    case "uncertain":
      return new UncertainError(message, { ...facts, cause: revive(told.cause, body, {}, thrown) });
    case "forbidden":
      return new ForbiddenError(message, told.operation, facts);
    case "bad_signature":
      return new BadSignatureError(message, facts);
    case "stale":
      return new StaleError(message, told.ageMs, told.maxAgeMs, facts);
  }
}

function withCause(facts: ErrorFacts, cause: unknown): ErrorFacts {
  return cause === undefined ? facts : { ...facts, cause };
}
