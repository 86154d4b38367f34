package qince.leads.conformance

import qince.leads.text.Value
import qince.leads.text.withoutNulls
import qince.leads.text.writeJson

private const val LONGEST = 400

/** Fails, saying both, where something else came than was expected; members that are null do not count. */
internal fun compare(expected: Value, came: Value, what: String) {
    val (wanted, got) = withoutNulls(expected) to withoutNulls(came)
    if (wanted != got) throw AssertionError("$what: expected ${writeJson(wanted)}\n$what: came     ${writeJson(got)}")
}

internal fun cut(text: String): String = if (text.length > LONGEST) "${text.take(LONGEST)}… (${text.length} characters)" else text
