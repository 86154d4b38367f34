package qince.leads.conformance

import qince.leads.Fault
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.withoutNulls
import qince.leads.text.writeJson

private const val LONGEST = 400

/** Fails, saying both, where something else came than was expected; members that are null do not count. */
internal fun compare(expected: Value, came: Value, what: String) {
    val (wanted, got) = withoutNulls(expected) to withoutNulls(came)
    if (wanted != got) throw AssertionError("$what: expected ${writeJson(wanted)}\n$what: came     ${writeJson(got)}")
}

/** Faults stand in any order. */
internal fun withSortedFaults(outcome: Members): Members {
    val ok = outcome["ok"] as? Members ?: return outcome
    val faults = ok["faults"] as? Items ?: return outcome
    return Members(outcome.entries + ("ok" to Members(ok.entries + ("faults" to Items(faults.elements.sortedBy(::writeJson))))))
}

/** Faults by their paths, as a list that is left out where there are none. */
internal fun pathsOf(faults: List<Fault>): List<String>? = faults.map { it.path }.ifEmpty { null }

internal fun cut(text: String): String = if (text.length > LONGEST) "${text.take(LONGEST)}… (${text.length} characters)" else text
