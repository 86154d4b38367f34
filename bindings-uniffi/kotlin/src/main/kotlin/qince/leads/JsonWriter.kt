package qince.leads

/** Writes values as compact JSON with the vendor's names. What is null is left out. */
internal class JsonWriter {
    private val out = StringBuilder(INITIAL_SIZE)
    private var isFirst = true

    /** How many texts were written. */
    var texts: Int = 0
        private set

    /** Whether nothing but texts was written, and all of them as they are. */
    var isVerbatim: Boolean = true
        private set

    fun open() {
        out.append('{')
        isFirst = true
    }

    fun close() {
        out.append('}')
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
        out.append(value)
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
            out.append(':')
            json(value)
        }
    }

    /** A text between quotes. */
    fun quoted(value: String) {
        texts++
        out.append('"')
        if (value.all(::isPlain)) out.append(value) else escaped(value)
        out.append('"')
    }

    /** What was written. */
    override fun toString(): String = out.toString()

    private fun key(key: String) {
        separate()
        out.append(key)
    }

    private fun separate() {
        if (isFirst) isFirst = false else out.append(',')
    }

    private fun json(value: Json) {
        isVerbatim = false
        out.append(value.text)
    }

    private inline fun <T> elements(values: List<T>, write: (T) -> Unit) {
        out.append('[')
        values.forEachIndexed { at, value ->
            if (at > 0) out.append(',')
            write(value)
        }
        out.append(']')
        isFirst = false
    }

    private fun escaped(value: String) {
        value.forEachIndexed { at, char ->
            val escape = escape(value, at)
            if (escape == null) {
                out.append(char)
            } else {
                isVerbatim = false
                out.append(escape)
            }
        }
    }

    private companion object {
        /** Enough for most leads. */
        const val INITIAL_SIZE = 1024

        fun isPlain(char: Char) = char >= ' ' && char != '"' && char != '\\' && !char.isSurrogate()

        /** How a character is written that cannot stand as it is. */
        fun escape(text: String, at: Int): String? =
            when (val char = text[at]) {
                '"' -> "\\\""
                '\\' -> "\\\\"
                '\n' -> "\\n"
                '\r' -> "\\r"
                '\t' -> "\\t"
                '\b' -> "\\b"
                '\u000c' -> "\\f"
                else -> if (char < ' ' || isLoneSurrogate(text, at)) unicodeEscape(char) else null
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
