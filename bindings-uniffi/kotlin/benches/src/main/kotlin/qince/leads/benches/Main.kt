package qince.leads.benches

import kotlinx.serialization.Serializable
import kotlinx.serialization.encodeToString
import kotlinx.serialization.json.Json
import qince.leads.Account

/** What was compared, and how it came out: [cost] is our time in that of the other. */
@Serializable
private class Row(
    val what: String,
    val against: String,
    val cost: Double,
    val at_most: Double? = null,
    /** What is aimed at, and not promised. */
    val aim_below: Double? = null,
)

/** Measures this package beside its peers, by the sandbox that the environment names; with `--json`, prints for a program. */
fun main(arguments: Array<String>) {
    checkSigning()
    val rows = listOf(
        Row("reading, every field", "kotlinx.serialization, two steps", costOf(::readByUs, ::readByKotlinx), 1.0),
        Row("reading, every field", "Jackson, two steps", costOf(::readByUs, ::readByJackson), 1.0),
        Row("signing an add", "kotlinx.serialization, MessageDigest", costOf(::signByUs, ::signByHand), 1.5),
        Row("1,000 adds, ten at once", "OkHttp, sign, JSON", costOfBursts(Account.fromEnvironment()), aim_below = 1.5),
    )
    if ("--json" in arguments) {
        println(Json.encodeToString(rows))
    } else {
        rows.forEach { println("%-24s%-40s%.2f of the time".format(it.what, it.against, it.cost)) }
    }
}
