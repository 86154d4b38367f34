package qince.leads

import qince.leads.internal.CorePages

/**
 * A scan over all pages of a query, which neither sends nor waits: [QinceLeads.query] does so.
 *
 * It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size. A lead is
 * handed out once, wherever and however often it comes again: leads shift from page to page while a scan runs.
 *
 * A scan can be [saved][save] and [gone on with][resume] elsewhere.
 */
public class Pages<L : Record> private constructor(
    private val operation: QueryOperation<Query<L>, L>,
    private val core: CorePages,
) {
    /** A scan from the query's page, or from the first. */
    public constructor(query: Query<L>) : this(query.operation, core { CorePages(query.operation.name, query.toJson()) })

    /** The query for the next page; null where the scan has ended. */
    public fun nextQuery(): Query<L>? = core.next()?.let(operation::fromJson)

    /**
     * Takes the page that was asked for, and hands out its leads but for those that were handed out before.
     *
     * @throws QinceException.Malformed where this is the third page running without a new lead: the service does not turn the
     *   pages, and the scan would never end. It ends here.
     */
    public fun take(page: List<L>): List<L> {
        val identities = page.map { escapingLoneSurrogates(identity(it)) }
        val isEmpty = page.isEmpty() && (page as? Page<*>)?.faults.isNullOrEmpty()
        val isNew = core { core.take(identities, isEmpty) }
        return page.filterIndexed { at, _ -> isNew[at] != OLD }
    }

    /**
     * The scan as one line of text, by which [resume] goes on with it in another process, host or language; null where it has
     * ended.
     */
    public fun save(): String? = core.save()

    /** A lead's id; of a lead without one, all that it says. */
    private fun identity(lead: L) = operation.idOf(lead)?.takeIf(String::isNotEmpty) ?: lead.toJson()

    /** Tells the operation. */
    override fun toString(): String = "Pages(${operation.name})"

    /** Goes on with scans that were saved. */
    public companion object {
        private const val OLD: Byte = 0

        /**
         * Goes on with a scan of this query, such as [QueryLeads], that was saved.
         *
         * @throws QinceException.Malformed where the text is damaged, of another version, or of another query.
         */
        public fun <L : Record> resume(operation: QueryOperation<Query<L>, L>, text: String): Pages<L> =
            Pages(operation, core { CorePages.resume(operation.name, text) })
    }
}
