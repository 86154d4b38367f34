/**
 * For tests of what is built on this SDK.
 *
 * @packageDocumentation
 */

import { milliseconds } from "./account.js";
import { enter } from "./core.js";
import { type Json, toJson } from "./json.js";

/** A push that is to be made. */
export interface UnsignedPush {
  /** `msgId` (消息ID). */
  readonly msgId: string;
  /** What it holds; text is sent as it stands, anything else as JSON. */
  readonly data: Json;
  /** `dataType`; `salesLeads_follow`, a follow-up, if left out. */
  readonly dataType?: string | undefined;
  /** `timestamp` in milliseconds since the epoch; now, if left out. */
  readonly timestampMs?: number | undefined;
  /** Whether it comes again: `status` is 2. */
  readonly redelivery?: boolean | undefined;
  /** `dataId`. */
  readonly dataId?: string | undefined;
  /** `dataVersion`. */
  readonly dataVersion?: string | undefined;
  /** `dataSource`. */
  readonly dataSource?: string | undefined;
  /** `statusTime`. */
  readonly statusTime?: string | undefined;
  /** `tenantId`. */
  readonly tenantId?: string | undefined;
}

/** The body that the service would send: a form, signed with this push secret, for `verifyPush` to verify. */
export function signPush(push: UnsignedPush, secret: string): string {
  const { data, dataType = "salesLeads_follow", timestampMs = Date.now(), redelivery = false } = push;
  const text = (value: string | undefined) => (value === undefined ? undefined : String(value));
  const parts = {
    msgId: String(push.msgId),
    data: typeof data === "string" ? data : toJson(data),
    dataType: String(dataType),
    timestampMs: milliseconds(timestampMs),
    redelivery: Boolean(redelivery),
    dataId: text(push.dataId),
    dataVersion: text(push.dataVersion),
    dataSource: text(push.dataSource),
    statusTime: text(push.statusTime),
    tenantId: text(push.tenantId),
  };
  return enter((core) => core.signPush(parts, String(secret)));
}
