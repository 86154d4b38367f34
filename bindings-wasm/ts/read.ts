import { bytesOf } from "./bytes.js";
import { enter } from "./core.js";
import { malformed } from "./errors.js";
import { type Operation, type Payloads, type Query, RECORDS, type Records } from "./generated/operations.js";
import { type Json, parse } from "./json.js";
import { numberOf } from "./payload.js";
import { type Fault, Places, type RecordType } from "./places.js";

/** A reply as it came over HTTP. */
export interface RawReply {
  /** The HTTP status. */
  readonly status: number;
  /** The body: text, or bytes, which may still be compressed by gzip. */
  readonly body: string | Uint8Array | ArrayBuffer;
  /** The headers, where they are at hand. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A reply as it came, kept beside what was read of it: neither `JSON.stringify` nor `structuredClone` takes it along. */
export interface Reply {
  /** The HTTP status. */
  readonly status: number;
  /** The headers, by names in lower case, as far as they were at hand. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly body: string | Uint8Array;
}

/** What the service answers to a write, or to any other request. */
export interface Receipt {
  /** `msg_id` (请求消息ID) as the service echoes it. */
  msgId?: string;
  /** The lead's id, where the service gives it. */
  id?: string;
  /** What the service gives besides, or in place of, an id. */
  data?: Json;
  /** Whether the request's own reply is missing and a query found the lead. */
  settled: boolean;
  /** True where there was a lead with this code already, so that nothing was added. */
  existed?: boolean;
  /** The reply of which it was read. */
  readonly reply?: Reply;
}

/** A page of records, in the order of the service. */
export interface Page<R> {
  /** The records. */
  leads: R[];
  /**
   * What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is
   * left out and listed as `[1]`; rows are counted as they came. At most 100,000 are listed.
   */
  faults: Fault[];
  /** `msg_id` (请求消息ID) as the service echoes it. */
  msgId?: string;
  /** The reply of which it was read. */
  readonly reply?: Reply;
}

/** What each operation comes to: the receipt of a write, or a page of records. */
export type Results = {
  [O in keyof Payloads]: O extends keyof Records ? Page<Records[O]> : Receipt;
};

/**
 * Reads the service's reply to an operation, in every shape in which it comes.
 *
 * @throws {RejectedError} where the service refused the request.
 * @throws {HttpStatusError} where the status is outside 200-299 and the body no reply of the service.
 * @throws {MalformedError} where it is not a reply of the service, or of another shape.
 */
export function read<O extends Operation>(operation: O, reply: RawReply): Results[O] {
  const number = numberOf(operation);
  const taken = checked(reply);
  const { status, body } = taken;
  const outcome = enter((core) => core.read(number, status, body), { reply: taken });
  return result(operation, outcome, taken);
}

/** A reply of which nothing has another type than it says. */
export function checked(reply: RawReply): Reply {
  const { status, headers = {}, body } = reply ?? {};
  const isStatus = Number.isInteger(status) && status >= 0 && status <= 999;
  if (!isStatus) throw malformed("a reply without an HTTP status");
  const taken = typeof body === "string" ? body : bytesOf(body);
  if (taken === undefined) throw malformed("a body that is neither text nor bytes");
  return { status, headers, body: taken };
}

/** What crosses from the core: a receipt as JSON text, or a page. */
export type Outcome = string | PageParts;

/**
 * Of a page the places, the text aside, the text if it is not the body, the message id, and the faults as JSON text if
 * there are any.
 */
type PageParts = [
  stream: Uint32Array,
  aside: string,
  text: string | undefined,
  msgId: string | undefined,
  faults: string | undefined,
];

/** What of a page is not as the vendor documents it, and of its records, by their places. */
interface PageFaults {
  readonly page: Fault[];
  readonly leads: { readonly [place: string]: Fault[] };
}

/** Makes of what crossed what is promised. */
export function result<O extends Operation>(operation: O, outcome: Outcome, reply: Reply): Results[O] {
  const made = typeof outcome === "string" ? parse(outcome) : page(operation, outcome, reply);
  return withReply(made as object, reply) as Results[O];
}

function page<O extends Operation>(operation: O, parts: PageParts, { body }: Reply): Page<unknown> {
  const [{ buffer, byteOffset, length }, aside, text, msgId, json] = parts;
  const source =
    text ?? (typeof body === "string" ? body : new TextDecoder("utf-8", { ignoreBOM: true }).decode(body));
  const places = new Places(new Int32Array(buffer, byteOffset, length), source, aside);
  const leads = places.list(RECORDS[operation as Query] as RecordType<{ faults?: Fault[] }>);
  const faults: PageFaults = json === undefined ? { page: [], leads: {} } : JSON.parse(json);
  for (const [place, own] of Object.entries(faults.leads))
    Object.assign(leads[Number(place)] as object, { faults: own });
  const page: Page<unknown> = { leads, faults: faults.page };
  if (msgId !== undefined) page.msgId = msgId;
  return page;
}

/** Keeps the reply where neither logs nor copies find it. */
export function withReply<R extends object>(made: R, reply: Reply | undefined): R {
  return Object.defineProperty(made, "reply", { value: reply, configurable: true });
}
