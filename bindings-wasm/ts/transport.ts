import { bytesOf } from "./bytes.js";
import { MAX_BODY } from "./generated/operations.js";
import { checked, type Reply } from "./read.js";
import type { SignedRequest } from "./request.js";

/**
 * What {@link QinceLeads} needs of a `fetch`: the platform's own, or one that behaves like it. It sends each request
 * once: none that tries again or follows redirects by itself will do, for it would double leads. Where it knows that
 * nothing has left, it may throw a {@link NotSentError}.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What a `fetch` is given. */
export interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** A redirect is an answer like any other that is none of the service. */
  redirect: "manual";
  signal: AbortSignal;
}

/** What a `fetch` answers, as far as it is read. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: {
    get(name: string): string | null;
    forEach?(each: (value: string, name: string) => void): void;
  };
  /** Whether a redirect was followed, which must not be. */
  readonly redirected?: boolean;
  /** A web stream is read as it comes, and no further than the SDK reads a reply. */
  readonly body?: unknown;
  /** Read where there is no stream. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Sends a request and takes in the whole reply, whatever it is. */
export async function exchange(
  fetch: Fetch,
  { url, method, body }: SignedRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Reply> {
  const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
  if (response.redirected) throw new Error("this fetch follows redirects by itself");
  const { status } = response;
  return checked({ status, headers: headersOf(response), body: await bodyOf(response) });
}

function headersOf({ headers }: FetchResponse): Record<string, string> {
  const held: Record<string, string> = {};
  const take = (value: string | null, name: string) => {
    if (value !== null) held[name] = held[name] === undefined ? value : `${held[name]}, ${value}`;
  };
  if (typeof headers.forEach === "function") headers.forEach(take);
  else take(headers.get("Retry-After"), "retry-after");
  return held;
}

/** A body that goes on and on, or unfolds to more than the core would read, counts as lost. */
async function bodyOf(response: FetchResponse): Promise<Uint8Array> {
  const stream = response.body as ReadableStream<Uint8Array> | null | undefined;
  if (typeof stream?.getReader !== "function") {
    const body = new Uint8Array(await response.arrayBuffer());
    if (body.length > MAX_BODY) throw tooLong();
    return body;
  }
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    const chunk = bytesOf(value);
    if (chunk === undefined) throw new TypeError("a body that is no bytes");
    length += chunk.length;
    if (length > MAX_BODY) {
      reader.cancel().catch(() => {});
      throw tooLong();
    }
    chunks.push(chunk);
  }
}

function tooLong(): Error {
  return new Error(`a reply of more than ${MAX_BODY} bytes`);
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
