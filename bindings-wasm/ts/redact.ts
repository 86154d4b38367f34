import type { SignedRequest } from "./request.js";

/** How deep causes are told. */
const MOST_CAUSES = 10;

/**
 * What a transport threw, as it may be shown: an error of its own, with the name, the texts and the plain members of
 * what was thrown and of what caused it, without openid and digest. The original is not kept: run-times show what it
 * holds besides, for some the whole URL.
 */
export function withoutSecrets(thrown: unknown, request: SignedRequest): unknown {
  try {
    return new Copy(request).of(thrown, MOST_CAUSES);
  } catch {
    return new Error("the transport threw something that cannot be read");
  }
}

class Copy {
  readonly #request: SignedRequest;
  readonly #copies = new Map<object, Error>();

  constructor(request: SignedRequest) {
    this.#request = request;
  }

  of(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.#request.redact(value);
    if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
    return (
      this.#copies.get(value) ?? (depth > 0 ? this.#error(value as Partial<Error>, depth - 1) : undefined)
    );
  }

  #error(thrown: Partial<Error> & { errors?: unknown }, depth: number): Error {
    const copy = new Error(this.#text(thrown.message));
    this.#copies.set(thrown, copy);
    const set = (name: string, value: unknown, enumerable = false) => {
      Object.defineProperty(copy, name, { value, enumerable, configurable: true, writable: true });
    };
    if (thrown.name !== "Error") set("name", this.#text(thrown.name ?? "Error"));
    for (const [name, value] of Object.entries(thrown)) {
      const isPlain = typeof value !== "object" && typeof value !== "function";
      if (isPlain && !OWN.includes(name)) set(name, this.of(value, 0), true);
    }
    set("stack", this.#text(thrown.stack ?? copy));
    if (thrown.cause !== undefined) set("cause", this.of(thrown.cause, depth));
    if (Array.isArray(thrown.errors))
      set(
        "errors",
        thrown.errors.map((error) => this.of(error, depth)),
      );
    return copy;
  }

  #text(value: unknown): string {
    return this.#request.redact(String(value ?? ""));
  }
}

/** What every error has. */
const OWN = ["name", "message", "stack", "cause", "errors"];
