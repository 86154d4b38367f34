package qince.leads.text

import java.math.BigDecimal

/**
 * JSON with every digit of its numbers and every half of a surrogate pair, for tests that compare what the library wrote
 * with what was expected: a reader of its own, so that no library's leniency hides a difference.
 */
sealed interface Value

data object Null : Value

data class Bool(val value: Boolean) : Value

/** A number by its text; two are equal where they mean the same number. */
class Number(val text: String) : Value {
    override fun equals(other: Any?) = other is Number && BigDecimal(text).compareTo(BigDecimal(other.text)) == 0

    override fun hashCode() = BigDecimal(text).stripTrailingZeros().hashCode()

    override fun toString() = text
}

data class Text(val value: String) : Value

data class Items(val elements: List<Value>) : Value

data class Members(val entries: Map<String, Value>) : Value {
    operator fun get(name: String): Value? = entries[name]
}

class NoJsonException(message: String) : Exception(message)

/** Reads JSON. An object that gives a member twice is refused, for one of the two would be lost. */
fun readJson(text: String): Value = Reader(text, mayRepeat = false).whole()

/** Reads JSON that the service made up: of members that repeat, the last one counts. */
fun readJsonOfService(text: String): Value = Reader(text, mayRepeat = true).whole()

/** The JSON text of a value, compact, with numbers as they were read. */
fun writeJson(value: Value): String = StringBuilder().also { write(value, it) }.toString()

/** A value of plain Kotlin: null, Boolean, Int, Long, String, Map, List, or a [Value] itself. */
fun json(value: Any?): Value = when (value) {
    null -> Null
    is Value -> value
    is Boolean -> Bool(value)
    is Int, is Long, is Double -> Number(value.toString())
    is String -> Text(value)
    is Map<*, *> -> Members(value.entries.associate { (name, member) -> name as String to json(member) })
    is Iterable<*> -> Items(value.map(::json))
    else -> throw IllegalArgumentException("no JSON: ${value::class}")
}

/** An object of plain Kotlin's values. */
fun members(vararg entries: Pair<String, Any?>): Members = json(mapOf(*entries)) as Members

/** A value without the members that are null. */
fun withoutNulls(value: Value): Value = when (value) {
    is Items -> Items(value.elements.map(::withoutNulls))
    is Members -> Members(value.entries.filterValues { it != Null }.mapValues { withoutNulls(it.value) })
    else -> value
}

private fun write(value: Value, out: StringBuilder) {
    when (value) {
        Null -> out.append("null")
        is Bool -> out.append(value.value)
        is Number -> out.append(value.text)
        is Text -> quote(value.value, out)
        is Items -> {
            out.append('[')
            value.elements.forEachIndexed { i, element ->
                if (i > 0) out.append(',')
                write(element, out)
            }
            out.append(']')
        }
        is Members -> {
            out.append('{')
            value.entries.entries.forEachIndexed { i, (name, member) ->
                if (i > 0) out.append(',')
                quote(name, out)
                out.append(':')
                write(member, out)
            }
            out.append('}')
        }
    }
}

/** Half of a surrogate pair goes out as an escape: it has no UTF-8. */
private fun quote(text: String, out: StringBuilder) {
    out.append('"')
    text.forEachIndexed { i, c ->
        val isHalf = (c.isHighSurrogate() && !(text.getOrNull(i + 1)?.isLowSurrogate() ?: false)) ||
            (c.isLowSurrogate() && !(text.getOrNull(i - 1)?.isHighSurrogate() ?: false))
        when {
            c == '"' || c == '\\' -> out.append('\\').append(c)
            c in SHORT_ESCAPES -> out.append(SHORT_ESCAPES[c])
            c < ' ' || isHalf -> out.append("\\u%04x".format(c.code))
            else -> out.append(c)
        }
    }
    out.append('"')
}

private val SHORT_ESCAPES = mapOf('\n' to "\\n", '\r' to "\\r", '\t' to "\\t", '\b' to "\\b", '\u000c' to "\\f")

private class Reader(private val text: String, private val mayRepeat: Boolean) {
    private var at = 0

    fun whole(): Value {
        val value = value()
        if (peek() != null) fail("something behind the value")
        return value
    }

    private fun value(): Value = when (val c = peek()) {
        null -> fail("no value")
        '{' -> readMembers()
        '[' -> readItems()
        '"' -> Text(string())
        't' -> word("true", Bool(true))
        'f' -> word("false", Bool(false))
        'n' -> word("null", Null)
        else -> if (c == '-' || c.isAsciiDigit()) number() else fail("`$c` begins no value")
    }

    private fun readMembers(): Members {
        val entries = LinkedHashMap<String, Value>()
        at++
        if (peek() == '}') return Members(entries).also { at++ }
        while (true) {
            if (peek() != '"') fail("a member has no name")
            val name = string()
            if (peek() != ':') fail("a member has no value")
            at++
            if (entries.put(name, value()) != null && !mayRepeat) fail("an object gives the member `$name` twice")
            if (!goesOn('}')) return Members(entries)
        }
    }

    private fun readItems(): Items {
        val elements = ArrayList<Value>()
        at++
        if (peek() == ']') return Items(elements).also { at++ }
        while (true) {
            elements += value()
            if (!goesOn(']')) return Items(elements)
        }
    }

    private fun goesOn(end: Char): Boolean {
        val c = peek()
        if (c != ',' && c != end) fail("neither `,` nor `$end`")
        at++
        return c == ','
    }

    private fun string(): String {
        val read = StringBuilder()
        at++
        while (true) {
            when (val c = text.getOrNull(at++) ?: fail("a text does not end")) {
                '"' -> return read.toString()
                '\\' -> read.append(escaped())
                else -> if (c < ' ') fail("a control character in a text") else read.append(c)
            }
        }
    }

    private fun escaped(): Char = when (val c = text.getOrNull(at++)) {
        '"', '\\', '/' -> c
        'b' -> '\b'
        'f' -> '\u000c'
        'n' -> '\n'
        'r' -> '\r'
        't' -> '\t'
        'u' -> {
            val digits = text.substring(at, minOf(at + HEX_DIGITS, text.length))
            if (!HEX.matches(digits)) fail("an escape without four digits")
            at += HEX_DIGITS
            digits.toInt(radix = 16).toChar()
        }
        else -> fail("an unknown escape")
    }

    private fun number(): Number {
        val found = NUMBER.matchAt(text, at) ?: fail("no number")
        at = found.range.last + 1
        return Number(found.value)
    }

    private fun word(word: String, value: Value): Value {
        if (!text.startsWith(word, at)) fail("an unknown word")
        at += word.length
        return value
    }

    private fun peek(): Char? {
        while (at < text.length && text[at] in " \t\r\n") at++
        return text.getOrNull(at)
    }

    private fun Char.isAsciiDigit() = this in '0'..'9'

    private fun fail(what: String): Nothing = throw NoJsonException("no JSON at character $at: $what")

    private companion object {
        const val HEX_DIGITS = 4
        val HEX = Regex("[0-9a-fA-F]{4}")
        val NUMBER = Regex("""-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?""")
    }
}
