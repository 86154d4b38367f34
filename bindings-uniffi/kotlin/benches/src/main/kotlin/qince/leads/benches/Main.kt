package qince.leads.benches

import kotlinx.serialization.Serializable
import kotlinx.serialization.encodeToString
import kotlinx.serialization.json.Json

/** What was compared, and how it came out: [cost] is our time in that of the other. */
@Serializable
private class Row(val what: String, val against: String, val cost: Double, val at_most: Double)

/** Measures this package beside its peers; with `--json`, prints for a program. */
fun main(arguments: Array<String>) {
    checkSigning()
    val rows = listOf(
        Row("reading, every field", "kotlinx.serialization, two steps", costOf(::readByUs, ::readByKotlinx), 1.0),
        Row("reading, every field", "Jackson, two steps", costOf(::readByUs, ::readByJackson), 1.0),
        Row("signing an add", "kotlinx.serialization, MessageDigest", costOf(::signByUs, ::signByHand), 1.5),
    )
    if ("--json" in arguments) {
        println(Json.encodeToString(rows))
    } else {
        rows.forEach { println("%-24s%-40s%.2f of the time".format(it.what, it.against, it.cost)) }
    }
}
