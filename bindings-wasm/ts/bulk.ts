import { enter, Handle } from "./core.js";
import { isQinceError, type QinceError } from "./errors.js";
import { checkedCount, type RequestOptions, refused } from "./options.js";
import type { Receipt } from "./read.js";
import { onAbort, unlessAborted } from "./signals.js";
import { clock, sleep } from "./time.js";

/** How many leads are added. */
export interface AddManyOptions extends RequestOptions {
  /** How many are under way at once; 8, if left out. The client's `maxConcurrent` holds beside it. */
  atOnce?: number | undefined;
  /** How many begin in a second at most; as many as there are, if left out. */
  perSecond?: number | undefined;
}

/** What came of one lead of many. */
export type LeadOutcome<L> =
  | {
      /** Its place among the leads that were given, from 0. */
      readonly index: number;
      /** The lead as it was given. */
      readonly lead: L;
      readonly outcome: "ok";
      /** What the service answered. */
      readonly receipt: Receipt;
      readonly error?: undefined;
    }
  | {
      /** Its place among the leads that were given, from 0. */
      readonly index: number;
      /** The lead as it was given. */
      readonly lead: L;
      /** The code of the error. */
      readonly outcome: QinceError["code"];
      /** Why it was not added, or why nobody knows: an `UncertainError`. */
      readonly error: QinceError;
      readonly receipt?: undefined;
    };

/** Leads, of which no more are read than are under way. */
export type Leads<L> = Iterable<L> | AsyncIterable<L>;

interface Ended<L> {
  readonly outcome: LeadOutcome<L>;
  /** Says that it was handed out: only then is another lead read in its place. */
  readonly handedOut: () => void;
}

/**
 * The outcomes of many adds in the order in which they end, to be iterated over once.
 *
 * Whoever leaves the loop early gives up what is under way: of what may have been carried out by then, `unread` holds an
 * `UncertainError`, which is told as any doubt is. A signal that aborts does the same, but hands those outcomes out before
 * the loop throws its reason.
 */
export class AddMany<L> implements AsyncIterable<LeadOutcome<L>> {
  /** Outcomes of adds that were begun, but not handed out, because the loop was left: complete once it has ended. */
  readonly unread: LeadOutcome<L>[] = [];
  readonly #outcomes: AsyncGenerator<LeadOutcome<L>, void, undefined>;

  /** @internal */
  constructor(
    leads: Leads<L>,
    { atOnce = 8, perSecond, signal }: AddManyOptions,
    add: (lead: L, signal: AbortSignal) => Promise<Receipt>,
  ) {
    const run = new Run(source(leads), checkedCount("atOnce", atOnce), pace(perSecond), add);
    this.#outcomes = outcomes(run, signal, this.unread);
  }

  /** The outcomes, as they come. */
  [Symbol.asyncIterator](): AsyncGenerator<LeadOutcome<L>, void, undefined> {
    return this.#outcomes;
  }
}

async function* outcomes<L>(
  run: Run<L>,
  signal: AbortSignal | undefined,
  unread: LeadOutcome<L>[],
): AsyncGenerator<LeadOutcome<L>, void, undefined> {
  const forget = onAbort(signal, () => run.stop(signal?.reason));
  try {
    run.begin();
    for (let ended = await run.next(); ended !== undefined; ended = await run.next()) {
      ended.handedOut();
      yield ended.outcome;
    }
    signal?.throwIfAborted();
    run.throwIfFailed();
  } finally {
    forget();
    run.stop(new DOMException("the loop was left", "AbortError"));
    for (let ended = await run.next(); ended !== undefined; ended = await run.next()) {
      ended.handedOut();
      unread.push(ended.outcome);
    }
    run.close();
  }
}

/** Some that work through the leads, each with one under way. */
class Run<L> {
  readonly #leads: Iterator<L> | AsyncIterator<L>;
  readonly #atOnce: number;
  readonly #wait: (signal: AbortSignal) => Promise<void>;
  readonly #add: (lead: L, signal: AbortSignal) => Promise<Receipt>;
  readonly #stop = new AbortController();
  readonly #ended: Ended<L>[] = [];
  #index = 0;
  #working = 0;
  #isOver = false;
  #isRead = false;
  #failure: { thrown: unknown } | undefined;
  /** Settled once whoever is reading has read. */
  #reading: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(
    leads: Iterator<L> | AsyncIterator<L>,
    atOnce: number,
    wait: (signal: AbortSignal) => Promise<void>,
    add: (lead: L, signal: AbortSignal) => Promise<Receipt>,
  ) {
    this.#leads = leads;
    this.#atOnce = atOnce;
    this.#wait = wait;
    this.#add = add;
  }

  begin(): void {
    // More are not needed before there are more leads.
    this.#working += 1;
    this.#work();
  }

  /** What ended next, if anything is still to end. */
  async next(): Promise<Ended<L> | undefined> {
    while (this.#ended.length === 0 && this.#working > 0) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    return this.#ended.shift();
  }

  /** Begins nothing more, and gives up what is under way. */
  stop(reason: unknown): void {
    this.#isOver = true;
    this.#stop.abort(reason);
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  /** Lets go of leads that were not read. That is not waited for: a source may be in the midst of reading. */
  close(): void {
    if (!this.#isRead) Promise.resolve(this.#leads.return?.()).catch(() => {});
  }

  async #work(): Promise<void> {
    try {
      for (let next = await this.#take(); next !== undefined; next = await this.#take()) {
        const outcome = await this.#outcome(next);
        if (outcome === undefined) return;
        await new Promise<void>((handedOut) => {
          this.#ended.push({ outcome, handedOut });
          this.#wake();
        });
      }
    } catch (thrown) {
      this.#isOver = true;
      if (!this.#stop.signal.aborted) this.#failure ??= { thrown };
    } finally {
      this.#working -= 1;
      this.#wake();
    }
  }

  /** The next lead, one after the other. */
  #take(): Promise<{ index: number; lead: L } | undefined> {
    const taken = this.#reading.then(() => this.#read());
    this.#reading = taken.catch(() => {});
    return taken;
  }

  async #read(): Promise<{ index: number; lead: L } | undefined> {
    if (this.#isOver) return undefined;
    // A source may give nothing more, and never say so.
    const { done, value } = await unlessAborted(this.#stop.signal, this.#next());
    if (done) {
      this.#isOver = this.#isRead = true;
      return undefined;
    }
    await this.#wait(this.#stop.signal);
    if (this.#isOver) return undefined;
    if (this.#working < this.#atOnce) this.begin();
    return { index: this.#index++, lead: value };
  }

  async #next(): Promise<IteratorResult<L>> {
    return this.#leads.next();
  }

  /** What came of a lead; `undefined` where it was given up before anything was sent. */
  async #outcome({ index, lead }: { index: number; lead: L }): Promise<LeadOutcome<L> | undefined> {
    try {
      return { index, lead, outcome: "ok", receipt: await this.#add(lead, this.#stop.signal) };
    } catch (error) {
      if (isQinceError(error)) return { index, lead, outcome: error.code, error };
      if (this.#stop.signal.aborted) return undefined;
      throw error;
    }
  }
}

function source<L>(leads: Leads<L>): Iterator<L> | AsyncIterator<L> {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(leads);
  const begin = asynchronous ?? synchronous;
  if (typeof begin !== "function" || typeof leads === "string") throw refused("leads", "must be iterable");
  return begin.call(leads);
}

/** Waits until the next one may begin. */
function pace(perSecond: number | undefined): (signal: AbortSignal) => Promise<void> {
  if (perSecond === undefined) return async () => {};
  const now = clock();
  const handle = new Handle((core) => new core.CorePace(Number(perSecond)));
  enter((core) => handle.held(core));
  return async (signal) => {
    const waitMs = enter((core) => handle.held(core).nextMs(now())) - now();
    if (waitMs > 0) await sleep(waitMs, signal).catch(() => {});
  };
}
