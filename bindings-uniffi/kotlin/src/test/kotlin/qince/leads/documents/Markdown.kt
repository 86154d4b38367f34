package qince.leads.documents

import java.nio.file.Files
import java.nio.file.Path

/** A block of code in a document, by the number of its section and its place there. */
internal class Block(val section: Int, val number: Int, val heading: String, val language: String, val code: String) {
    /** What a text block after it says that it prints. */
    var output: String? = null

    /** The code without comments and what a translation may say otherwise. */
    val codeAlone = code.lines().map { it.replace(COMMENT, "") }.filter(String::isNotBlank)

    private companion object {
        val COMMENT = Regex("""(^|\s+)(//.*|/\*\*.*\*/)$""")
    }
}

/** A document: its blocks, its links, its headings. */
internal class Document(private val path: Path) {
    private val text = Files.readString(path)
    private val prose = FENCE.replace(text, "")

    val blocks: List<Block> = text.split(Regex("(?m)^## ")).flatMapIndexed { section, part ->
        val found = ArrayList<Block>()
        for (match in FENCE.findAll(part)) {
            val (language, code) = match.destructured
            if (language == "text" && found.isNotEmpty()) {
                found.last().output = code.trimEnd('\n')
            } else {
                found += Block(section, found.size + 1, part.lineSequence().first(), language, code)
            }
        }
        found
    }

    /** Where it links to, but for other sites. */
    val links: List<String> = LINK.findAll(prose).map { it.groupValues[1] }.toList()

    /** Whether a link leads to what exists. */
    fun leadsSomewhere(link: String): Boolean {
        val (target, anchor) = link.substringBefore('#') to link.substringAfter('#', "")
        return if (target.isEmpty()) anchor in anchors else Files.exists(path.parent.resolve(target))
    }

    private val anchors: Set<String>
        get() = HEADING.findAll(prose).map {
            it.groupValues[1].lowercase().replace(Regex("""[^\p{L}\p{N}\- ]"""), "").replace(' ', '-')
        }.toSet()

    private companion object {
        val FENCE = Regex("""^```(\w*)\n(.*?)^```$""", setOf(RegexOption.MULTILINE, RegexOption.DOT_MATCHES_ALL))
        val LINK = Regex("""]\((?!https?:)([^)]+)\)""")
        val HEADING = Regex("(?m)^#+ (.+)$")
    }
}
