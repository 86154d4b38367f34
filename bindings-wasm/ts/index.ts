/**
 * SDK for the sales-leads API of Qince (勤策, formerly 外勤365 / Waiqin365).
 *
 * {@link QinceLeads} is what most programs need; {@link verifyPush} and {@link acknowledge} are for webhooks. Below
 * them lies the layer without input and output: {@link Account.sign}, {@link read}, {@link Call} and {@link Pages}.
 *
 * @packageDocumentation
 */

export {
  Account,
  type AccountOptions,
  type KeyOptions,
  type RelayOptions,
  type StampOptions,
  type TimestampForm,
} from "./account.js";
export { AddMany, type AddManyOptions, type LeadOutcome, type Leads } from "./bulk.js";
export { type Attempt, Call, type CallOptions, type Policy, type Progress, type Step } from "./call.js";
export { type LeadsClient, QinceLeads } from "./client.js";
export { NotSentError } from "./departure.js";
export {
  type AllowedValue,
  type AnyQinceError,
  BadSignatureError,
  type ErrorCode,
  type ErrorFacts,
  type Failure,
  ForbiddenError,
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
export { type Field, type FieldKind, fields } from "./fields.js";
export type { Operation, Payloads, Query, Records, TableName } from "./generated/operations.js";
export type * from "./generated/payloads.js";
export type * from "./generated/records.js";
export { type Json, toJson } from "./json.js";
export type {
  ClientOptions,
  Logger,
  OtherOptions,
  Outgoing,
  QinceLeadsOptions,
  RequestHeaders,
  RequestOptions,
} from "./options.js";
export { Pages } from "./pages.js";
export { type Other, validate } from "./payload.js";
export type { Fault } from "./places.js";
export {
  acknowledge,
  type FollowUpEvent,
  type OtherEvent,
  type PushEvent,
  refuse,
  type VerifyOptions,
  verifyPush,
} from "./push.js";
export { type Page, type RawReply, type Receipt, type Reply, type Results, read } from "./read.js";
export { Relayed } from "./relay.js";
export { SignedRequest } from "./request.js";
export { type Found, Scan } from "./scan.js";
export type { Fetch, FetchInit, FetchResponse } from "./transport.js";
