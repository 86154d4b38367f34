import { onAbort } from "./signals.js";

/** Lets only so many run at once; the others wait their turn, in the order in which they came. */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs something in its turn. Where the signal aborts before that, it is not run. */
  async during<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    await this.#begin(signal);
    try {
      return await run();
    } finally {
      this.#end();
    }
  }

  #begin(signal: AbortSignal | undefined): Promise<void> | undefined {
    signal?.throwIfAborted();
    if (this.#free >= 1) {
      this.#free -= 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        forget();
        resolve();
      };
      this.#waiting.add(begin);
      const forget = onAbort(signal, () => {
        this.#waiting.delete(begin);
        reject(signal?.reason);
      });
    });
  }

  #end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
