package qince.leads

import qince.leads.internal.CorePages

/**
 * A scan over all pages of a query, which neither sends nor waits: [QinceLeads.query] does so.
 *
 * It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size. Leads
 * that shifted from one page onto the next while it ran are handed out once.
 *
 * It begins at the query's page, or at the first.
 */
public class Pages<L : Record>(query: Query<L>) {
    private val operation: QueryOperation<Query<L>, L> = query.operation
    private val core = core { CorePages(operation.name, query.toJson()) }

    /** The query for the next page; null where the scan has ended. */
    public fun nextQuery(): Query<L>? = core.next()?.let(operation::fromJson)

    /**
     * Takes the page that was asked for, and hands out its leads but for those seen on the page before.
     *
     * @throws QinceException.Malformed where the page only repeats leads of the page before: the service does not turn the
     *   pages, and the scan would never end. It ends here.
     */
    public fun take(page: List<L>): List<L> {
        val isNew = core { core.take(page.map { escapingLoneSurrogates(operation.idOf(it) ?: it.toJson()) }) }
        return page.filterIndexed { at, _ -> isNew[at] != OLD }
    }

    /** Tells the operation. */
    override fun toString(): String = "Pages(${operation.name})"

    private companion object {
        const val OLD: Byte = 0
    }
}
