package qince.leads

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

/** What the service answers to an operation that changes something. */
public data class Receipt(
    /** `msg_id` (请求消息ID), as far as the service echoes it. */
    val msgId: String?,
    /** The id (线索ID) of the lead, where the service tells it. */
    val id: String?,
)

/** What one query found: a list. */
public class Page<out L : Record> internal constructor(private val leads: List<L>) : AbstractList<L>() {
    override val size: Int get() = leads.size

    override fun get(index: Int): L = leads[index]
}
