import type { Account, StampOptions } from "./account.js";
import { enter } from "./core.js";
import type { Operation } from "./generated/operations.js";
import { numberOf } from "./payload.js";
import type { SignedRequest } from "./request.js";

/**
 * A request of an app without a key, understood and checked: what a relay on one's own server makes of what came.
 *
 * Its payload is what the core read, so never is a text signed that the core did not write.
 */
export class Relayed {
  /** The operation that the app asks for. */
  readonly operation: Operation;
  /** The app's message id. */
  readonly msgId: string;
  /** The payload as it will be sent, as JSON text. */
  readonly payload: string;

  private constructor({ operation, msgId, payload }: Pick<Relayed, "operation" | "msgId" | "payload">) {
    this.operation = operation;
    this.msgId = msgId;
    this.payload = payload;
  }

  /**
   * Reads what an app sent. `path` is what follows the relay's URL and its slash, `body` the request's body as text,
   * and `allow` the operations that this app may use.
   *
   * @throws {MalformedError} where the path is none of this SDK.
   * @throws {ForbiddenError} where the operation is not among those allowed.
   * @throws {InvalidPayloadError} where the body is no payload of it, or breaks its rules.
   */
  static read(path: string, body: string, allow: readonly Operation[]): Relayed {
    const numbers = Uint32Array.from(allow, numberOf);
    return new Relayed(JSON.parse(enter((core) => core.relayed(String(path), String(body), numbers))));
  }

  /**
   * Signs it for the server's own account.
   *
   * @throws {InvalidStampError} for a time outside the years 1970 to 9999.
   */
  sign(account: Account, stamp: Omit<StampOptions, "msgId"> = {}): SignedRequest {
    const written = { json: this.payload, mayRepeat: true };
    return account.signWritten(this.operation, written, { ...stamp, msgId: this.msgId });
  }
}
