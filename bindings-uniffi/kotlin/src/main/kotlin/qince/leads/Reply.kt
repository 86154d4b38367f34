package qince.leads

import qince.leads.internal.CoreOutcome
import qince.leads.internal.maxBody

/** A reply as it came over HTTP. */
public class RawReply(
    /** The HTTP status. */
    public val status: Int,
    /** The body, compressed by gzip or not. */
    public val body: ByteArray,
    /** The headers, by names in any case. */
    public val headers: Map<String, List<String>> = emptyMap(),
) {
    /** A reply of which no more is known than its `Retry-After` header. */
    public constructor(status: Int, body: ByteArray, retryAfter: String?) :
        this(status, body, if (retryAfter == null) emptyMap() else mapOf(RETRY_AFTER to listOf(retryAfter)))

    init {
        require(status in 0..UShort.MAX_VALUE.toInt()) { "no HTTP status: $status" }
    }

    /** The value of the `Retry-After` header, if there was one: seconds or a date. */
    public val retryAfter: String? get() = header(RETRY_AFTER)

    /** The value of a header, the first if there are several. */
    public fun header(name: String): String? =
        headers.entries.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value?.firstOrNull()

    /** Tells status and size. */
    override fun toString(): String = "RawReply(status=$status, ${body.size} bytes)"

    private companion object {
        const val RETRY_AFTER = "Retry-After"
    }
}

/** The longest body that is read, in bytes, folded and unfolded: 64 MiB. A host need not take in more of a reply. */
public val MAX_BODY: Int = maxBody().toInt()

/** What the service answers to an operation that changes something, or to any other request. */
public data class Receipt(
    /** `msg_id` (请求消息ID), as far as the service echoes it. */
    val msgId: String?,
    /** The id (线索ID) of the lead, where the service tells it. */
    val id: String?,
    /** What the service gives besides, or in place of, an id. */
    val data: Json? = null,
    /** Whether the request's own reply is missing and a query found the lead: see [Call]. */
    val settled: Boolean = false,
    /** Whether there was a lead with this code already, so that nothing was added. */
    val existed: Boolean = false,
) {
    /** The reply that it was read from, as it came: of a settled add, that of the query. */
    public var reply: RawReply? = null
        internal set
}

internal fun receipt(outcome: CoreOutcome, reply: RawReply?): Receipt = when (outcome) {
    is CoreOutcome.Receipt ->
        Receipt(outcome.msgId, outcome.id, outcome.data?.let(::Json), outcome.settled, outcome.existed).also { it.reply = reply }
    is CoreOutcome.Page -> error("a page in place of a receipt")
}

/** What one query found: a list. */
public class Page<out L : Record>(
    private val leads: List<L>,
    /** `msg_id` (请求消息ID), as far as the service echoes it. */
    public val msgId: String? = null,
    /**
     * What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is left out
     * and listed as `[1]`; rows are counted as they came.
     */
    public val faults: List<Fault> = emptyList(),
    /** The reply that it was read from, as it came. */
    public val reply: RawReply? = null,
) : AbstractList<L>() {
    override val size: Int get() = leads.size

    override fun get(index: Int): L = leads[index]
}

/** Something that came in another shape than the vendor documents. It is kept as it came, but for a row that is no record. */
public data class Fault(
    /** Which member of a record, as in `labels[0].color`; of a page the row, too: `[1].labels[0].color`. */
    val path: String,
    /** What is documented there, in English: `text`, `an object` or `a list of objects`. */
    val expected: String,
)
