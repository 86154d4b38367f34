// Random input that is the same in every run.

/** Random numbers that are the same in every run. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  /** A whole number below this bound. */
  below(bound) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  list(longest, make) {
    return Array.from({ length: this.below(longest + 1) }, () => make());
  }

  text() {
    return this.list(12, () => this.pick([...'aZ0 "\\/\n\u0001\u007f线索😀é\u2028\ufeff'])).join("");
  }

  /** Any JSON value. */
  json(depth = 3) {
    const kinds = depth === 0 ? 6 : 8;
    switch (this.below(kinds)) {
      case 0:
        return null;
      case 1:
        return this.below(2) === 0;
      case 2:
        return this.below(2 ** 31) - 2 ** 30;
      case 3:
        return this.below(1000) / 7;
      case 4:
        return BigInt(this.below(2 ** 31)) ** 3n;
      case 5:
        return this.text();
      case 6:
        return this.list(4, () => this.json(depth - 1));
      default:
        return Object.fromEntries(this.list(4, () => [this.text(), this.json(depth - 1)]));
    }
  }
}
