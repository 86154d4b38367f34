import type { Payloads, Query, Records } from "./generated/operations.js";
import { Pages } from "./pages.js";
import { type Page, type Results, withReply } from "./read.js";

/** What a query finds, read page by page as it is asked for. */
export interface Found<R> extends AsyncIterable<R> {
  /** The leads page by page, and what of each page is not as the vendor documents it. */
  pages(): AsyncIterable<Page<R>>;
  /** All leads at once, where there are not too many. */
  toArray(): Promise<R[]>;
}

/** All leads that a query finds, read page by page as they are asked for. */
export class Scan<Q extends Query> implements Found<Records[Q]> {
  readonly #operation: Q;
  readonly #conditions: Payloads[Q];
  readonly #run: (query: Payloads[Q]) => Promise<Results[Q]>;

  constructor(operation: Q, conditions: Payloads[Q], run: (query: Payloads[Q]) => Promise<Results[Q]>) {
    this.#operation = operation;
    this.#conditions = conditions;
    this.#run = run;
  }

  /** The leads, one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Records[Q], void, undefined> {
    for await (const { leads } of this.pages()) yield* leads;
  }

  /** The leads page by page, and what of each page is not as the vendor documents it. */
  async *pages(): AsyncGenerator<Page<Records[Q]>, void, undefined> {
    const pages = new Pages(this.#operation, this.#conditions);
    for (let query = pages.nextQuery(); query !== undefined; query = pages.nextQuery()) {
      const page = (await this.#run(query)) as Page<Records[Q]>;
      const leads = pages.take(page);
      if (leads.length > 0 || page.faults.length > 0) yield withReply({ ...page, leads }, page.reply);
    }
  }

  /** All leads at once, where there are not too many. */
  async toArray(): Promise<Records[Q][]> {
    const leads: Records[Q][] = [];
    for await (const lead of this) leads.push(lead);
    return leads;
  }
}
