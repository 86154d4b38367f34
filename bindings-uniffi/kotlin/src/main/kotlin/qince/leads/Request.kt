package qince.leads

import qince.leads.internal.CoreOutcome
import qince.leads.internal.CorePayload
import qince.leads.internal.check
import qince.leads.internal.read

/** What can be signed, sent and called: a [Payload], or any [Other] request. What comes back is an [R]. */
public sealed class Request<out R> : Value() {
    /** What it is sent to. */
    public abstract val operation: Endpoint<R>

    /**
     * Checks every rule. Signing does so, too.
     *
     * @throws QinceException.InvalidPayload with all violations.
     */
    public fun validate() {
        core { check(core()) }
    }

    /** What crosses to the core. */
    internal abstract fun core(): CorePayload
}

/** What requests are sent to: an [Operation], or any [Other] endpoint of the vendor. */
public sealed class Endpoint<out R>(
    /** Its name in this SDK, such as `add_apaas`. */
    public val name: String,
) {
    /**
     * Reads the service's reply, compressed or not.
     *
     * @throws QinceException.Rejected where the service refused the request.
     * @throws QinceException.HttpStatus where the status is outside 200-299 and the body is no reply of the service.
     * @throws QinceException.Malformed where it is no reply of the service otherwise, or of another shape.
     */
    public fun read(reply: RawReply): R = result(core(reply = reply) { read(name, reply.status.toUShort(), reply.body) }, reply)

    internal abstract fun result(outcome: CoreOutcome, reply: RawReply?): R

    /** Tells the name. */
    override fun toString(): String = name
}

/**
 * A request to any endpoint of the vendor: signed, tried again and read as the operations of this SDK are, and checked by
 * nobody but the service. What comes back is the receipt's `data`.
 */
public data class Other(
    /** The path between `/api/` and the openid, such as `customer/v1/queryCustomer`. */
    val path: String,
    /** The body: an object or a list, sent as it stands. */
    val payload: Json,
    /** Whether it may be sent again where it may have been carried out, as a query may. */
    val repeat: Boolean = true,
) : Request<Receipt>() {
    override val operation: Endpoint<Receipt> get() = Companion

    override fun core(): CorePayload = CorePayload.Other(escapingLoneSurrogates(path), toJson(), repeat)

    override fun writeTo(json: JsonWriter): Unit = json.json(payload)

    /** Any endpoint: it reads the replies. */
    public companion object : Endpoint<Receipt>(RequestConstants.OTHER) {
        override fun result(outcome: CoreOutcome, reply: RawReply?): Receipt = receipt(outcome, reply)
    }
}
