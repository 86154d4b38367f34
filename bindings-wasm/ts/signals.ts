interface Waiting {
  readonly stops: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `stop` once the signal aborts: at once, where it has; returns what takes that back. However many calls have one
 * signal, it has one listener, for Node.js warns of more than ten.
 */
export function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    stop();
    return () => {};
  }
  const { stops, listener } = waiting.get(signal) ?? begun(signal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    if (stops.size > 0) return;
    signal.removeEventListener("abort", listener);
    waiting.delete(signal);
  };
}

function begun(signal: AbortSignal): Waiting {
  const stops = new Set<() => void>();
  const listener = () => {
    for (const stop of stops) stop();
  };
  signal.addEventListener("abort", listener, { once: true });
  const begun = { stops, listener };
  waiting.set(signal, begun);
  return begun;
}

/** Waits no longer than the signal allows, also for what does not listen to it. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(forget);
  });
}
