package qince.leads

import qince.leads.internal.CoreOutcome
import qince.leads.internal.maxBody

/** A reply as it came over HTTP. */
public class RawReply(
    /** The HTTP status. */
    public val status: Int,
    /** The body, compressed by gzip or not. */
    public val body: ByteArray,
    /** The value of the `Retry-After` header, if there was one: seconds or a date. */
    public val retryAfter: String? = null,
) {
    init {
        require(status in 0..UShort.MAX_VALUE.toInt()) { "no HTTP status: $status" }
    }

    /** Tells status and size. */
    override fun toString(): String = "RawReply(status=$status, ${body.size} bytes)"
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
)

internal fun receipt(outcome: CoreOutcome): Receipt = when (outcome) {
    is CoreOutcome.Receipt -> Receipt(outcome.msgId, outcome.id, outcome.data?.let(::Json), outcome.settled)
    is CoreOutcome.Page -> error("a page in place of a receipt")
}

/** What one query found: a list. */
public class Page<out L : Record> internal constructor(
    private val leads: List<L>,
    /** `msg_id` (请求消息ID), as far as the service echoes it. */
    public val msgId: String?,
    /**
     * What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is left out
     * and listed as `[1]`; rows are counted as they came.
     */
    public val faults: List<Fault>,
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
