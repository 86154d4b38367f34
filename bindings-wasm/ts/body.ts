/**
 * Puts together the body of a payload that is nothing but texts, faster than `JSON.stringify` does.
 *
 * It looks into no text: the core makes sure that none needs an escape and that all came through unchanged, and where
 * that is not so, or where there is anything but text, the payload is written as JSON instead.
 */
export class Body {
  json = "";
  /** How many texts it holds. */
  texts = 0;
  /** Whether it holds all that was given. */
  isWhole = true;
  #members = 0;
  /** What stands between the last value and whatever follows. */
  #close = "";

  /** Writes an object whose members `fill` writes. */
  object<T extends object>(given: T, fill: (given: T, body: Body) => void): void {
    const members = this.#members;
    this.#members = 0;
    this.json += `${this.#close}{`;
    this.#close = "";
    fill(given, this);
    let names = 0;
    for (const _ in given) names += 1;
    // JSON has own members only, and whatever a `toJSON` makes of them.
    const isPlain = Object.getPrototypeOf(given) === Object.prototype && !("toJSON" in given);
    if (names !== this.#members || !isPlain) this.isWhole = false;
    this.json += this.#close === '",' ? '"}' : "}";
    this.#close = ",";
    this.#members = members;
  }

  /** Writes a text behind its key and opening quote. */
  text(key: string, value: unknown): void {
    if (typeof value === "string") {
      this.json += this.#close + key + value;
      this.#close = '",';
      this.#members += 1;
      this.texts += 1;
    } else if (value !== undefined) {
      this.isWhole = false;
    }
  }

  /** Writes an object behind its key. */
  one<T extends object>(
    key: string,
    value: T | null | undefined,
    fill: (given: T, body: Body) => void,
  ): void {
    if (!this.#begins(key, value)) return;
    this.object(value, fill);
  }

  /** Writes a list of objects behind its key and opening bracket. */
  list<T extends object>(
    key: string,
    values: readonly T[] | null | undefined,
    fill: (given: T, body: Body) => void,
  ): void {
    if (!this.#begins(key, values)) return;
    if (!Array.isArray(values)) {
      this.isWhole = false;
      return;
    }
    for (const value of values) {
      if (typeof value === "object" && value !== null) this.object(value, fill);
      else this.isWhole = false;
    }
    this.json += "]";
    this.#close = ",";
  }

  /** Anything else is left to the core, if it has been given. */
  other(value: unknown): void {
    if (value !== undefined) this.isWhole = false;
  }

  #begins<T>(key: string, value: T | null | undefined): value is T & object {
    if (typeof value !== "object" || value === null) {
      this.other(value);
      return false;
    }
    this.json += this.#close + key;
    this.#close = "";
    this.#members += 1;
    return true;
  }
}
