/**
 * SDK for the sales-leads API of Qince (勤策, formerly 外勤365 / Waiqin365).
 *
 * {@link QinceLeads} is what most programs need; {@link verifyPush} and {@link acknowledge} are for webhooks. Below them
 * lies the layer without input and output: {@link Account.sign}, {@link read}, {@link Call} and {@link Pages}.
 *
 * @packageDocumentation
 */

export { Account, type AccountOptions, type StampOptions, type TimestampForm } from "./account.js";
export { type Attempt, Call, type CallOptions, type Policy, type Step } from "./call.js";
export {
  type Fetch,
  type FetchInit,
  type FetchResponse,
  QinceLeads,
  type QinceLeadsOptions,
  type RequestOptions,
  Scan,
} from "./client.js";
export {
  type AnyQinceError,
  BadSignatureError,
  type ErrorCode,
  type Failure,
  HttpStatusError,
  InternalError,
  InvalidAccountError,
  InvalidPayloadError,
  InvalidStampError,
  isQinceError,
  MalformedError,
  QinceError,
  RejectedError,
  type Rule,
  StaleError,
  TransportError,
  UncertainError,
  type Violation,
} from "./errors.js";
export type { Operation, Payloads, Query, Records } from "./generated/operations.js";
export type * from "./generated/payloads.js";
export type * from "./generated/records.js";
export { type Json, toJson } from "./json.js";
export { Pages } from "./pages.js";
export { validate } from "./payload.js";
export {
  acknowledge,
  type FollowUpEvent,
  type OtherEvent,
  type PushEvent,
  refuse,
  type VerifyOptions,
  verifyPush,
} from "./push.js";
export { type RawReply, type Receipt, type Results, read } from "./read.js";
export { SignedRequest } from "./request.js";
