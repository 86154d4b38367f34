import { enter } from "./core.js";
import type { Operation } from "./generated/operations.js";

/**
 * A request to be sent as it stands, with any HTTP client.
 *
 * Its URL holds openid and digest. They are not among the members that `console.log` and `JSON.stringify` show; logs
 * take {@link redactedUrl}.
 */
export class SignedRequest {
  /** The HTTP method of every operation. */
  readonly method = "POST";
  /** The headers to send. */
  readonly headers = { "Content-Type": "application/json" } as const;
  /** The operation that it carries out. */
  readonly operation: Operation;
  /** The message id of its stamp. */
  readonly msgId: string;
  /** The timestamp as it stands in the URL. */
  readonly timestamp: string;
  readonly #url: string;
  readonly #body: string;

  constructor({ operation, msgId, timestamp, url, body }: RequestParts) {
    this.operation = operation;
    this.msgId = msgId;
    this.timestamp = timestamp;
    this.#url = url;
    this.#body = body;
  }

  /** Where to send it. */
  get url(): string {
    return this.#url;
  }

  /** The exact text to send, in UTF-8. */
  get body(): string {
    return this.#body;
  }

  /** The URL for logs: openid and digest are replaced by `***`. */
  get redactedUrl(): string {
    return this.redact(this.#url);
  }

  /**
   * A text in which openid and digest of this request are replaced by `***`: the words of an error that an HTTP
   * client made, say.
   */
  redact(text: string): string {
    return enter((core) => core.redact(text, this.#url));
  }
}

/** What a request is made of. */
export interface RequestParts {
  readonly operation: Operation;
  readonly msgId: string;
  readonly timestamp: string;
  readonly url: string;
  readonly body: string;
}
