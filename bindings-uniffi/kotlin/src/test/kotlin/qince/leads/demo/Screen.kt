package qince.leads.demo

import java.io.PrintStream

/** What the demo prints: at most 100 columns wide, Chinese characters counting as two. */
internal object Screen {
    private const val COLUMNS = 100
    private const val MARGIN = 22
    private val out get() = PrintStream(System.out, true, Charsets.UTF_8)

    fun title(baseUrl: String) = out.println("qince-leads: the main job, against the sandbox at $baseUrl")

    fun step(number: Int, title: String) = out.println("\n$number  $title\n")

    /** A line with what it is about in front, and what kind of line it is; both may be empty. */
    fun line(about: String, kind: String, text: String) =
        out.println("   ${about.padEnd(12)} ${kind.padEnd(5)} ${shortened(text, COLUMNS - MARGIN)}")

    /** What was seen to be as it should be. */
    fun ok(text: String) = line("", "ok", text)

    /** What the demo ends with. */
    fun summary(text: String) = out.println("\n$text")

    private fun shortened(text: String, columns: Int): String {
        var taken = 0
        val points = text.codePoints().toArray()
        if (points.sumOf(::width) <= columns) return text
        val kept = points.takeWhile {
            taken += width(it)
            taken < columns
        }
        return kept.joinToString("") { String(Character.toChars(it)) } + "…"
    }

    private fun width(point: Int): Int {
        val script = runCatching { Character.UnicodeScript.of(point) }.getOrNull()
        val isWide =
            script == Character.UnicodeScript.HAN || point in 0x3000..0x303F || point in 0xFF01..0xFF60 || point >= 0x1F300
        return if (isWide) 2 else 1
    }
}
