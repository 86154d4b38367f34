package qince.leads

import qince.leads.internal.compactJson

/** A JSON value, kept as its text. Two are equal where their texts are. */
public class Json internal constructor(
    /** The value as JSON. */
    public val text: String,
) {
    /** The text that this is, if it is one: what stands between the quotes, escapes undone. */
    public val stringOrNull: String?
        get() = if (text.startsWith('"')) unescaped(text.substring(1, text.length - 1)) else null

    override fun equals(other: Any?): Boolean = other is Json && text == other.text

    override fun hashCode(): Int = text.hashCode()

    /** The value as JSON. */
    override fun toString(): String = text

    /** Makes JSON values, none of them unchecked. */
    public companion object {
        /** `null`. */
        public val NULL: Json = Json("null")

        /**
         * Takes JSON. Spaces between its parts are dropped, and escapes that need not be; numbers keep every digit.
         *
         * @throws QinceException.Malformed where it is not one JSON value.
         */
        public fun parse(text: String): Json = Json(core { compactJson(escapingLoneSurrogates(text)) })

        /** A text. */
        public fun of(text: String): Json = Json(JsonWriter().apply { quoted(text) }.toString())

        /** An integer. */
        public fun of(number: Int): Json = Json(number.toString())

        /** An integer. */
        public fun of(number: Long): Json = Json(number.toString())

        /** `true` or `false`. */
        public fun of(boolean: Boolean): Json = Json(boolean.toString())
    }
}

/** Undoes the escapes in the inside of a JSON string that is known to be right. */
private fun unescaped(inside: String): String {
    if ('\\' !in inside) return inside
    val out = StringBuilder(inside.length)
    var at = 0
    while (at < inside.length) {
        val char = inside[at++]
        if (char != '\\') {
            out.append(char)
            continue
        }
        when (val escape = inside[at++]) {
            'n' -> out.append('\n')
            't' -> out.append('\t')
            'r' -> out.append('\r')
            'b' -> out.append('\b')
            'f' -> out.append('\u000c')
            'u' -> {
                out.append(inside.substring(at, at + 4).toInt(16).toChar())
                at += 4
            }
            else -> out.append(escape)
        }
    }
    return out.toString()
}
