import { type CoreAccount, enter, Handle, write } from "./core.js";
import { InvalidAccountError, InvalidStampError } from "./errors.js";
import type { Operation, Payloads } from "./generated/operations.js";
import { bodyOf, numberOf, type Written, written } from "./payload.js";
import { randomId } from "./random.js";
import { SignedRequest } from "./request.js";
import { environment, isBrowser } from "./runtime.js";

/** Who calls, and where: with a key of the OpenAPI, or by way of a relay. */
export type AccountOptions = KeyOptions | RelayOptions;

/**
 * An account of the OpenAPI. Where neither openid nor app key is given, the environment's `QINCE_OPENID`,
 * `QINCE_APP_KEY` and `QINCE_BASE_URL` count, but for a browser.
 */
export interface KeyOptions {
  /** The openid of the OpenAPI, from the console. */
  openid?: string | undefined;
  /** The app key that belongs to it: a secret that no browser may be given. */
  appKey?: string | undefined;
  /** The address that the console shows ("OpenAPI address"); the vendor's own, if left out. */
  baseUrl?: string | undefined;
  /** Takes an app key in a browser, where each visitor can read it: for tools behind a lock, and for tests. */
  allowKeyInBrowser?: boolean | undefined;
  relayUrl?: undefined;
}

/**
 * An account without a key, for apps and pages: requests go, unsigned, to a relay on one's own server, see
 * {@link Relayed}.
 */
export interface RelayOptions {
  /** The relay's address. */
  relayUrl: string;
  openid?: undefined;
  appKey?: undefined;
  baseUrl?: undefined;
  allowKeyInBrowser?: undefined;
}

/** How a request's timestamp is written: in milliseconds, or as `yyyyMMddHHmmss` in Asia/Shanghai. */
export type TimestampForm = "epoch_ms" | "compact";

/** What makes a request unique. */
export interface StampOptions {
  /** The time in milliseconds since the epoch; now, if left out. */
  nowMs?: number | undefined;
  /** The id of this request (请求消息ID); a random UUID, if left out. */
  msgId?: string | undefined;
  /** How its timestamp is written; `epoch_ms`, if left out. */
  timestampForm?: TimestampForm | undefined;
}

/**
 * An account of the OpenAPI, or without a key. Neither its openid nor its app key is shown by anything.
 *
 * @throws {InvalidAccountError} where openid or app key is empty, begins or ends with white space or holds a control
 * character, or where the URL is not an absolute https URL (http for loopback hosts only) or has user info, a query
 * or a fragment.
 */
export class Account {
  /** The address that requests go to, without a trailing slash. */
  readonly baseUrl: string;
  readonly #handle: Handle<CoreAccount>;

  constructor(options: AccountOptions = {}) {
    this.#handle = handleOf(options);
    this.baseUrl = enter((core) => this.#handle.held(core).baseUrl);
  }

  /**
   * Checks a payload, writes its body, and signs it. Every attempt is to be signed anew, with a new stamp.
   *
   * @throws {InvalidPayloadError} with all violations.
   * @throws {InvalidStampError} for an empty message id or a time outside the years 1970 to 9999.
   */
  sign<O extends Operation>(operation: O, payload: Payloads[O], stamp: StampOptions = {}): SignedRequest {
    const { now, msgId, compact } = checkedStamp(stamp);
    const number = numberOf(operation);
    const body = bodyOf(operation, payload);
    if (body !== undefined) {
      const signed = enter((core) => {
        const account = this.#handle.held(core);
        return account.signTexts(number, write(core, body.json), body.texts, now, msgId, compact);
      });
      if (signed !== "") {
        const [timestamp, url] = signed.split("\n") as [string, string];
        return new SignedRequest({ operation, msgId, timestamp, url, body: body.json });
      }
    }
    return this.signWritten(operation, written(operation, payload), stamp);
  }

  /** @internal */
  signWritten(operation: Operation, { json, path }: Written, stamp: StampOptions): SignedRequest {
    const { now, msgId, compact } = checkedStamp(stamp);
    const number = numberOf(operation);
    const signed = enter((core) => this.#handle.held(core).sign(number, json, path, now, msgId, compact));
    const [timestamp, url, body] = signed.split("\n") as [string, string, string];
    return new SignedRequest({ operation, msgId, timestamp, url, body });
  }

  /** @internal */
  get handle(): Handle<CoreAccount> {
    return this.#handle;
  }
}

function handleOf(options: AccountOptions): Handle<CoreAccount> {
  const { openid, appKey, baseUrl, relayUrl } = options ?? {};
  if (relayUrl != null) {
    if (openid != null || appKey != null || baseUrl != null) {
      throw new InvalidAccountError(
        "invalid account: relayUrl: an account with a relay has no key and no baseUrl",
      );
    }
    const url = text("relayUrl", relayUrl);
    return new Handle((core) => core.CoreAccount.relay(url));
  }
  const given = openid == null && appKey == null ? fromEnvironment(baseUrl) : { openid, appKey, baseUrl };
  if (isBrowser() && !options.allowKeyInBrowser) {
    const advice = "let a server of yours make the calls, or pass relayUrl";
    throw new InvalidAccountError(
      `invalid account: appKey: whoever opens this page could read it; ${advice}`,
    );
  }
  const [id, key] = [text("openid", given.openid), text("appKey", given.appKey)];
  const url = given.baseUrl == null ? undefined : text("baseUrl", given.baseUrl);
  return new Handle((core) => new core.CoreAccount(id, key, url));
}

function fromEnvironment(baseUrl: string | undefined): KeyOptions {
  const needed = (name: string) => {
    const value = environment(name);
    if (value !== undefined || isBrowser()) return value;
    const what = `neither openid nor appKey is given, and the environment variable ${name} is not set`;
    throw new InvalidAccountError(`invalid account: ${what}`);
  };
  const [openid, appKey] = [needed("QINCE_OPENID"), needed("QINCE_APP_KEY")];
  return { openid, appKey, baseUrl: baseUrl ?? environment("QINCE_BASE_URL") };
}

function text(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  const advice = value === undefined ? "; is an environment variable missing?" : "";
  throw new InvalidAccountError(`invalid account: ${name}: must be text${advice}`);
}

/** A stamp as the core takes it. */
function checkedStamp(stamp: StampOptions): { now: number; msgId: string; compact: boolean } {
  const { nowMs = Date.now(), msgId = randomId(), timestampForm } = stamp ?? {};
  if (typeof msgId !== "string") throw new InvalidStampError("invalid stamp: msgId: must be text");
  return { now: milliseconds(nowMs), msgId, compact: isCompact(timestampForm) };
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
