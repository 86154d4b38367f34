import { enter } from "./core.js";
import { malformed } from "./errors.js";
import { type Operation, type Payloads, RECORDS, type Records } from "./generated/operations.js";
import { numberOf } from "./payload.js";
import { Places, type RecordType } from "./places.js";

/** A reply as it came over HTTP. */
export interface RawReply {
  /** The HTTP status. */
  readonly status: number;
  /** The body: text, or bytes, which may still be compressed by gzip. */
  readonly body: string | Uint8Array;
}

/** What the service answers to a write. */
export interface Receipt {
  /** `msg_id` (请求消息ID) as the service echoes it. */
  msgId?: string;
  /** The lead's id, where the service gives it. */
  id?: string;
}

/** What each operation comes to: the receipt of a write, or the records of a page. */
export type Results = {
  [O in keyof Payloads]: O extends keyof Records ? Records[O][] : Receipt;
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
  const { status, body } = checked(reply);
  const outcome = enter(
    (core) =>
      typeof body === "string" ? core.readText(number, status, body) : core.readBytes(number, status, body),
    { body },
  );
  return result(operation, outcome, body);
}

/** A reply of which nothing has another type than it says. */
export function checked(reply: RawReply): RawReply {
  const { status, body } = reply ?? {};
  const isStatus = Number.isInteger(status) && status >= 0 && status <= 999;
  if (!isStatus) throw malformed("a reply without an HTTP status");
  if (typeof body === "string" || body instanceof Uint8Array) return { status, body };
  throw malformed("a body that is neither text nor bytes");
}

/** What crosses from the core: a receipt as JSON; of a page the places, the text aside, and the text if it is not the body. */
export type Outcome = string | [stream: Uint32Array, aside: string, text: string | undefined];

/** Makes of what crossed what is promised. */
export function result<O extends Operation>(
  operation: O,
  outcome: Outcome,
  body: string | Uint8Array,
): Results[O] {
  if (typeof outcome === "string") return JSON.parse(outcome);
  const [{ buffer, byteOffset, length }, aside, text] = outcome;
  const source =
    text ?? (typeof body === "string" ? body : new TextDecoder("utf-8", { ignoreBOM: true }).decode(body));
  const places = new Places(new Int32Array(buffer, byteOffset, length), source, aside);
  const type = RECORDS[operation as keyof Records] as RecordType<unknown>;
  return places.list(type) as Results[O];
}
