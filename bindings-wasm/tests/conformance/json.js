// JSON with every digit of its integers: one that a number cannot hold becomes a BigInt.

const WHITESPACE = /[ \t\n\r]*/y;
const SCALAR = /"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*|true|false|null/y;

/** The text that a list or an object was read from. */
const SOURCES = new WeakMap();

/** A value that was read, as it stood there: with every digit of its decimals, too. */
export function sourceOf(value) {
  return SOURCES.get(value) ?? write(value);
}

/** Parses JSON text. An object that gives a member twice is refused: one of the two would be lost. */
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value();
  if (!reader.atEnd()) throw reader.error("the end");
  return value;
}

/** `JSON.stringify`, but a BigInt is written as an integer, and members stand in the order of their names. */
export function write(value) {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const member = ([name, member]) => `${JSON.stringify(name)}:${write(member)}`;
  const byName = ([a], [b]) => (a < b ? -1 : 1);
  return `{${Object.entries(value).sort(byName).map(member).join(",")}}`;
}

class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  value() {
    const read = this.#skip("{") ? this.#members : this.#skip("[") ? this.#elements : undefined;
    if (read !== undefined) {
      const start = this.#at - 1;
      const value = read.call(this);
      SOURCES.set(value, this.#text.slice(start, this.#at));
      return value;
    }
    const scalar = this.#match(SCALAR);
    if (scalar === "") throw this.error("a value");
    if (!/^-?\d+$/.test(scalar)) return JSON.parse(scalar);
    const number = JSON.parse(scalar);
    return Number.isSafeInteger(number) ? number : BigInt(scalar);
  }

  atEnd() {
    this.#match(WHITESPACE);
    return this.#at === this.#text.length;
  }

  error(expected) {
    return new SyntaxError(`${expected} expected at ${this.#at} of the JSON`);
  }

  #elements() {
    const elements = [];
    if (this.#skip("]")) return elements;
    do elements.push(this.value());
    while (this.#skip(","));
    if (!this.#skip("]")) throw this.error("]");
    return elements;
  }

  #members() {
    const members = {};
    if (this.#skip("}")) return members;
    do {
      const name = this.value();
      if (typeof name !== "string") throw this.error("a name");
      if (Object.hasOwn(members, name)) throw this.error(`a member other than ${name}`);
      if (!this.#skip(":")) throw this.error(":");
      // An assignment would pass over a member called `__proto__`.
      const member = { value: this.value(), configurable: true, enumerable: true, writable: true };
      Object.defineProperty(members, name, member);
    } while (this.#skip(","));
    if (!this.#skip("}")) throw this.error("}");
    return members;
  }

  #skip(mark) {
    this.#match(WHITESPACE);
    const stands = this.#text[this.#at] === mark;
    if (stands) this.#at += 1;
    return stands;
  }

  #match(pattern) {
    pattern.lastIndex = this.#at;
    const [match] = pattern.exec(this.#text) ?? [""];
    this.#at += match.length;
    return match;
  }
}
