package qince.leads

import java.nio.ByteBuffer
import java.nio.ByteOrder
import qince.leads.internal.CoreFault
import qince.leads.internal.CoreTable

/**
 * Reads values where a table of the core says that they lie.
 *
 * The words of a table are numbers of rows or members, the bits of a row that say which of its fields are there, and
 * pairs of start and length in bytes of the text. They are read once, from the first to the last.
 */
internal class Places(table: CoreTable) {
    private val text = table.text
    private val words = IntArray(table.places.size / Int.SIZE_BYTES).also {
        ByteBuffer.wrap(table.places).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(it)
    }
    private var at = 0
    private val faults = table.faults.associate { it.record.toInt() to it.faults.map(CoreFault::fault) }
    private var records = 0

    fun next(): Int = words[at++]

    /** Which fields of the row that begins here are there. */
    fun bits(): Long = next().toUInt().toLong() or (next().toLong() shl Int.SIZE_BITS)

    fun text(): String {
        val start = next()
        return String(text, start, next(), Charsets.UTF_8)
    }

    /** @throws NumberFormatException where it is no `Int`. */
    fun count(): Int = text().toInt()

    fun json(): Json = Json(text())

    fun jsonList(): List<Json> = List(next()) { json() }

    fun jsonMap(): Map<String, Json> {
        val count = next()
        return buildMap(count) { repeat(count) { put(text(), json()) } }
    }

    /** What of the record that is being read is not as documented. Each record asks once. */
    fun faults(): List<Fault> = faults[records++].orEmpty()

    fun <T> list(shape: Shape<T>): List<T> = List(next()) { shape.readFrom(this) }

    fun <T> mapOrRows(shape: Shape<T>): MapOrRows<T> = if (next() == 0) MapOrRows.Map(jsonMap()) else MapOrRows.Rows(list(shape))
}

/** Whether the field at this place of its shape is there. */
internal fun Long.has(place: Int): Boolean = (this ushr place) and 1L != 0L

/** Whether there are members that the shape does not know. */
internal fun Long.hasOthers(): Boolean = this < 0

internal fun CoreFault.fault() = Fault(path, expected)
