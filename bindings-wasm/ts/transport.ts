import { bytesOf } from "./bytes.js";
import { MAX_BODY } from "./generated/operations.js";
import { checked, type Reply } from "./read.js";
import type { SignedRequest } from "./request.js";
import { isDeno } from "./runtime.js";

/**
 * What {@link QinceLeads} needs of a `fetch`: the platform's own, or one that behaves like it. It sends each request
 * once: none that tries again or follows redirects by itself will do, for it would double leads. Where it knows that
 * nothing has left, it may throw a {@link NotSentError}; of no other error that is believed, but of undici's own.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What a `fetch` is given. */
export interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  /** Text; in Deno a blob, for there `fetch` sends a text again by itself where a connection breaks. */
  body: string | Blob;
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
  const sent = isDeno() ? new Blob([body]) : body;
  const response = await fetch(url, { method, headers, body: sent, redirect: "manual", signal });
  if (response.redirected) throw new Error("this fetch follows redirects by itself");
  const { status } = response;
  return checked({ status, headers: headersOf(response), body: await bodyOf(response) });
}

function headersOf({ headers }: FetchResponse): Record<string, string> {
  const held: Record<string, string> = {};
  const take = (value: string | null, given: string) => {
    const name = given.toLowerCase();
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
  const blocks = new Blocks();
  const { take, cancel } = taking(stream, blocks);
  while (await take()) {
    if (blocks.length <= MAX_BODY) continue;
    cancel().catch(() => {});
    blocks.release();
    throw tooLong();
  }
  return blocks.joined();
}

function tooLong(): Error {
  return new Error(`a reply of more than ${MAX_BODY} bytes`);
}

/** How a body is taken into blocks: by its chunks, or straight in Deno, whose chunks take far more room than they fill. */
function taking(stream: ReadableStream<Uint8Array>, blocks: Blocks) {
  const straight = isDeno() ? straightReader(stream) : undefined;
  if (straight !== undefined) {
    const take = async () => {
      const { done, value } = await straight.read(blocks.room());
      if (value !== undefined) blocks.fill(value);
      return !done;
    };
    return { take, cancel: () => straight.cancel() };
  }
  const reader = stream.getReader();
  const take = async () => {
    const { done, value } = await reader.read();
    if (!done) blocks.copy(value);
    return !done;
  };
  return { take, cancel: () => reader.cancel() };
}

function straightReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    // It is no stream of bytes: a fake's, say.
    return undefined;
  }
}

/** The most that is set aside at once. */
const MAX_BLOCK = 2 ** 20;

/** What has come of a body. */
class Blocks {
  length = 0;
  readonly #full: Uint8Array[] = [];
  #block: Uint8Array<ArrayBuffer> = new Uint8Array(2 ** 10);
  #used = 0;

  /** Where there is room, which goes over to whoever fills it. */
  room(): Uint8Array<ArrayBuffer> {
    if (this.#used === this.#block.length) {
      this.#full.push(this.#block);
      this.#block = new Uint8Array(Math.min(2 * this.#block.length, MAX_BLOCK));
      this.#used = 0;
    }
    return this.#block.subarray(this.#used);
  }

  /** Takes the room back, as far as it was filled. */
  fill({ buffer, byteLength }: ArrayBufferView<ArrayBuffer>): void {
    this.#block = new Uint8Array(buffer);
    this.#used += byteLength;
    this.length += byteLength;
  }

  copy(given: unknown): void {
    const chunk = bytesOf(given);
    if (chunk === undefined) throw new TypeError("a body that is no bytes");
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.#used += part.length;
      at += part.length;
    }
    this.length += chunk.length;
  }

  /** Gives the room back at once, and not when the collector comes around: many bodies may be as long. */
  release(): void {
    for (const { buffer } of this.#full) (buffer as { transfer?: (length: number) => void }).transfer?.(0);
  }

  joined(): Uint8Array {
    const last = this.#block.subarray(0, this.#used);
    if (this.#full.length === 0) return last;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const block of [...this.#full, last]) {
      whole.set(block, at);
      at += block.length;
    }
    return whole;
  }
}
