import * as glue from "../build/core.js";
import { type Circumstances, described, InternalError, isQinceError, type Thrown } from "./errors.js";
import { compiled } from "./platform/inline.js";

export type { CoreAccount, CoreCall, CorePages } from "../build/core.js";

/** The core, as wasm-bindgen makes it callable. */
export type Core = typeof glue;

/** How many instances of the core there have been: what belongs to an earlier one is void. */
let generation = 0;

/**
 * Runs something in the core, which is made ready at first use, so that importing this package costs nothing.
 *
 * What the core throws becomes an error of its own class. Where the core itself goes wrong, a new instance takes its
 * place, so that later calls are not harmed.
 */
export function enter<T>(run: (core: Core) => T, circumstances?: Circumstances): T {
  try {
    if (generation === 0) start();
    return run(glue);
  } catch (thrown) {
    if (!isError(thrown)) throw described(thrown as Thrown, circumstances);
    if (isQinceError(thrown)) throw thrown;
    if (TRAPS.includes(thrown.name)) {
      generation += 1;
      glue.__wbg_reset_state();
    }
    throw new InternalError("internal: the core failed; please report this", { cause: thrown });
  }
}

const NO_WEB_ASSEMBLY =
  "internal: there is no WebAssembly here, as in React Native, in mini programs and under `node --jitless`; " +
  "leave this to a server";

/** What the engine throws where the core goes wrong. */
const TRAPS = ["RuntimeError", "RangeError"];

/** Whether it is an error, also of another realm, as in Jest and in Next.js. */
function isError(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === "[object Error]";
}

function start(): void {
  if (typeof WebAssembly === "undefined") throw new InternalError(NO_WEB_ASSEMBLY);
  try {
    glue.initSync({ module: compiled() });
    generation = 1;
  } catch (thrown) {
    const advice = "a content security policy must allow 'wasm-unsafe-eval'";
    throw new InternalError(`internal: WebAssembly could not be started; ${advice}`, { cause: thrown });
  }
}

/** Something that lives in the core, made anew where its instance is gone. */
export class Handle<T> {
  #generation = -1;
  #held: T | undefined;
  readonly #make: (core: Core) => T;

  constructor(make: (core: Core) => T) {
    this.#make = make;
  }

  /** To be called inside {@link enter}. */
  held(core: Core): T {
    if (this.#generation !== generation || this.#held === undefined) {
      this.#held = this.#make(core);
      this.#generation = generation;
    }
    return this.#held;
  }
}

const encoder = new TextEncoder();

/** How long a text may be to be written into the core's scratch room, in UTF-16 units. */
export const SCRATCH_LENGTH = 16 * 1024;

/** The most bytes that a UTF-16 unit takes in UTF-8. */
const BYTES_A_UNIT = 3;

const scratch = new Handle((core) => {
  const start = core.scratch(SCRATCH_LENGTH * BYTES_A_UNIT);
  const memory: WebAssembly.Memory = core.scratchMemory();
  return { start, memory, room: new Uint8Array(memory.buffer, start, SCRATCH_LENGTH * BYTES_A_UNIT) };
});

/** Writes a short text into the core's scratch room, and says how many bytes it takes. */
export function write(core: Core, text: string): number {
  const held = scratch.held(core);
  // The memory has grown and moved.
  if (held.room.length === 0)
    held.room = new Uint8Array(held.memory.buffer, held.start, SCRATCH_LENGTH * BYTES_A_UNIT);
  return encoder.encodeInto(text, held.room).written;
}
