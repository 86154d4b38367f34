import { type CoreAccount, enter, Handle, write } from "./core.js";
import { InvalidAccountError, InvalidStampError } from "./errors.js";
import type { Operation, Payloads } from "./generated/operations.js";
import { bodyOf, numberOf, payloadToJson } from "./payload.js";
import { randomId } from "./random.js";
import { SignedRequest } from "./request.js";

/** Who calls, and where. */
export interface AccountOptions {
  /** The openid of the OpenAPI, from the console. */
  readonly openid: string | undefined;
  /** The app key that belongs to it: a secret that no browser may be given. */
  readonly appKey: string | undefined;
  /** The address that the console shows ("OpenAPI address"); the vendor's own, if left out. */
  readonly baseUrl?: string | undefined;
}

/** How a request's timestamp is written: in milliseconds, or as `yyyyMMddHHmmss` in Asia/Shanghai. */
export type TimestampForm = "epoch_ms" | "compact";

/** What makes a request unique. */
export interface StampOptions {
  /** The time in milliseconds since the epoch; now, if left out. */
  readonly nowMs?: number | undefined;
  /** The id of this request (请求消息ID); a random UUID, if left out. */
  readonly msgId?: string | undefined;
  /** How its timestamp is written; `epoch_ms`, if left out. */
  readonly timestampForm?: TimestampForm | undefined;
}

/**
 * An account of the OpenAPI. Neither its openid nor its app key is shown by anything.
 *
 * @throws {InvalidAccountError} where openid or app key is empty, or the base URL is not an absolute https URL (http
 * for loopback hosts only) or has user info, a query or a fragment.
 */
export class Account {
  /** The address that requests go to, without a trailing slash. */
  readonly baseUrl: string;
  readonly #handle: Handle<CoreAccount>;

  constructor(options: AccountOptions) {
    const openid = text("openid", options?.openid);
    const appKey = text("appKey", options?.appKey);
    const baseUrl = options.baseUrl == null ? undefined : text("baseUrl", options.baseUrl);
    this.#handle = new Handle((core) => new core.CoreAccount(openid, appKey, baseUrl));
    this.baseUrl = enter((core) => this.#handle.held(core).baseUrl);
  }

  /**
   * Checks a payload, writes its body, and signs it. Every attempt is to be signed anew, with a new stamp.
   *
   * @throws {InvalidPayloadError} with all violations.
   * @throws {InvalidStampError} for an empty message id or a time outside the years 1970 to 9999.
   */
  sign<O extends Operation>(operation: O, payload: Payloads[O], stamp: StampOptions = {}): SignedRequest {
    const { nowMs = Date.now(), msgId = randomId(), timestampForm } = stamp ?? {};
    if (typeof msgId !== "string") throw new InvalidStampError("invalid stamp: msgId: must be text");
    const number = numberOf(operation);
    const now = milliseconds(nowMs);
    const compact = isCompact(timestampForm);
    const body = bodyOf(operation, payload);
    if (body !== undefined) {
      const url = enter((core) => {
        const account = this.#handle.held(core);
        return account.signTexts(number, write(core, body.json), body.texts, now, msgId, compact);
      });
      if (url !== "") return new SignedRequest(operation, url, body.json, msgId);
    }
    const json = payloadToJson(operation, payload);
    const signed = enter((core) => this.#handle.held(core).sign(number, json, now, msgId, compact));
    const lineFeed = signed.indexOf("\n");
    return new SignedRequest(operation, signed.slice(0, lineFeed), signed.slice(lineFeed + 1), msgId);
  }

  /** @internal */
  get handle(): Handle<CoreAccount> {
    return this.#handle;
  }
}

function text(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  const advice = value === undefined ? "; is an environment variable missing?" : "";
  throw new InvalidAccountError(`invalid account: ${name}: must be text${advice}`);
}

/** What is no time at all becomes one that the core refuses. */
export function milliseconds(time: number): number {
  return typeof time === "number" && !Number.isNaN(time) ? time : -1;
}

/** Whether timestamps are to be written in the compact form. */
export function isCompact(form: TimestampForm | undefined): boolean {
  if (form === undefined || form === "epoch_ms") return false;
  if (form === "compact") return true;
  throw new InvalidStampError(`invalid stamp: timestampForm: must be "epoch_ms" or "compact"`);
}
