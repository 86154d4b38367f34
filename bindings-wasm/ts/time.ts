import { MAX_TIMER_MS } from "./options.js";
import { onAbort } from "./signals.js";

/** The wall clock as it was now, and as much later as time passes: it does not jump where somebody sets it. */
export function clock(): () => number {
  const beginMs = Date.now() - performance.now();
  return () => Math.round(beginMs + performance.now());
}

/** Waits this many milliseconds, or until the signal says to stop. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        forget();
        resolve();
      },
      Math.max(0, Math.min(ms, MAX_TIMER_MS)),
    );
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason);
    });
  });
}
