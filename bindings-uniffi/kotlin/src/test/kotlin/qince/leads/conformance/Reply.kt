package qince.leads.conformance

import java.util.Base64
import qince.leads.Endpoint
import qince.leads.Page
import qince.leads.QinceException
import qince.leads.QueryOperation
import qince.leads.RawReply
import qince.leads.Receipt
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.members
import qince.leads.text.readJsonOfService

private val SHAPE = HEAD + mapOf(
    "op" to text,
    "status" to integer,
    "body?" to text,
    "body_base64?" to text,
    "expect" to someMembers,
)
private val OUTCOME: Map<String, Shape> =
    mapOf("ok" to mapOf("ok" to someMembers), "error" to mapOf("error" to someMembers))
private val RECEIPT: Shape =
    mapOf("msg_id?" to nullOr(text), "id?" to nullOr(text), "data?" to anything, "settled?" to nullOr(flag))
private val PAGE: Shape = mapOf("leads" to listOf(someMembers), "faults?" to listOf(text))

/** HTTP reply to result. */
internal fun runReply(case: Members) {
    check("the case", case, SHAPE)
    val endpoint = endpoint(case.text("op"))
    checkOutcome("what it expects", case["expect"], endpoint)
    val came = try {
        members("ok" to dump(endpoint.read(RawReply(case.int("status"), bodyOf(case)))))
    } catch (error: QinceException) {
        members("error" to errorOf(error))
    }
    compare(withSortedFaults(case.members("expect")), withSortedFaults(came), "reply")
}

/** Fails where an outcome is not understood. */
internal fun checkOutcome(what: String, outcome: Value?, endpoint: Endpoint<*>) {
    if (choice(what, outcome, OUTCOME) == "error") {
        check("the error of $what", (outcome as Members)["error"], ERROR)
    } else {
        check("the result of $what", (outcome as Members)["ok"], if (endpoint is QueryOperation<*, *>) PAGE else RECEIPT)
    }
}

/** A result as vectors write it. */
internal fun dump(result: Any?): Members = when (result) {
    is Receipt -> members(
        "msg_id" to result.msgId,
        "id" to result.id,
        "data" to result.data?.let { readJsonOfService(it.text) },
        "settled" to result.settled.takeIf { it },
    )
    is Page<*> -> members("leads" to result.map { readJsonOfService(it.toJson()) }, "faults" to pathsOf(result.faults))
    else -> throw AssertionError("neither a receipt nor a page: $result")
}

/** An error as vectors write it. */
internal fun errorOf(error: QinceException): Members = when (error) {
    is QinceException.Rejected -> members(
        "kind" to error.code,
        "code" to error.returnCode,
        "message" to error.returnMsg,
        "msg_id" to error.echoedMsgId,
    )
    is QinceException.HttpStatus -> members("kind" to error.code, "status" to error.status)
    else -> members("kind" to error.code)
}

/** Text as the bytes that it is sent as; half of a surrogate pair has none. */
internal fun bytesOf(text: String): ByteArray = text.encodeToByteArray(throwOnInvalidSequence = true)

private fun bodyOf(case: Members): ByteArray {
    val (text, base64) = case.textOrNull("body") to case.textOrNull("body_base64")
    if ((text == null) == (base64 == null)) throw NotUnderstoodException("either body or body_base64 must be given")
    return text?.let(::bytesOf) ?: Base64.getDecoder().decode(base64)
}
