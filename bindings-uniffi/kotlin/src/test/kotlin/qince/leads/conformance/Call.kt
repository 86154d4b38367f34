package qince.leads.conformance

import java.math.BigDecimal
import qince.leads.Call
import qince.leads.Endpoint
import qince.leads.Failure
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.RawReply
import qince.leads.Request
import qince.leads.Step
import qince.leads.text.Bool
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.Value
import qince.leads.text.members

private val SHAPE = HEAD + mapOf(
    "op" to text,
    "path?" to text,
    "repeat?" to flag,
    "account" to someMembers,
    "payload" to anything,
    "policy" to someMembers,
    "script" to someItems,
)
private val POLICY: Shape = mapOf(
    "max_attempts" to integer,
    "base_delay_ms" to integer,
    "max_delay_ms" to integer,
    "deadline_ms?" to nullOr(integer),
    "jitter" to number,
    "settle_delay_ms?" to nullOr(integer),
    "resend_adds?" to nullOr(flag),
    "retry_codes?" to nullOr(listOf(text)),
    "match_msg_id?" to nullOr(flag),
)
private val EVENT: Map<String, Shape> = mapOf(
    "expect" to mapOf("at" to integer, "expect" to someMembers),
    "give" to mapOf("at" to integer, "give" to someMembers),
    "resume" to mapOf("resume" to yes),
)
private val GIVEN: Map<String, Shape> = mapOf(
    "failed" to mapOf("failed" to oneOf("not_sent", "unknown"), "to?" to text),
    "status" to mapOf(
        "status" to integer,
        "body" to text,
        "retry_after?" to nullOr(text),
        "retry_after_ms?" to nullOr(integer),
        "to?" to text,
    ),
)
private val EXPECTED: Map<String, Shape> = mapOf(
    "send" to mapOf("send" to someMembers),
    "wait_until" to mapOf("wait_until" to integer),
    "done" to mapOf("done" to someMembers),
)
private val SENT: Shape = mapOf("op" to text, "msg_id" to text, "timestamp" to text)

/** Vectors that have a jitter expect this of it. */
private const val RANDOM = 0.5

/** The retry machine, event by event. */
internal fun runCall(case: Members) {
    check("the case", case, SHAPE)
    checkAccount(case)
    check("its policy", case["policy"], POLICY)
    val endpoint = endpoint(case.text("op"))
    val script = case.items("script")
    script.forEachIndexed { i, event -> checkEvent(i, event, endpoint) }
    val last = script.lastOrNull() as? Members
    if (last?.get("expect") == null) throw NotUnderstoodException("the script does not end in an `expect`")
    val driver = Driver(case, requestOf(case))
    script.map { it as Members }.forEachIndexed { i, event ->
        when {
            event["give"] != null -> driver.give(i, event.long("at"), event.members("give"))
            event["resume"] != null -> driver.resume(i)
            else -> compare(event["expect"]!!, driver.next(event.long("at")), "event $i")
        }
    }
}

private fun checkEvent(i: Int, event: Value, endpoint: Endpoint<*>) {
    val kind = choice("event $i", event, EVENT)
    if (kind == "give") choice("what event $i gives", (event as Members)["give"], GIVEN)
    if (kind != "expect") return
    val what = "what event $i expects"
    val expected = (event as Members).members("expect")
    when (choice(what, expected, EXPECTED)) {
        "send" -> check(what, expected["send"], SENT)
        "done" -> checkOutcome(what, expected["done"], endpoint)
    }
}

/** The host of a call: it counts what was sent. */
private class Driver<R>(private val case: Members, request: Request<R>) {
    private val endpoint = request.operation
    private val policy = policyOf(case.members("policy"))
    private var call = Call(accountOf(case), request, policy)
    private var sent = 0
    private var underWay: String? = null

    fun give(i: Int, at: Long, given: Members) {
        val to = given.textOrNull("to") ?: underWay.also { underWay = null }
            ?: throw NotUnderstoodException("event $i: no request is under way")
        if (given["failed"] != null) {
            call.failed(to, at, if (given.text("failed") == "not_sent") Failure.NOT_SENT else Failure.UNKNOWN)
        } else {
            call.replied(to, at, RawReply(given.int("status"), bytesOf(given.text("body")), retryAfter(given)))
        }
    }

    /** Saves the call, and goes on with what was saved. */
    fun resume(i: Int) {
        val saved = call.save() ?: throw NotUnderstoodException("event $i: nothing to save")
        call = Call.resume(endpoint, accountOf(case), saved, policy)
    }

    /** The next step as vectors write it. */
    fun next(at: Long): Members {
        underWay = null
        return try {
            when (val step = call.step(at, "m${sent + 1}", RANDOM)) {
                is Step.WaitUntil -> members("wait_until" to step.timeMs)
                is Step.Done -> members("done" to members("ok" to dump(step.result)))
                is Step.Send -> {
                    sent++
                    underWay = step.request.msgId
                    val (operation, msgId, timestamp) = step.request.run { Triple(operation, msgId, timestamp) }
                    members("send" to members("op" to operation, "msg_id" to msgId, "timestamp" to timestamp))
                }
            }
        } catch (error: QinceException) {
            members("done" to members("error" to errorOf(error)))
        }
    }
}

/** The header's text. */
private fun retryAfter(given: Members): String? =
    given.textOrNull("retry_after") ?: given.longOrNull("retry_after_ms")?.let { BigDecimal.valueOf(it, 3).toPlainString() }

private fun policyOf(policy: Members): Policy {
    val usual = Policy()
    return Policy(
        maxAttempts = policy.int("max_attempts"),
        baseDelayMs = policy.long("base_delay_ms"),
        maxDelayMs = policy.long("max_delay_ms"),
        deadlineMs = policy.longOrNull("deadline_ms"),
        jitter = (policy["jitter"] as Number).text.toDouble(),
        settleDelayMs = policy.longOrNull("settle_delay_ms") ?: usual.settleDelayMs,
        resendAdds = (policy["resend_adds"] as? Bool)?.value ?: usual.resendAdds,
        retryCodes = (policy["retry_codes"] as? Items)?.let { policy.texts("retry_codes") } ?: usual.retryCodes,
        matchMsgId = (policy["match_msg_id"] as? Bool)?.value ?: usual.matchMsgId,
    )
}
