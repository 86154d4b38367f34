import { type Json, legible, parse, set } from "./json.js";

/** Something that came in another shape than its record has. It is kept as it came, in `extra`. */
export interface Fault {
  /** Which row of a page, and which member of it: `[1].labels[0].color`; of a record the member alone. */
  path: string;
  /** What the vendor documents there: `text`, `an object` or `a list of objects`. */
  expected: string;
}

/** A type of records: how one is read from where a page says that it lies. */
export type RecordType<T> = new (from: Places) => T;

/**
 * A type of records that are plain objects.
 *
 * A constructor lets an engine lay out records of a type alike, and with `Object.prototype` as its prototype it
 * makes plain objects, without a member for what is absent.
 */
export function record<T>(fill: (this: T, from: Places) => void): RecordType<T> {
  fill.prototype = Object.prototype;
  return fill as unknown as RecordType<T>;
}

/**
 * Where the values of a page lie: a stream of numbers that the core has written, and the texts that they point into.
 * `dynamic::Places` in the core describes it.
 */
export class Places {
  private at = 0;
  private readonly limit: number;

  constructor(
    private readonly stream: Int32Array,
    private readonly source: string,
    private readonly aside: string,
  ) {
    this.limit = source.length;
  }

  next(): number {
    return this.stream[this.at++] as number;
  }

  text(): string {
    const start = this.stream[this.at] as number;
    const end = start + (this.stream[this.at + 1] as number);
    this.at += 2;
    const { limit } = this;
    return start < limit ? this.source.slice(start, end) : this.aside.slice(start - limit, end - limit);
  }

  /** A text that is kept for longer than its page: engines keep all of a text for the sake of a part. */
  key(): string {
    return ` ${this.text()}`.slice(1);
  }

  list<T>(type: RecordType<T>): T[] {
    const length = this.next();
    const records: T[] = [];
    for (let i = 0; i < length; i++) records.push(new type(this));
    return records;
  }

  map(): { [name: string]: Json } {
    const length = this.next();
    const members: { [name: string]: Json } = {};
    for (let i = 0; i < length; i++) {
      const name = this.text();
      set(members, name, parse(this.text()));
    }
    return legible(members);
  }
}
