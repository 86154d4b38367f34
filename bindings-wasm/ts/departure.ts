import type { Failure } from "./errors.js";
import { builtin } from "./runtime.js";

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
 * whichever version. Elsewhere only an error may tell.
 */
export class Departure {
  readonly #path: string;
  readonly #authority: string;
  readonly #stop: (reason: Error) => void;
  #isGiven = false;
  #isOver = false;
  #over: Promise<unknown> | undefined;
  #isWatched = false;
  #hasLeft = false;
  #proxy: string | undefined;

  /** `stop` gives the request up. */
  constructor(url: string, stop: (reason: Error) => void) {
    const { protocol, hostname, port, pathname } = new URL(url);
    this.#path = pathname;
    this.#authority = `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
    this.#stop = stop;
  }

  /** Watches over what gives the request to `fetch`: from now on it may leave. */
  during<T>(exchange: () => Promise<T>): Promise<T> {
    watch();
    underWay.set(this.#path, this);
    this.#isGiven = true;
    const exchanged = exchange().finally(() => {
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
    return !this.#isGiven || (this.#isOver && this.isConnecting);
  }

  /** Whether undici has it, and its head has not left. */
  get isConnecting(): boolean {
    return this.#isWatched && !this.#hasLeft && !unwatched.has(this.#authority);
  }

  /** How it failed, if it failed with this. */
  failureOf(thrown: unknown): Failure {
    try {
      return this.isHeldBack || (!this.#hasLeft && saysNotSent(thrown)) ? "not_sent" : "unknown";
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
        if (departure.#authority === path) departure.#proxy = new URL(String(origin)).origin;
      }
      return;
    }
    const departure = departureOf(request);
    if (departure === undefined) return;
    departure.#isWatched = true;
    // undici does not bear to be stopped in the midst of it.
    if (departure.#hasLeft) queueMicrotask(() => departure.#stop(new Error(SENT_AGAIN)));
  }

  /** undici is about to write its head. */
  static left({ request }: UndiciMessage): void {
    const departure = departureOf(request);
    if (departure !== undefined) departure.#hasLeft = true;
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
  channels?.subscribe("undici:client:connected", (message) => {
    const { host, protocol, version } = (message as UndiciConnection).connectParams;
    if (version === "h2")
      unwatched.add(/:\d+$/.test(host) ? host : `${host}:${protocol === "https:" ? 443 : 80}`);
  });
}

interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

/** To a proxy the path may be the whole URL. */
function departureOf({ path }: UndiciMessage["request"]): Departure | undefined {
  return underWay.get(path) ?? underWay.get(path.replace(/^https?:\/\/[^/]+/, ""));
}

/** How deep causes are looked into. */
const MOST_CAUSES = 10;

/**
 * Whether an error, or what caused it, comes only before a request leaves. An errno alone does not tell: a connection
 * that stands may end in any of them.
 */
function saysNotSent(thrown: unknown, depth = MOST_CAUSES): boolean {
  if (typeof thrown !== "object" || thrown === null || depth === 0) return false;
  const { name, message, code, syscall, cause, errors } = thrown as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((error) => saysNotSent(error, depth - 1));
  return (
    name === "NotSentError" ||
    syscall === "connect" ||
    syscall === "getaddrinfo" ||
    CODES.test(String(code)) ||
    WORDS.test(String(message)) ||
    saysNotSent(cause, depth - 1)
  );
}

/** Codes of names, of connections that took too long and of certificates, in Node.js and Bun. */
const CODES = new RegExp(
  `^(${[
    "ENOTFOUND|EAI_\\w+|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket",
    "CERT_\\w+|UNABLE_TO_\\w+|SELF_SIGNED_CERT_\\w+|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_\\w+",
  ].join("|")})$`,
);

/** What Node.js, Bun and Deno say, in this order, of what they know by no code. */
const WORDS = new RegExp(
  [
    "before secure TLS connection was established|when HTTP Tunneling|^bad port$",
    "Unable to connect|Proxy refused to open a tunnel",
    "client error \\(Connect\\)|Requests to port \\d+ are blocked",
  ].join("|"),
);
