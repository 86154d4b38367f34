import { type CorePages, enter } from "./core.js";
import type { Payloads, Query, Records } from "./generated/operations.js";
import { parse, toJson } from "./json.js";
import { numberOf, written } from "./payload.js";
import type { Page } from "./read.js";

/**
 * A scan over all pages of a query: the pager below {@link QinceLeads}, without a network of its own.
 *
 * It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size. A
 * lead is handed out once, wherever and however often it comes again: leads shift from page to page while a scan
 * runs.
 *
 * @throws {InvalidPayloadError} where the payload is of another shape.
 */
export class Pages<Q extends Query> {
  readonly #pages: CorePages;

  constructor(operation: Q, payload: Payloads[Q]);
  /** @internal */
  constructor(operation: Q, payload: undefined, resumed: CorePages);
  constructor(operation: Q, payload: Payloads[Q] | undefined, resumed?: CorePages) {
    this.#pages = resumed ?? begun(operation, payload as Payloads[Q]);
  }

  /**
   * Goes on with a scan that was saved.
   *
   * @throws {MalformedError} where the text is damaged, of another version, or of another query.
   */
  static resume<Q extends Query>(operation: Q, text: string): Pages<Q> {
    const number = numberOf(operation);
    const resumed = enter((core) => core.CorePages.resume(number, String(text)));
    return new Pages(operation, undefined, resumed);
  }

  /** The payload of the query for the next page; `undefined` where the scan has ended. */
  nextQuery(): Payloads[Q] | undefined {
    const json = enter(() => this.#pages.next());
    return json === undefined ? undefined : (parse(json) as Payloads[Q]);
  }

  /**
   * Takes the page that was asked for, and hands out its leads but for those that were handed out before.
   *
   * @throws {MalformedError} where this is the third page running without a new lead: the service does not turn the
   * pages, and the scan would never end. It ends here.
   */
  take({ leads, faults = [] }: Pick<Page<Records[Q]>, "leads"> & Partial<Page<Records[Q]>>): Records[Q][] {
    const identities = leads.map(identity);
    const isEmpty = leads.length === 0 && faults.length === 0;
    const isNew = enter(() => this.#pages.take(identities, isEmpty));
    return leads.filter((_, i) => isNew[i] === 1);
  }

  /**
   * The scan as one line of text, by which {@link Pages.resume} goes on with it in another process, host or language;
   * `undefined` where it has ended.
   */
  save(): string | undefined {
    return enter(() => this.#pages.save());
  }
}

function begun<Q extends Query>(operation: Q, payload: Payloads[Q]): CorePages {
  const { json } = written(operation, payload);
  return enter((core) => new core.CorePages(numberOf(operation), json));
}

/** A lead's id; of a lead without one, all that it says. */
function identity(lead: { id?: string; extra?: object; faults?: unknown }): string {
  if (lead.id) return lead.id;
  const { extra, faults, ...known } = lead;
  return toJson({ ...known, ...extra });
}
