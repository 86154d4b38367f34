package qince.leads.conformance

import qince.leads.QinceException
import qince.leads.Relayed
import qince.leads.text.Members
import qince.leads.text.members

private val SHAPE = HEAD + mapOf(
    "account" to someMembers,
    "stamp" to someMembers,
    "allow" to listOf(text),
    "path" to text,
    "body" to text,
    "expect" to someMembers,
)
private val EXPECTED: Map<String, Shape> =
    mapOf("url" to mapOf("url" to text, "body" to text), "error" to mapOf("error" to someMembers))

/** What a server does for an app without a key. */
internal fun runRelay(case: Members) {
    check("the case", case, SHAPE)
    checkAccount(case)
    check("its stamp", case["stamp"], STAMP)
    val expected = case.members("expect")
    if (choice("what it expects", expected, EXPECTED) == "error") {
        check("the expected error", expected["error"], mapOf("kind" to text))
    }
    val came = try {
        val relayed = Relayed.read(case.text("path"), case.text("body"), case.texts("allow"))
        val stamp = stampOf(case)
        val request = relayed.sign(accountOf(case), stamp.nowMs, stamp.form)
        members("url" to request.url, "body" to request.body)
    } catch (error: QinceException) {
        members("error" to members("kind" to error.code))
    }
    compare(expected, came, "relay")
}
