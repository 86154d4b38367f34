import { milliseconds } from "./account.js";
import { bytesOf } from "./bytes.js";
import { enter } from "./core.js";
import { InvalidAccountError, InvalidStampError, malformed } from "./errors.js";
import type { FollowUp } from "./generated/records.js";
import { type Json, parse } from "./json.js";

/** How a push is verified. */
export interface VerifyOptions {
  /** The push secret of the console. Several while one takes the place of another: any of them may have signed. */
  secrets: string | readonly string[];
  /**
   * How far the push's time may lie from now, in milliseconds, in either direction; `null` for any time.
   *
   * Whether the service signs a push anew when it comes again, nights later, is not known: with a limit, be ready to
   * see those refused as stale.
   */
  maxAgeMs: number | null;
  /** The clock in milliseconds since the epoch; now, if left out. */
  nowMs?: number | undefined;
}

/** What all pushes say. */
interface PushHead {
  /** `msgId` (消息ID): the same when a push comes again, so handle each only once. */
  readonly msgId: string;
  /** `dataId` (数据ID). */
  readonly dataId?: string;
  /** `dataVersion` (接口数据版本), such as `001`. */
  readonly dataVersion?: string;
  /** `dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI. */
  readonly dataSource?: string;
  /** `tenantId` (企业ID). */
  readonly tenantId?: string;
  /** `timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** `status` (数据同步状态) is 2: an earlier delivery failed. */
  readonly redelivery: boolean;
  /** `statusTime` (上次同步失败时间): when that was, `yyyy-MM-dd HH:mm:ss`. */
  readonly statusTime?: string;
}

/** A follow-up of a lead (线索跟进记录) was noted. */
export interface FollowUpEvent extends PushHead {
  readonly type: "follow_up";
  /** `dataType`. */
  readonly dataType: "salesLeads_follow";
  /** The follow-up. */
  readonly data: FollowUp;
}

/** A push of another data type. */
export interface OtherEvent extends PushHead {
  readonly type: "other";
  /** `dataType`. */
  readonly dataType: string;
  /** What it holds, as it came. */
  readonly data: Json;
}

/** A push that is verified and parsed, told apart by `type`. */
export type PushEvent = FollowUpEvent | OtherEvent;

/**
 * Verifies a push and parses it, without waiting for anything, on every runtime.
 *
 * `rawBody` is the body of the request as it came: a form that a framework has parsed cannot be verified.
 *
 * @throws {InvalidAccountError} where no secret is given, or none but empty ones.
 * @throws {BadSignatureError} where none of the secrets signed it.
 * @throws {StaleError} where it is older than `maxAgeMs`, or from further in the future.
 * @throws {TypeError} where the body is an object, which somebody has parsed already.
 * @throws {MalformedError} where it is no push, or its signed data is not JSON or of another shape.
 */
export function verifyPush(rawBody: string | Uint8Array | ArrayBuffer, options: VerifyOptions): PushEvent {
  const body = raw(rawBody);
  const { maxAgeMs, nowMs = Date.now() } = options ?? {};
  const secrets = secretsOf(options);
  if (maxAgeMs !== null && !(typeof maxAgeMs === "number" && maxAgeMs >= 0)) {
    throw new InvalidStampError("invalid stamp: maxAgeMs: must be milliseconds, or null for any time");
  }
  const now = milliseconds(nowMs);
  const json = enter((core) => core.verifyPush(body, secrets, now, maxAgeMs ?? undefined));
  const event = parse(json) as object as PushEvent;
  return { ...event, timestampMs: Number(event.timestampMs) };
}

/**
 * The body of the answer that acknowledges a push, to be sent with HTTP 200 within 5 seconds.
 *
 * Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly for up to ten
 * days.
 */
export function acknowledge(event: Pick<PushEvent, "msgId">): string {
  const msgId = msgIdOf(event);
  return enter((core) => core.acknowledge(msgId));
}

/** The body of the answer that asks for a push to come again. */
export function refuse(event: Pick<PushEvent, "msgId">, reason = ""): string {
  const msgId = msgIdOf(event);
  return enter((core) => core.refuse(msgId, String(reason)));
}

function raw(body: unknown): Uint8Array {
  const given = body ?? "";
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : bytesOf(given);
  if (bytes !== undefined) return bytes;
  const what = typeof given === "object" ? whatIs(given) : typeof given;
  throw new TypeError(`verifyPush: rawBody: text or bytes are needed, as they came, and not ${what}`);
}

/** What is handed over in place of a raw body. */
function whatIs(body: object): string {
  if ("isBase64Encoded" in body) return "the event of a function: its `body` is the text, or base64 of it";
  if ("headers" in body) return "a request: read its body first";
  return "an object that a body parser made: let none run before";
}

function secretsOf(options: VerifyOptions): string[] {
  const secrets: unknown[] = [options?.secrets].flat();
  if (secrets.every((secret) => typeof secret === "string")) return secrets as string[];
  throw new InvalidAccountError(
    "invalid account: secrets: must be the push secret of the console, or several",
  );
}

function msgIdOf(event: Pick<PushEvent, "msgId">): string {
  if (typeof event?.msgId === "string") return event.msgId;
  throw malformed("an event with a msgId is needed, as verifyPush returns it");
}
