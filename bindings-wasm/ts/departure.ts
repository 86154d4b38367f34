import type { Failure } from "./errors.js";
import { builtin, isBun, isDeno } from "./runtime.js";

/** A transport of one's own throws it where it knows that no octet of a request has left: the request is tried again. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";
}

/** How long a `fetch` may take to stop. */
const PATIENCE_MS = 50;

/**
 * One request on its way out, and how far it has come.
 *
 * In Node.js undici tells, of which its `fetch` is made: it publishes what it does, with whichever dispatcher, and in
 * whichever version. It is the last word only where the fetch ends as undici does: one that falls back to something else
 * has gone on unseen. Elsewhere only an error may tell, and of those only the platform's own and {@link NotSentError}.
 */
export class Departure {
  readonly #path: string;
  readonly #attempt: AbortController;
  readonly #isPlatforms: boolean;
  /** Where undici was asked to send it to. */
  readonly #authorities = new Set<string>();
  #isGiven = false;
  #isOver = false;
  #over: Promise<unknown> | undefined;
  #hasLeft = false;
  /** What undici last said that it failed with. */
  #failedWith: unknown;
  #endedAsUndici = false;
  #proxy: string | undefined;

  /** The request is given up by `attempt`. `isPlatforms` says whether the platform's own `fetch` has it. */
  constructor(url: string, attempt: AbortController, isPlatforms: boolean) {
    this.#path = new URL(url).pathname;
    this.#attempt = attempt;
    this.#isPlatforms = isPlatforms;
  }

  /** Watches over what gives the request to `fetch`: from now on it may leave. */
  during<T>(exchange: () => Promise<T>): Promise<T> {
    watch();
    underWay.set(this.#path, this);
    this.#isGiven = true;
    const exchanged = exchange()
      .catch((thrown) => {
        const { aborted, reason } = this.#attempt.signal;
        // While it connects, undici does not say that it was stopped.
        this.#endedAsUndici =
          this.#failedWith === undefined ? aborted && thrown === reason : isOf(thrown, this.#failedWith);
        throw thrown;
      })
      .finally(() => {
        underWay.delete(this.#path);
        this.#isOver = true;
      });
    this.#over = exchanged.catch(() => {});
    return exchanged;
  }

  /** Waits for a `fetch` that is to stop. One that passes over its signal does not, and may still send. */
  async stopped(): Promise<void> {
    if (!this.#isGiven || this.#isOver) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.#over, late]);
    clearTimeout(timer);
  }

  /** Whether it is certain that no octet of it has left, nor will. */
  get isHeldBack(): boolean {
    return !this.#isGiven || (this.#isOver && this.#isUnsent && this.#endedAsUndici);
  }

  /** Whether undici has it, and its head has not left. */
  get isConnecting(): boolean {
    return this.#isUnsent && this.#failedWith === undefined;
  }

  get #isUnsent(): boolean {
    const authorities = [...this.#authorities];
    return authorities.length > 0 && !this.#hasLeft && !authorities.some((each) => unwatched.has(each));
  }

  /** How it failed, if it failed with this. */
  failureOf(thrown: unknown): Failure {
    try {
      const isNotSent = this.isHeldBack || (!this.#hasLeft && saysNotSent(thrown, this.#isPlatforms));
      return isNotSent ? "not_sent" : "unknown";
    } catch {
      // Reading it throws.
      return "unknown";
    }
  }

  /** What a failure came of, with the proxy that stood in its way. */
  causeOf(thrown: unknown): unknown {
    if (this.#proxy === undefined || this.#hasLeft) return thrown;
    return new Error(`no connection by way of the proxy ${this.#proxy}`, { cause: thrown });
  }

  /** undici has made a request of it, or a `fetch` that tries again has done so once more. */
  static created({ request }: UndiciMessage): void {
    const { method, origin, path } = request;
    if (method === "CONNECT") {
      for (const departure of underWay.values()) {
        if (departure.#authorities.has(path)) departure.#proxy = new URL(String(origin)).origin;
      }
      return;
    }
    const departure = departureOf(request);
    if (departure === undefined) return;
    departure.#authorities.add(authorityOf(origin));
    departure.#failedWith = undefined;
    // undici does not bear to be stopped in the midst of it.
    if (departure.#hasLeft) queueMicrotask(() => departure.#attempt.abort(new Error(SENT_AGAIN)));
  }

  /** undici is about to write its head. */
  static left({ request }: UndiciMessage): void {
    const departure = departureOf(request);
    if (departure !== undefined) departure.#hasLeft = true;
  }

  /** undici has given it up. */
  static failed({ request, error }: UndiciMessage): void {
    const departure = departureOf(request);
    if (departure !== undefined) departure.#failedWith = error;
  }
}

const SENT_AGAIN = "this fetch sends a request again by itself";

/** What undici publishes of a request. */
interface UndiciMessage {
  readonly request: {
    readonly method?: string;
    readonly origin?: string | URL;
    readonly path: string;
  };
  readonly error?: unknown;
}

/** What undici publishes of a connection. */
interface UndiciConnection {
  readonly connectParams: {
    readonly host: string;
    readonly protocol: string;
    readonly version?: string;
  };
}

/** The requests that a `fetch` has, by the paths of their URLs, which hold their message ids. */
const underWay = new Map<string, Departure>();

/** Where HTTP/2 is spoken: there undici 6 does not say when it sends. */
const unwatched = new Set<string>();

let isWatching = false;

function watch(): void {
  if (isWatching) return;
  isWatching = true;
  const channels = builtin("node:diagnostics_channel") as Channels | undefined;
  channels?.subscribe("undici:request:create", (message) => Departure.created(message as UndiciMessage));
  channels?.subscribe("undici:client:sendHeaders", (message) => Departure.left(message as UndiciMessage));
  channels?.subscribe("undici:request:error", (message) => Departure.failed(message as UndiciMessage));
  channels?.subscribe("undici:client:connected", (message) => {
    const { host, protocol, version } = (message as UndiciConnection).connectParams;
    if (version === "h2") unwatched.add(authorityOf(`${protocol}//${host}`));
  });
}

interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

/** To a proxy the path may be the whole URL. */
function departureOf({ path }: UndiciMessage["request"]): Departure | undefined {
  return underWay.get(path) ?? underWay.get(path.replace(/^https?:\/\/[^/]+/, ""));
}

function authorityOf(origin: string | URL | undefined): string {
  const { protocol, hostname, port } = new URL(String(origin));
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/** How deep causes are looked into. */
const MOST_CAUSES = 10;

/** Whether something was thrown because of this error. */
function isOf(thrown: unknown, error: unknown, depth = MOST_CAUSES): boolean {
  if (thrown === error) return true;
  try {
    return depth > 0 && isOf((thrown as Error).cause, error, depth - 1);
  } catch {
    // Nothing, or reading it throws.
    return false;
  }
}

/**
 * Whether an error, or what caused it, comes only before a request leaves. An errno alone does not tell: a connection
 * that stands may end in any of them. Nor does what somebody else says: a gateway's words may be those of a platform.
 */
function saysNotSent(thrown: unknown, isPlatforms: boolean, depth = MOST_CAUSES): boolean {
  if (typeof thrown !== "object" || thrown === null || depth === 0) return false;
  const { name, message, code, syscall, cause, errors } = thrown as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((error) => saysNotSent(error, isPlatforms, depth - 1));
  return (
    name === "NotSentError" ||
    (isPlatforms &&
      (syscall === "connect" ||
        syscall === "getaddrinfo" ||
        CODES.test(String(code)) ||
        WORDS?.test(String(message)))) ||
    saysNotSent(cause, isPlatforms, depth - 1)
  );
}

/** Codes of names, of connections that took too long and of certificates, in Node.js and Bun. */
const CODES = new RegExp(
  `^(${[
    "ENOTFOUND|EAI_\\w+|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket",
    "CERT_\\w+|UNABLE_TO_\\w+|SELF_SIGNED_CERT_\\w+|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_\\w+",
  ].join("|")})$`,
);

/** What this run-time says of what it knows by no code. */
const WORDS = wordsOf();

function wordsOf(): RegExp | undefined {
  if (isDeno()) {
    return new RegExp(
      `^(${[
        "(error sending request (for url|from) \\S+( for \\S+ \\(\\S+\\))?: )?client error \\(Connect\\)",
        "Fetch failed: Requests to port \\d+ are blocked",
      ].join("|")})`,
    );
  }
  return isBun() ? /^([A-Z]+: )?(Unable to connect\.|Proxy refused to open a tunnel)/ : undefined;
}
