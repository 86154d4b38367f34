import { type CorePages, enter } from "./core.js";
import type { Payloads, Query, Records } from "./generated/operations.js";
import { parse, toJson } from "./json.js";
import { numberOf, payloadToJson } from "./payload.js";

/**
 * A scan over all pages of a query: the pager below {@link QinceLeads}, without a network of its own.
 *
 * It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size.
 * Leads that shifted from one page onto the next while it ran are handed out once.
 *
 * @throws {InvalidPayloadError} where the payload is of another shape.
 */
export class Pages<Q extends Query> {
  readonly #pages: CorePages;

  constructor(operation: Q, payload: Payloads[Q]) {
    const json = payloadToJson(operation, payload);
    this.#pages = enter((core) => new core.CorePages(numberOf(operation), json));
  }

  /** The payload of the query for the next page; `undefined` where the scan has ended. */
  nextQuery(): Payloads[Q] | undefined {
    const json = enter(() => this.#pages.next());
    return json === undefined ? undefined : (parse(json) as Payloads[Q]);
  }

  /**
   * Takes the page that was asked for, and hands out its leads but for those seen on the page before.
   *
   * @throws {MalformedError} where the page only repeats leads of the page before: the service does not turn the
   * pages, and the scan would never end. It ends here.
   */
  take(page: Records[Q][]): Records[Q][] {
    // A lead without an id is told apart by all that it says.
    const identities = page.map((lead) => lead.id ?? toJson(lead));
    const isNew = enter(() => this.#pages.take(identities));
    return page.filter((_, i) => isNew[i] === 1);
  }
}
