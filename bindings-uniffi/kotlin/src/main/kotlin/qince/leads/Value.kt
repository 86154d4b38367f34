package qince.leads

import qince.leads.internal.CorePayload
import qince.leads.internal.parse

/** What holds fields: a payload, a record, or a part of one. Values are immutable and compare by what they hold. */
public sealed class Value {
    /** The value as JSON with the vendor's names. What is null is left out. */
    public fun toJson(): String = JsonWriter().also(::writeTo).toString()

    internal abstract fun writeTo(json: JsonWriter)
}

/** What an operation sends. What comes back is an [R]. */
public sealed class Payload<out R> : Request<R>() {
    /** The operation that sends it. */
    abstract override val operation: Operation<*, R>

    /** Parameters that this SDK does not know, sent after the known ones in this order. */
    public abstract val extra: Map<String, Json>

    override fun core(): CorePayload = CorePayload.Known(operation.name, toJson())
}

/** The payload of a query, which finds [L]s. */
public sealed class Query<out L : Record> : Payload<Page<L>>() {
    abstract override val operation: QueryOperation<*, L>
}

/** What the service returns or pushes, or a part of it. What it lacks is null. */
public sealed class Record : Value() {
    /** Members that this SDK does not know, and those of another shape than it knows, as they came. */
    public abstract val extra: Map<String, Json>

    /**
     * The members that are not as the vendor documents them. They are null here, and stand in [extra]. A part of a record has
     * none of its own: its record lists them.
     */
    public open val faults: List<Fault> get() = emptyList()
}

/** Custom fields of either form that the vendor documents. */
public sealed interface MapOrRows<out T> {
    /** JSON values under names of your own, in this order. */
    public data class Map<out T>(val values: kotlin.collections.Map<String, Json>) : MapOrRows<T>

    /** A list of rows. */
    public data class Rows<out T>(val rows: List<T>) : MapOrRows<T>
}

/** What all records, or parts, of one type have in common. It is the companion of their class. */
public abstract class Shape<out T> internal constructor(private val shape: String) {
    /**
     * Reads a value from JSON with the vendor's names.
     *
     * @throws QinceException.InvalidPayload where a payload, or a part of one, is of another shape.
     * @throws QinceException.Malformed where a record is no object; a member of another shape is among its faults.
     */
    public fun fromJson(json: String): T = Places(core { parse(shape, escapingLoneSurrogates(json)) }).list(this).single()

    /** The fields of its table, in the vendor's order. */
    public val fields: List<Field> get() = fieldsOf(shape)

    internal abstract fun readFrom(places: Places): T
}
