package qince.leads.conformance

import qince.leads.QinceException
import qince.leads.Stamp
import qince.leads.TimestampForm
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.members

private val SHAPE = HEAD + mapOf(
    "op" to text,
    "path?" to text,
    "account" to someMembers,
    "stamp" to someMembers,
    "payload" to anything,
    "expect" to someMembers,
)
internal val STAMP: Shape =
    mapOf("now_ms" to integer, "msg_id" to text, "form?" to nullOr(oneOf("epoch_ms", "compact")))
private val EXPECTED: Map<String, Shape> = mapOf(
    "url" to mapOf("url" to text, "body" to text),
    "violations" to mapOf("violations" to listOf(someMembers)),
    "error" to mapOf("error" to text),
)
private val VIOLATION: Shape = mapOf("path" to text, "rule" to text)

/** Payload to request. */
internal fun runSign(case: Members) {
    check("the case", case, SHAPE)
    checkAccount(case)
    check("its stamp", case["stamp"], STAMP)
    val expected = case.members("expect")
    if (choice("what it expects", expected, EXPECTED) == "violations") {
        expected.items("violations").forEach { check("an expected violation", it, VIOLATION) }
    }
    compare(sorted(expected), sorted(signed(case)), "sign")
}

private fun signed(case: Members): Members = try {
    val request = accountOf(case).sign(requestOf(case), stampOf(case))
    members("url" to request.url, "body" to request.body)
} catch (invalid: QinceException.InvalidPayload) {
    members("violations" to invalid.violations.map { members("path" to it.path, "rule" to it.rule) })
} catch (error: QinceException) {
    members("error" to error.code)
}

/** A stamp as vectors write it. */
internal fun stampOf(case: Members): Stamp {
    val stamp = case.members("stamp")
    val form = if (stamp.textOrNull("form") == "compact") TimestampForm.COMPACT else TimestampForm.EPOCH_MS
    return Stamp(stamp.long("now_ms"), stamp.text("msg_id"), form)
}

/** Violations stand in any order. */
private fun sorted(outcome: Members): Value {
    if (outcome["violations"] == null) return outcome
    val violations = outcome.items("violations").map { it as Members }
    return members("violations" to Items(violations.sortedWith(compareBy({ it.text("path") }, { it.text("rule") }))))
}
