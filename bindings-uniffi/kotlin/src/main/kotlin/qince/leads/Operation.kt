package qince.leads

import qince.leads.internal.CoreFault
import qince.leads.internal.CoreOutcome
import qince.leads.internal.CorePayload
import qince.leads.internal.check

/** An operation of the service. It is the companion of its payload's class: `AddLead.read(reply)`. */
public sealed class Operation<out P : Payload<R>, out R>(
    name: String,
    /** By which number the core knows it. */
    internal val number: Int,
    shape: String,
) : Endpoint<R>(name) {
    private val shape = object : Shape<P>(shape) {
        override fun readFrom(places: Places): P = this@Operation.readFrom(places)
    }

    /** The fields of its payload, in the vendor's order. */
    public val fields: List<Field> get() = shape.fields

    /**
     * Reads a payload from JSON with the vendor's names.
     *
     * @throws QinceException.InvalidPayload where it is of another shape.
     */
    public fun fromJson(json: String): P = try {
        shape.fromJson(json)
    } catch (beyondInt: NumberFormatException) {
        core { check(CorePayload.Known(name, escapingLoneSurrogates(json))) }
        throw beyondInt
    }

    internal abstract fun readFrom(places: Places): P

    /** Knows every operation. */
    public companion object {
        /** All operations, in the order of the vendor's page. */
        public val ALL: List<Operation<*, *>> get() = OPERATIONS
    }
}

/** An operation that changes something. */
public abstract class WriteOperation<out P : Payload<Receipt>> internal constructor(name: String, number: Int, shape: String) :
    Operation<P, Receipt>(name, number, shape) {
    final override fun result(outcome: CoreOutcome, reply: RawReply?): Receipt = receipt(outcome, reply)
}

/** An operation that finds leads. */
public abstract class QueryOperation<out P : Query<L>, out L : Record> internal constructor(
    name: String,
    number: Int,
    shape: String,
    private val record: Shape<L>,
) : Operation<P, Page<L>>(name, number, shape) {
    final override fun result(outcome: CoreOutcome, reply: RawReply?): Page<L> = when (outcome) {
        is CoreOutcome.Page ->
            Page(Places(outcome.table).list(record), outcome.msgId, outcome.faults.map(CoreFault::fault), reply)
        is CoreOutcome.Receipt -> error("$name answered with a receipt")
    }

    internal abstract fun idOf(lead: @UnsafeVariance L): String?
}
