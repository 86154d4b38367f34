package qince.leads.conformance

import qince.leads.Call
import qince.leads.Failure
import qince.leads.Operation
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.RawReply
import qince.leads.Step
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.Value
import qince.leads.text.members

private val SHAPE = HEAD + mapOf(
    "op" to text,
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
)
private val EVENT: Map<String, Shape> = mapOf(
    "expect" to mapOf("at" to integer, "expect" to someMembers),
    "give" to mapOf("at" to integer, "give" to someMembers),
)
private val GIVEN: Map<String, Shape> = mapOf(
    "failed" to mapOf("failed" to oneOf("not_sent", "unknown")),
    "status" to mapOf("status" to integer, "body" to text, "retry_after_ms?" to nullOr(integer)),
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
    check("its account", case["account"], ACCOUNT)
    check("its policy", case["policy"], POLICY)
    val operation = operation(case.text("op"))
    val script = case.items("script")
    script.forEachIndexed { i, event -> checkEvent(i, event, operation) }
    val last = script.lastOrNull() as? Members
    if (last?.get("expect") == null) throw NotUnderstoodException("the script does not end in an `expect`")
    val driver = Driver(case, operation)
    script.map { it as Members }.forEachIndexed { i, event ->
        if (event["give"] != null) {
            driver.give(i, event.long("at"), event.members("give"))
        } else {
            compare(event["expect"]!!, driver.next(event.long("at")), "event $i")
        }
    }
}

private fun checkEvent(i: Int, event: Value, operation: Operation<*, *>) {
    if (choice("event $i", event, EVENT) == "give") {
        choice("what event $i gives", (event as Members)["give"], GIVEN)
        return
    }
    val what = "what event $i expects"
    val expected = (event as Members).members("expect")
    when (choice(what, expected, EXPECTED)) {
        "send" -> check(what, expected["send"], SENT)
        "done" -> checkOutcome(what, expected["done"], operation)
    }
}

/** The host of a call: it counts what was sent. */
private class Driver(case: Members, operation: Operation<*, *>) {
    private val call: Call<*> =
        Call(accountOf(case.members("account")), payloadOf(operation, case["payload"]!!), policyOf(case.members("policy")))
    private var sent = 0
    private var isUnderWay = false

    fun give(i: Int, at: Long, given: Members) {
        if (!isUnderWay) throw NotUnderstoodException("event $i: no request is under way")
        isUnderWay = false
        if (given["failed"] != null) {
            call.failed(at, if (given.text("failed") == "not_sent") Failure.NOT_SENT else Failure.UNKNOWN)
        } else {
            val reply = RawReply(given.int("status"), bytesOf(given.text("body")))
            call.replied(at, reply, given.longOrNull("retry_after_ms"))
        }
    }

    /** The next step as vectors write it. */
    fun next(at: Long): Members {
        isUnderWay = false
        return try {
            when (val step = call.step(at, "m${sent + 1}", RANDOM)) {
                is Step.WaitUntil -> members("wait_until" to step.timeMs)
                is Step.Done -> members("done" to members("ok" to dump(step.result)))
                is Step.Send -> {
                    sent++
                    isUnderWay = true
                    val (operation, msgId, timestamp) = step.request.run { Triple(operation, msgId, timestamp) }
                    members("send" to members("op" to operation, "msg_id" to msgId, "timestamp" to timestamp))
                }
            }
        } catch (error: QinceException) {
            members("done" to members("error" to errorOf(error)))
        }
    }
}

private fun policyOf(policy: Members) = Policy(
    maxAttempts = policy.int("max_attempts"),
    baseDelayMs = policy.long("base_delay_ms"),
    maxDelayMs = policy.long("max_delay_ms"),
    deadlineMs = policy.longOrNull("deadline_ms"),
    jitter = (policy["jitter"] as Number).text.toDouble(),
)
