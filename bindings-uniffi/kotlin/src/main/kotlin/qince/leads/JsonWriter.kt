package qince.leads

/**
 * Writes values as compact JSON with the vendor's names, in UTF-8. What is null is left out.
 *
 * Half characters become escapes, which the core sees as such and objects to: no encoding can write them.
 */
internal class JsonWriter {
    private var out = ByteArray(INITIAL_SIZE)
    private var size = 0
    private var isFirst = true

    /** How many texts were written. */
    var texts: Int = 0
        private set

    /** Whether nothing but texts was written, and all of them as they are. */
    var isVerbatim: Boolean = true
        private set

    fun open() {
        put('{')
        isFirst = true
    }

    fun close() {
        put('}')
        isFirst = false
    }

    fun text(key: String, value: String?) {
        if (value == null) return
        key(key)
        quoted(value)
    }

    fun count(key: String, value: Int?) {
        if (value == null) return
        key(key)
        isVerbatim = false
        ascii(value.toString())
    }

    fun json(key: String, value: Json?) {
        if (value == null) return
        key(key)
        json(value)
    }

    fun jsonList(key: String, values: List<Json>?) {
        if (values == null) return
        key(key)
        elements(values, ::json)
    }

    fun jsonMap(key: String, values: Map<String, Json>?) {
        if (values == null) return
        key(key)
        isVerbatim = false
        open()
        members(values)
        close()
    }

    fun one(key: String, value: Value?) {
        if (value == null) return
        key(key)
        value.writeTo(this)
    }

    fun list(key: String, values: List<Value>?) {
        if (values == null) return
        key(key)
        elements(values) { it.writeTo(this) }
    }

    fun mapOrRows(key: String, value: MapOrRows<Value>?) {
        when (value) {
            null -> return
            is MapOrRows.Map -> jsonMap(key, value.values)
            is MapOrRows.Rows -> list(key, value.rows)
        }
    }

    /** Parameters that the payload's table does not have. */
    fun extra(values: Map<String, Json>) {
        if (values.isNotEmpty()) jsonMap("\"extra\":", values)
    }

    /** Members of a name of their own. */
    fun members(values: Map<String, Json>) {
        for ((name, value) in values) {
            separate()
            quoted(name)
            put(':')
            json(value)
        }
    }

    /** A text between quotes. */
    fun quoted(value: String) {
        texts++
        reserve(LONGEST_ESCAPE * value.length + 2)
        // What is in variables of this function, the JVM keeps in registers.
        val out = out
        var end = size
        out[end++] = '"'.code.toByte()
        var at = 0
        while (at < value.length) {
            val char = value[at]
            val code = char.code
            if (code < 0x80 && isPlain(char)) {
                out[end++] = code.toByte()
            } else if (code < 0x80 || isLoneSurrogate(value, at)) {
                isVerbatim = false
                for (ascii in escape(char)) out[end++] = ascii.code.toByte()
            } else if (code < 0x800) {
                out[end++] = (0xC0 or (code shr 6)).toByte()
                out[end++] = (0x80 or (code and 0x3F)).toByte()
            } else if (!char.isSurrogate()) {
                out[end++] = (0xE0 or (code shr 12)).toByte()
                out[end++] = (0x80 or (code shr 6 and 0x3F)).toByte()
                out[end++] = (0x80 or (code and 0x3F)).toByte()
            } else {
                val point = value.codePointAt(at++)
                out[end++] = (0xF0 or (point shr 18)).toByte()
                out[end++] = (0x80 or (point shr 12 and 0x3F)).toByte()
                out[end++] = (0x80 or (point shr 6 and 0x3F)).toByte()
                out[end++] = (0x80 or (point and 0x3F)).toByte()
            }
            at++
        }
        out[end++] = '"'.code.toByte()
        size = end
    }

    /** What was written, in UTF-8. */
    fun toByteArray(): ByteArray = out.copyOf(size)

    /** What was written. */
    override fun toString(): String = String(out, 0, size, Charsets.UTF_8)

    private fun key(key: String) {
        separate()
        ascii(key)
    }

    private fun separate() {
        if (isFirst) isFirst = false else put(',')
    }

    fun json(value: Json) {
        isVerbatim = false
        val bytes = value.text.toByteArray()
        reserve(bytes.size)
        bytes.copyInto(out, size)
        size += bytes.size
    }

    private inline fun <T> elements(values: List<T>, write: (T) -> Unit) {
        put('[')
        values.forEachIndexed { at, value ->
            if (at > 0) put(',')
            write(value)
        }
        put(']')
        isFirst = false
    }

    private fun ascii(text: String) {
        reserve(text.length)
        val out = out
        val start = size
        for (at in text.indices) out[start + at] = text[at].code.toByte()
        size = start + text.length
    }

    private fun put(char: Char) {
        reserve(1)
        out[size++] = char.code.toByte()
    }

    private fun reserve(more: Int) {
        if (size + more > out.size) out = out.copyOf(maxOf(size + more, 2 * out.size))
    }

    private companion object {
        /** Enough for most leads. */
        const val INITIAL_SIZE = 2048

        /** How many bytes a UTF-16 unit becomes at most: `\u0000`. */
        const val LONGEST_ESCAPE = 6

        fun isPlain(char: Char) = char >= ' ' && char != '"' && char != '\\'

        fun escape(char: Char): String = when (char) {
            '"' -> "\\\""
            '\\' -> "\\\\"
            // The core writes these so, too, and a JSON value is compared by its text.
            '\n' -> "\\n"
            '\r' -> "\\r"
            '\t' -> "\\t"
            '\b' -> "\\b"
            '\u000c' -> "\\f"
            else -> unicodeEscape(char)
        }
    }
}

/**
 * JSON text in which half characters are escapes: no encoding can write them, but as escapes the core sees them, and says
 * what is wrong.
 */
internal fun escapingLoneSurrogates(json: String): String {
    if (isWellFormed(json)) return json
    return json.indices.joinToString("") { if (isLoneSurrogate(json, it)) unicodeEscape(json[it]) else json[it].toString() }
}

/** Whether a text is one that an encoding can write. */
internal fun isWellFormed(text: String): Boolean = text.indices.none { isLoneSurrogate(text, it) }

private fun isLoneSurrogate(text: String, at: Int): Boolean {
    val char = text[at]
    return when {
        char.isHighSurrogate() -> text.getOrNull(at + 1)?.isLowSurrogate() != true
        char.isLowSurrogate() -> text.getOrNull(at - 1)?.isHighSurrogate() != true
        else -> false
    }
}

private fun unicodeEscape(char: Char) = "\\u" + char.code.toString(16).padStart(4, '0')
