package qince.leads

import qince.leads.internal.CoreOutcome
import qince.leads.internal.check
import qince.leads.internal.read

/** An operation of the service. It is the companion of its payload's class: `AddLead.read(reply)`. */
public sealed class Operation<out P : Payload<R>, out R>(
    /** Its name in this SDK, the same in every language, such as `add_apaas`. */
    public val name: String,
    /** By which number the core knows it. */
    internal val number: Int,
    shape: String,
) : Shape<P>(shape) {
    /**
     * Reads the service's reply, compressed or not.
     *
     * @throws QinceException.Rejected where the service refused the request.
     * @throws QinceException.HttpStatus where the status is outside 200-299 and the body is no reply of the service.
     * @throws QinceException.Malformed where it is no reply of the service otherwise, or of another shape.
     */
    public fun read(reply: RawReply): R = result(core { read(name, reply.status.toUShort(), reply.body) })

    /**
     * Reads a payload from JSON with the vendor's names.
     *
     * @throws QinceException.InvalidPayload where it is of another shape.
     */
    final override fun fromJson(json: String): P = try {
        super.fromJson(json)
    } catch (beyondInt: NumberFormatException) {
        core { check(name, escapingLoneSurrogates(json)) }
        throw beyondInt
    }

    internal abstract fun result(outcome: CoreOutcome): R

    /** Tells the name. */
    override fun toString(): String = name

    /** Knows every operation. */
    public companion object {
        /** All operations, in the order of the vendor's page. */
        public val ALL: List<Operation<*, *>> get() = OPERATIONS
    }
}

/** An operation that changes something. */
public abstract class WriteOperation<out P : Payload<Receipt>> internal constructor(name: String, number: Int, shape: String) :
    Operation<P, Receipt>(name, number, shape) {
    final override fun result(outcome: CoreOutcome): Receipt = when (outcome) {
        is CoreOutcome.Receipt -> Receipt(outcome.msgId, outcome.id)
        is CoreOutcome.Page -> error("$name answered with a page")
    }
}

/** An operation that finds leads. */
public abstract class QueryOperation<out P : Query<L>, out L : Record> internal constructor(
    name: String,
    number: Int,
    shape: String,
    private val record: Shape<L>,
) : Operation<P, Page<L>>(name, number, shape) {
    final override fun result(outcome: CoreOutcome): Page<L> = when (outcome) {
        is CoreOutcome.Page -> Page(Places(outcome.table).list(record))
        is CoreOutcome.Receipt -> error("$name answered with a receipt")
    }

    internal abstract fun idOf(lead: @UnsafeVariance L): String?
}
