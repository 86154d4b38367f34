/** Any JSON value. A BigInt is an integer that a number cannot hold; `JSON.stringify` makes it text where it was read. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { [name: string]: Json };

/** A value that has no JSON. */
export interface Fault {
  /** Where it stands. */
  readonly path: string;
  /** Why it has none. */
  readonly what: string;
  /** The same in Chinese. */
  readonly whatZh: string;
}

/** How deep arrays and objects may nest; the core allows no more. */
const MAX_DEPTH = 128;

/**
 * `JSON.stringify`, but a BigInt becomes an integer, and what would be changed or lost without a word is noted: an
 * integer that has lost digits already, a number or a character that is none, functions, symbols, and objects that
 * hold themselves. In their places stands {@link NOTHING}.
 */
export function stringify(value: unknown, faults: Fault[]): string {
  if (isPlain(value, MAX_DEPTH)) {
    const json = JSON.stringify(value) ?? "null";
    // A lone half of a surrogate pair is written like this, and maybe something harmless.
    if (!json.includes("\\ud")) return json;
  }
  return new Writer(faults).value(value, "", MAX_DEPTH) ?? "null";
}

/** What has no JSON is written as a number that no field takes. */
const NOTHING = "0.5";

/** Whether `JSON.stringify` would say just what was given. */
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return true;
    case "number":
      return isExact(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth === 0 || "toJSON" in value || typeAmong(BOXES, value) || typeAmong(UNLIKE_JSON, value)) {
    return false;
  }
  if (Array.isArray(value)) return value.every((element) => isPlain(element, depth - 1));
  for (const name in value) {
    if (!isPlain((value as Record<string, unknown>)[name], depth - 1)) return false;
  }
  return true;
}

/** A class, as far as it matters here. */
interface Type {
  readonly name: string;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Objects that `JSON.stringify` takes for empty ones. */
const UNLIKE_JSON: readonly Type[] = [Map, Set, Promise, WeakMap, WeakSet, RegExp, ArrayBuffer];

/** Objects that stand for a plain value. */
const BOXES: readonly Type[] = [Number, String, Boolean, BigInt];

/** The first of these types that a value is of. */
function typeAmong(types: readonly Type[], value: object): Type | undefined {
  return types.find((type) => value instanceof type);
}

function isExact(number: number): boolean {
  return Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number);
}

class Writer {
  readonly #faults: Fault[];
  /** The objects that hold what is being written. */
  readonly #holders = new Set<object>();

  constructor(faults: Fault[]) {
    this.#faults = faults;
  }

  /** Writes a value; `undefined` where there is none, as for an absent member. */
  value(value: unknown, path: string, depth: number): string | undefined {
    switch (typeof value) {
      case "undefined":
        return undefined;
      case "bigint":
        return value.toString();
      case "number":
        if (!Number.isFinite(value)) return this.#fault(path, hasNoJson(String(value)));
        return isExact(value) ? JSON.stringify(value) : this.#fault(path, UNSAFE);
      case "string":
        return LONE_SURROGATE.test(value) ? this.#fault(path, LONE) : JSON.stringify(value);
      case "boolean":
        return JSON.stringify(value);
      case "object":
        return value === null ? "null" : this.#object(value, path, depth);
      default:
        return this.#fault(path, hasNoJson(`a ${typeof value}`));
    }
  }

  #object(value: object, path: string, depth: number): string | undefined {
    if (this.#holders.has(value)) return this.#fault(path, HOLDS_ITSELF);
    if (depth === 0) return this.#fault(path, TOO_DEEP);
    this.#holders.add(value);
    const written = this.#members(value, path, depth - 1);
    this.#holders.delete(value);
    return written;
  }

  #members(value: object, path: string, depth: number): string | undefined {
    if (typeAmong(BOXES, value)) return this.value(value.valueOf(), path, depth);
    const type = typeAmong(UNLIKE_JSON, value);
    if (type !== undefined) return this.#fault(path, hasNoJson(`a ${type.name}`));
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function" && toJSON !== withTexts)
      return this.value(toJSON.call(value), path, depth);
    if (Array.isArray(value)) {
      const element = (element: unknown, i: number) => this.value(element, `${path}[${i}]`, depth) ?? "null";
      return `[${Array.from(value, element).join(",")}]`;
    }
    const members: string[] = [];
    for (const [name, member] of Object.entries(value)) {
      const below = path === "" ? name : `${path}.${name}`;
      const written = this.value(member, below, depth);
      if (LONE_SURROGATE.test(name)) this.#fault(below, LONE);
      else if (written !== undefined) members.push(`${JSON.stringify(name)}:${written}`);
    }
    return `{${members.join(",")}}`;
  }

  #fault(path: string, words: Words): string {
    this.#faults.push({ path, ...words });
    return NOTHING;
  }
}

/** What is wrong, in both languages. */
type Words = Pick<Fault, "what" | "whatZh">;

const UNSAFE: Words = {
  what: "an integer beyond 2^53 - 1 has lost digits as a number already; give it as text or as a BigInt",
  whatZh: "超过2^53 - 1的整数作为number已丢失末位数字，请用文本或BigInt",
};

const LONE_SURROGATE = /\p{Surrogate}/u;

const LONE: Words = {
  what: "the text holds half of a surrogate pair, which is no character; was it cut in two?",
  whatZh: "文本中有半个代理对，不是字符，是否被截断？",
};

const HOLDS_ITSELF: Words = { what: "an object that holds itself", whatZh: "对象包含了自身" };

const TOO_DEEP: Words = { what: "at most 128 levels of nesting", whatZh: "嵌套最多128层" };

function hasNoJson(what: string): Words {
  return { what: `${what} has no JSON; give plain values`, whatZh: `${what}无法表示为JSON，请传入普通的值` };
}

/**
 * `JSON.parse`, but an integer that a number cannot hold becomes a BigInt. The text must be JSON: the core has seen
 * to that.
 */
export function parse(text: string): Json {
  return /\d{16}/.test(text) ? new Parser(text).value() : JSON.parse(text);
}

/** A number or a word. */
const WORD = /[^\s[\]{}:,"]+/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Json {
    switch (this.#peek()) {
      case "[":
        return this.#elements();
      case "{":
        return this.#members();
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #elements(): Json[] {
    const elements: Json[] = [];
    for (this.#at += 1; this.#peek() !== "]"; ) {
      elements.push(this.value());
      if (this.#peek() === ",") this.#at += 1;
    }
    this.#at += 1;
    return legible(elements);
  }

  #members(): { [name: string]: Json } {
    const members: { [name: string]: Json } = {};
    for (this.#at += 1; this.#peek() !== "}"; ) {
      const name = this.#string();
      if (this.#peek() === ":") this.#at += 1;
      set(members, name, this.value());
      if (this.#peek() === ",") this.#at += 1;
    }
    this.#at += 1;
    return legible(members);
  }

  #string(): string {
    const start = this.#at;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (this.#isEscaped(end));
    this.#at = end + 1;
    return JSON.parse(this.#text.slice(start, this.#at));
  }

  /** Whether an odd number of backslashes stands before the quote there. */
  #isEscaped(quote: number): boolean {
    let start = quote;
    while (this.#text[start - 1] === "\\") start -= 1;
    return (quote - start) % 2 === 1;
  }

  #word(): Json {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? "";
    this.#at += word.length;
    if (!/^-?\d+$/.test(word)) return JSON.parse(word);
    const number = Number(word);
    return Number.isSafeInteger(number) ? number : BigInt(word);
  }

  /** What comes next, white space passed over. */
  #peek(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    return this.#text[this.#at];
  }
}

/**
 * Writes a record, an event or any other JSON value as JSON text, a BigInt as the integer that it is.
 *
 * @throws {TypeError} for what has no JSON.
 */
export function toJson(value: unknown): string {
  const faults: Fault[] = [];
  const json = stringify(value, faults);
  const [fault] = faults;
  if (fault !== undefined)
    throw new TypeError(fault.path === "" ? fault.what : `${fault.path}: ${fault.what}`);
  return json;
}

/** Sets a member as `JSON.parse` does: one called `__proto__` is a member like any other. */
export function set(members: { [name: string]: Json }, name: string, value: Json): void {
  if (name !== "__proto__") {
    members[name] = value;
    return;
  }
  Object.defineProperty(members, name, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Lets `JSON.stringify` write what holds an integer that a number cannot hold: as text, as which ids are read, too.
 */
export function legible<T extends object>(holder: T): T {
  if (!Object.values(holder).some((value) => typeof value === "bigint")) return holder;
  return Object.defineProperty(holder, "toJSON", { value: withTexts, configurable: true, writable: true });
}

function withTexts(this: object): object {
  const text = (value: unknown) => (typeof value === "bigint" ? String(value) : value);
  if (Array.isArray(this)) return this.map(text);
  return Object.fromEntries(Object.entries(this).map(([name, value]) => [name, text(value)]));
}
